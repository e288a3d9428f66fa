import { beforeAll, expect, test } from 'vitest';
import { loadTestKeys, NEW_SECRET } from '../auth/tokens/test-keys.ts';
import type { ErrorCode } from '../contract/error.ts';
import { AppError, REFUSAL_REASONS, type RefusalReason } from '../errors.ts';
import { errorResponse } from './error-response.ts';

beforeAll(() => loadTestKeys(NEW_SECRET));

async function answer(code: ErrorCode, reason?: RefusalReason) {
  const response = errorResponse(new AppError(code, { reason }));
  const { 'dpop-nonce': _, ...headers } = Object.fromEntries(response.headers);
  return { status: response.status, headers, body: await response.text() };
}

const challenge = async (code: ErrorCode, reason?: RefusalReason) =>
  (await answer(code, reason)).headers['www-authenticate'];

test.each<[ErrorCode, told: RefusalReason]>([
  ['invalid_token', 'missing'],
  ['invalid_grant', 'other_key'],
])('the answer %s tells no reason but %s, which the challenge names', async (code, told) => {
  const plain = await answer(code);
  for (const reason of REFUSAL_REASONS.filter((one) => one !== told))
    expect(await answer(code, reason), reason).toEqual(plain);
  expect(await answer(code, told)).toEqual({
    ...plain,
    headers: { ...plain.headers, 'www-authenticate': await challenge(code, told) },
  });
});

test('a challenge names its scheme, and an error only where a credential came (RFC 6750 3.1, RFC 9449 7.1)', async () => {
  expect(await challenge('invalid_token', 'missing')).toBe('Bearer');
  expect(await challenge('invalid_token', 'expired')).toBe('Bearer error="invalid_token"');
  expect(await challenge('invalid_credentials')).toBe('Bearer');
  expect(await challenge('invalid_grant', 'no_live_session')).toBeUndefined();
  expect(await challenge('invalid_grant', 'other_key')).toBe(
    'DPoP error="invalid_token", error_description="Invalid DPoP key binding", algs="ES256"',
  );
});
