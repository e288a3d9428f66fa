/** Dated values that nobody has to store: the nonce of a DPoP proof (RFC 9449 8), and the challenge of a DBSC registration. */
import { createHmac } from 'node:crypto';
import { areEqual } from '../tokens/equal-secrets.ts';
import { type KeySet, keys } from '../tokens/keys.ts';
import {
  PROOF_NONCE_STEP_SECONDS,
  PROOF_NONCE_STEPS_AHEAD,
  PROOF_NONCE_STEPS_BACK,
  REGISTRATION_STEPS_BACK,
} from './proof-limits.ts';

/** 128 bits, base64url. */
const TAG_CHARS = 22;

/** `<step>.<tag>`, the same for a minute and for every client: the `jti` makes a proof good once, not the nonce. */
export function proofNonce(now: Date): string {
  return dated(stepAt(now), '', keys().newest);
}

/** When the nonce was issued, in steps; null for a nonce of another server, or older than about four minutes. */
export function recentNonceStep(nonce: string, now: Date): number | null {
  return recentStep(nonce, '', PROOF_NONCE_STEPS_BACK, now);
}

/** A browser signs it to bind one session to its own key. */
export function registrationChallenge(sessionId: string, now: Date): string {
  return dated(stepAt(now), sessionId, keys().newest);
}

export function isRegistrationChallenge(challenge: string, sessionId: string, now: Date): boolean {
  return recentStep(challenge, sessionId, REGISTRATION_STEPS_BACK, now) !== null;
}

export function stepAt(now: Date): number {
  return Math.floor(now.getTime() / (PROOF_NONCE_STEP_SECONDS * 1_000));
}

function recentStep(given: string, about: string, stepsBack: number, now: Date): number | null {
  const step = Number.parseInt(given, 36);
  const current = stepAt(now);
  // Written so that NaN is refused too.
  if (!(step >= current - stepsBack && step <= current + PROOF_NONCE_STEPS_AHEAD)) return null;
  return [...keys().byId.values()].some((set) => areEqual(given, dated(step, about, set))) ? step : null;
}

function dated(step: number, about: string, { proofNonce: key }: KeySet): string {
  const tag = createHmac('sha256', key).update(`${step} ${about}`).digest('base64url').slice(0, TAG_CHARS);
  return `${step.toString(36)}.${tag}`;
}
