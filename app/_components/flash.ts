/** The flash message: one sentence about the last action, shown on its page until closed or left. */

export interface Flash {
  /** Distinguishes two equal messages, so that the second is announced too. */
  id: number;
  sentence: string;
  kind: 'done' | 'problem';
  /** Pathname of the page it belongs to. */
  path: string;
}

let current: Flash | null = null;
let shown = 0;
const listeners = new Set<() => void>();

function set(next: Flash | null): void {
  current = next;
  for (const listener of listeners) listener();
}

export const flash = {
  /** `path` is the page that shows it; pass it if a navigation follows. */
  show(
    sentence: string,
    { kind = 'done', path = location.pathname }: Partial<Pick<Flash, 'kind' | 'path'>> = {},
  ): void {
    shown += 1;
    set({ id: shown, sentence, kind, path });
  },
  /** Clear when the next action starts; the old message would read as its result. */
  clear(): void {
    if (current) set(null);
  },
  get: (): Flash | null => current,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
