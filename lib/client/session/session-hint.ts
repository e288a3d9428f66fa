/** Reads the session hint, the cookie by which tabs see, without asking, who is signed in and that another tab has renewed. */

/** `<user id>.<when the access token was issued, server seconds>.<its lifetime, seconds>`; empty where there is none. */
export function hint(): string {
  return /\bsession_hint=([\d.]+)/.exec(document.cookie)?.[1] ?? '';
}
