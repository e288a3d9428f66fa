/** The nonce for this page's next proof of possession: the last one the server gave. */
import type { Nonce } from './with-proof.ts';

let given: string | null = null;

export const nonce: Nonce = {
  /** A page cannot read the headers it came with, so it brings its first one in a `<meta>`. */
  get last() {
    return given ?? document.querySelector<HTMLMetaElement>('[name=dpop-nonce]')?.content ?? null;
  },
  set last(value) {
    given = value;
  },
};

export function noteNonce({ headers }: Response): void {
  given = headers.get('DPoP-Nonce') ?? given;
}
