/** Keeps what a user has typed but not sent, through reload, crash and signing in again. It is removed once sent, and on signing out. */

const KEY = 'tandem-drafts';

/** After a sign-out nothing is saved any more, whatever the page tries while it is being left. */
let isClosed = false;

/** What was saved last, or null. Check it before use: an older version of the page may have written it. */
export function readDraft(userId: number): unknown {
  return readAll()[userId] ?? null;
}

/** Takes anything that JSON can hold. Silent without storage: the page works without. */
export function saveDraft(userId: number, draft: unknown): void {
  if (isClosed) return;
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...readAll(), [userId]: draft }));
  } catch {}
}

export function removeDraft(userId: number): void {
  saveDraft(userId, undefined);
}

/** On signing out: the drafts of every user of this browser. */
export function removeAllDrafts(): void {
  isClosed = true;
  try {
    localStorage.removeItem(KEY);
  } catch {}
}

function readAll(): Record<string, unknown> {
  // An older version may have written it; `readDraft` says to check.
  try {
    return (JSON.parse(localStorage.getItem(KEY) ?? '{}') ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}
