/** Signed-in users with a key, and their prepared refreshes. */
import { KeyHolder } from '../e2e/support/key-holder.ts';
import type { Server } from '../e2e/support/server.ts';
import { newProofKey } from '../lib/auth/binding/test-proof.ts';
import type { Prepared } from './replay.ts';

/** Enough sign-ins to keep both cores of a small machine busy. */
const SIGN_INS_AT_A_TIME = 8;
/** Below what one session may send within the time its proofs are remembered. */
export const REFRESHES_PER_HOLDER = 6;

export async function signInHolders({ url }: Server, count: number): Promise<KeyHolder[]> {
  const key = await newProofKey();
  const holders: KeyHolder[] = [];
  const signIn = async () => {
    const holder = new KeyHolder(url, key, url);
    const { status, text } = await holder.login();
    if (status !== 200) throw new Error(`Sign-in failed: ${status} ${text}`);
    holders.push(holder);
  };
  while (holders.length < count) {
    await Promise.all(Array.from({ length: Math.min(SIGN_INS_AT_A_TIME, count - holders.length) }, signIn));
  }
  return holders;
}

/** `times` refreshes of each holder. */
export async function prepareRefreshes(holders: readonly KeyHolder[], times: number): Promise<Prepared[]> {
  const prepared: Prepared[] = [];
  for (let n = 0; n < times; n += 1) {
    for (const holder of holders) {
      const cookie = holder.jar.header('/api/refresh_token');
      const headers = { cookie, dpop: await holder.proof(), 'sec-fetch-site': 'same-origin' };
      prepared.push({ url: `${holder.url}/api/refresh_token`, method: 'PUT', headers });
    }
  }
  return prepared;
}
