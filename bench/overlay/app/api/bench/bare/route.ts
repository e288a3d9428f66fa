/** The limit: what Next alone answers, behind Tandem's guard of the server. */
export const dynamic = 'force-dynamic';

export function GET(): Response {
  return Response.json({ user_id: 1, name: 'admin', orders: ['ORD-000001', 'ORD-000002', 'ORD-000003'] });
}
