/** Keeps what somebody has typed but not sent, per user, through reload, crash and signing in again; gone once sent or signed out. */

const KEY = 'tandem-drafts';

/** After a sign-out nothing is kept any more, whatever a page still tries to save while it is being left. */
let isClosed = false;

/** What was saved last, or null. Check it before use: an older version of the page may have written it. */
export function readDraft(userId: number): unknown {
  return readAll()[userId] ?? null;
}

/** Takes anything that JSON can hold. Says nothing when the browser keeps no storage: the page works without. */
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
  // Whatever of ours, or of an older version, is there; whoever reads a draft checks it.
  try {
    return (JSON.parse(localStorage.getItem(KEY) ?? '{}') ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}
