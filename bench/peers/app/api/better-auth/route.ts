import { answer, refuse } from '../../../lib/answers.ts';
import { plain } from '../../../lib/better-auth.ts';

export const dynamic = 'force-dynamic';

export async function GET({ headers }: Request): Promise<Response> {
  const session = await plain.api.getSession({ headers });
  return session ? answer(session.user.id) : refuse();
}
