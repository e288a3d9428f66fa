import { getIronSession } from 'iron-session';
import { cookies } from 'next/headers';
import { answer, refuse } from '../../../lib/answers.ts';
import { IRON_COOKIE, SECRET } from '../../../lib/settings.ts';

export const dynamic = 'force-dynamic';

export async function GET(): Promise<Response> {
  const options = { password: SECRET, cookieName: IRON_COOKIE };
  const { userId } = await getIronSession<{ userId?: string }>(await cookies(), options);
  return userId ? answer(userId) : refuse();
}
