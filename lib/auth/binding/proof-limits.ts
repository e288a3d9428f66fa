/** Sizes and times of DPoP proofs and of sessions that the browser binds (DBSC). */
import { MINUTE } from '../../seconds.ts';

/** A DPoP proof has about 500 characters. */
export const PROOF_MAX_CHARS = 2_048;
/** 96 random bits at least (RFC 9449 4.2). */
export const PROOF_JTI_MIN_CHARS = 16;
export const PROOF_JTI_MAX_CHARS = 128;
/** A nonce is issued for one step and accepted for four more; one step ahead is another instance's clock. */
export const PROOF_NONCE_STEP_SECONDS = MINUTE;
export const PROOF_NONCE_STEPS_BACK = 4;
export const PROOF_NONCE_STEPS_AHEAD = 1;
/** A browser that binds sessions (DBSC) does so within a second of the sign-in. */
export const REGISTRATION_STEPS_BACK = 1;
/** How long beyond the life of an access token the challenge that came with it is accepted. */
export const DBSC_CHALLENGE_SPARE_SECONDS = 5 * MINUTE;
