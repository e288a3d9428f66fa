import { type NextRequest, NextResponse } from 'next/server';
import { joseUser } from './lib/jose.ts';
import { JOSE_COOKIE } from './lib/settings.ts';

export const config = { runtime: 'nodejs', matcher: ['/jose'] };

export async function middleware(request: NextRequest): Promise<Response> {
  const user = await joseUser(request.cookies.get(JOSE_COOKIE)?.value);
  return user ? NextResponse.next() : NextResponse.redirect(new URL('/empty', request.url));
}
