/** The addresses of the session, for the server and the browser. Without zod. */

export const SIGN_IN_PATH = '/api/login';
export const SIGN_OUT_PATH = '/api/logout';
export const REFRESH_PATH = '/api/refresh_token';

/** Exact paths: a request to one of them never waits for a valid access token, since it signs in, signs out or refreshes. */
export const UNGATED_PATHS: readonly string[] = [SIGN_IN_PATH, SIGN_OUT_PATH, REFRESH_PATH];
