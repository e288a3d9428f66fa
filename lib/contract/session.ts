/** Requests and answers of sign-in, refresh and the session endpoints. */
import { z } from 'zod';
import { NEW_PASSWORD_MIN_CHARS, PASSWORD_MAX_CHARS, USER_NAME_MAX_CHARS } from './limits.ts';
import { text } from './text.ts';

export const User = z.object({ id: z.int(), name: z.string() });
export type User = z.infer<typeof User>;

/** `POST /api/login`. `returnTo` is used by a native form post only. */
export const LoginBody = z.object({
  name: text({ min: 1, max: USER_NAME_MAX_CHARS }),
  pwd: text({ min: 1, max: PASSWORD_MAX_CHARS }),
  transport: z.enum(['cookie', 'bearer']).default('cookie'),
  returnTo: z.string().max(2048).optional(),
});
export type LoginBody = z.infer<typeof LoginBody>;

/** `PUT /api/refresh_token`, 201. Lifetimes are seconds from the moment of the answer (RFC 6749 5.1). */
export interface CookieRefreshAnswer {
  expires_in: number;
  refresh_expires_in: number;
}

export interface BearerRefreshAnswer {
  token: string;
  token_type: 'Bearer';
  expires_in: number;
}

/** The answers of `POST /api/login`. */
export type CookieLoginAnswer = CookieRefreshAnswer & { user: User };
export type BearerLoginAnswer = BearerRefreshAnswer & { refresh_token: string; refresh_expires_in: number };

/** Default and largest number of sessions on one page of the list. */
export const SESSION_PAGE_MAX = 100;

/** One sign-in on one device, as its user sees it. */
export const SessionView = z.object({
  id: z.string(),
  current: z.boolean(),
  /** Browser and system in words: "Firefox on Windows". */
  device: z.string(),
  /** Its network, `203.0.113.0/24`; `this computer`, `local network`, or empty if unknown. */
  address: z.string(),
  created_at: z.iso.datetime(),
  last_refreshed_at: z.iso.datetime().nullable(),
  expires_at: z.iso.datetime(),
  binding: z.enum(['none', 'dpop', 'dbsc']),
});
export type SessionView = z.infer<typeof SessionView>;

/** `GET /api/sessions` */
export const SessionListQuery = z.object({
  limit: z.coerce.number().int().min(1).max(SESSION_PAGE_MAX).default(SESSION_PAGE_MAX),
  cursor: z.string().max(200).optional(),
});

/** The current session first, on the first page; then `limit` others, newest first. */
export const SessionListAnswer = z.object({ sessions: z.array(SessionView), next_cursor: z.string().nullable() });
export type SessionListAnswer = z.infer<typeof SessionListAnswer>;

export const SessionId = z.string().regex(/^[A-Za-z0-9_-]{22}$/);

/** `DELETE /api/sessions` and `/api/sessions/{id}`: the password, unless the sign-in is recent. */
export const EndSessionBody = z.object({ pwd: text({ min: 1, max: PASSWORD_MAX_CHARS }).optional() });

/** `PUT /api/password`. */
export const ChangePasswordBody = z.object({
  current: text({ min: 1, max: PASSWORD_MAX_CHARS }),
  new: text({ max: PASSWORD_MAX_CHARS }).refine(
    (value) => [...value].length >= NEW_PASSWORD_MIN_CHARS,
    `Must have at least ${NEW_PASSWORD_MIN_CHARS} characters.`,
  ),
});
export type ChangePasswordBody = z.infer<typeof ChangePasswordBody>;
