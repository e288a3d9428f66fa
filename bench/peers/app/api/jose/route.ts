import type { NextRequest } from 'next/server';
import { answer, refuse } from '../../../lib/answers.ts';
import { joseUser } from '../../../lib/jose.ts';
import { JOSE_COOKIE } from '../../../lib/settings.ts';

export const dynamic = 'force-dynamic';

export async function GET(request: NextRequest): Promise<Response> {
  const user = await joseUser(request.cookies.get(JOSE_COOKIE)?.value);
  return user ? answer(user) : refuse();
}
