/** The request headers of our own, for the server and the browser. Without zod. */

/** By it a page says which user it was drawn for; the server answers 409 `user_changed` rather than act for another. */
export const PAGE_USER_HEADER = 'Tandem-User';
