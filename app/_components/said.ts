/** A sentence about what was just done, said once on the page it belongs to: "Order placed". */

export interface Said {
  sentence: string;
  /** The path of the page it belongs to; going elsewhere ends it. */
  path: string;
}

let current: Said | null = null;
const listeners = new Set<() => void>();

function set(next: Said | null): void {
  current = next;
  for (const listener of listeners) listener();
}

export const said = {
  say: (sentence: string, path: string): void => set({ sentence, path }),
  clear: (): void => set(null),
  get: (): Said | null => current,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
