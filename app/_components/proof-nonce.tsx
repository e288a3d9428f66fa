/** The nonce for the page's first proof of possession, which it cannot read from its own headers. React puts it into the head. */
import { proofNonce } from '../../lib/auth/binding/proof-nonce.ts';
import { lastDatabaseTime } from '../../lib/db/clock.ts';

export function ProofNonce() {
  return <meta name="dpop-nonce" content={proofNonce(lastDatabaseTime())} />;
}
