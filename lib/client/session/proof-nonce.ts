/** The nonce for this page's next DPoP proof: the last one that the server gave. */
import type { Nonce } from './with-proof.ts';

let given: string | null = null;

export const nonce: Nonce = {
  /** A page cannot read the headers it came with, so its first nonce comes in a `<meta>`. */
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
