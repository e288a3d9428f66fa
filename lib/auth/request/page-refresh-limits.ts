/** Bounds of a page that is opened with an expired access token. */

/** A page opened with an expired access token is refreshed and opened again. More often in a row than this, the browser does not keep the cookie. */
export const PAGE_REFRESHES_IN_A_ROW_MAX = 3;
export const PAGE_REFRESHES_WINDOW_SECONDS = 10;
