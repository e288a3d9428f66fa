import { getServerSession } from 'next-auth';
import { answer, refuse } from '../../../lib/answers.ts';
import { nextAuthOptions } from '../../../lib/next-auth.ts';

export const dynamic = 'force-dynamic';

export async function GET(): Promise<Response> {
  const session = await getServerSession(nextAuthOptions);
  return session?.user?.name ? answer(session.user.name) : refuse();
}
