/** The flash message: one sentence about what was just done, shown on the page it belongs to until it is closed or left. */

export interface Flash {
  /** Tells two equal messages apart, so that the second is announced as well. */
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
  /** `path` is the page that shows it: give it where a navigation follows. */
  show(
    sentence: string,
    { kind = 'done', path = location.pathname }: Partial<Pick<Flash, 'kind' | 'path'>> = {},
  ): void {
    shown += 1;
    set({ id: shown, sentence, kind, path });
  },
  /** Call it when the next action starts: a message about the one before would be read as its answer. */
  clear(): void {
    if (current) set(null);
  },
  get: (): Flash | null => current,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
