/** Shared by the peers' server and the harness, which makes their cookies. */
export const SECRET = 'bench-Zp4v9Qw2Lr7Xc1Nb6Ky8Tm3Hd5Gj0Fs4';
export const JOSE_COOKIE = 'jose_token';
export const IRON_COOKIE = 'iron_session';
export const NEXT_AUTH_COOKIE = 'next-auth.session-token';
export const ORDERS = ['ORD-000001', 'ORD-000002', 'ORD-000003'];
