/** The place where a user left the order list in this tab: its address, how far it was scrolled, and the order that was opened from it. */

const KEY = 'tandem-list';

export interface ListPlace {
  /** Another user who signs in in this tab does not get it. */
  userId: number;
  /** `/order` with its query. */
  path: string;
  scrollY: number;
  /** The `href` of the order's link; empty if none was opened. */
  opened: string;
}

/** Null if this user left no list in this tab, and without storage. */
export function readListPlace(userId: number): ListPlace | null {
  try {
    const place = parse(JSON.parse(sessionStorage.getItem(KEY) ?? 'null'));
    return place?.userId === userId ? place : null;
  } catch {
    return null;
  }
}

export function saveListPlace(place: ListPlace): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(place));
  } catch {}
}

/** On signing out: what was searched for is nobody else's business. */
export function removeListPlace(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {}
}

function parse(kept: unknown): ListPlace | null {
  if (typeof kept !== 'object' || kept === null) return null;
  const { userId, path, scrollY, opened }: Partial<Record<keyof ListPlace, unknown>> = kept;
  if (typeof userId !== 'number' || typeof path !== 'string' || !/^\/order(\?|$)/.test(path)) return null;
  return typeof scrollY === 'number' && typeof opened === 'string' ? { userId, path, scrollY, opened } : null;
}
