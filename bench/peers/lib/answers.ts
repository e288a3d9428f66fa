import { ORDERS } from './settings.ts';

/** The same answer from every peer. */
export function answer(userId: number | string): Response {
  return Response.json({ user_id: userId, name: 'admin', orders: ORDERS });
}

export function refuse(): Response {
  return Response.json({ error: 'invalid_token' }, { status: 401 });
}
