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

test('an answer names the fields that are wrong, and has no word of fields where none is', async () => {
  const issues = [{ path: 'note', message: 'Is too long.' }];
  expect(await errorResponse(new AppError('invalid_request', { issues })).json()).toEqual({
    error: 'invalid_request',
    message: 'Some fields are missing or wrong.',
    issues,
  });
  expect(await errorResponse(new AppError('not_found')).json()).toEqual({
    error: 'not_found',
    message: 'There is nothing at this address.',
  });
});

test('a client learns how long to wait: what the error says, or else what its code does', () => {
  const waitOf = (code: ErrorCode, options = {}) =>
    errorResponse(new AppError(code, options)).headers.get('Retry-After');
  expect(waitOf('rate_limited', { retryAfterSeconds: 7 })).toBe('7');
  expect(waitOf('rate_limited')).toBe('60');
  expect(waitOf('unavailable')).toBe('2');
  expect(waitOf('not_found')).toBeNull();
});

test('a client whose token is refused gets the nonce for its refresh at once', () => {
  const nonceWith = (code: ErrorCode) => errorResponse(new AppError(code)).headers.has('DPoP-Nonce');
  expect([nonceWith('invalid_token'), nonceWith('invalid_grant'), nonceWith('not_found')]).toEqual([
    true,
    false,
    false,
  ]);
});

test('another protocol’s status replaces the status alone', async () => {
  const error = new AppError('invalid_grant');
  const [ours, theirs] = [errorResponse(error), errorResponse(error, 401)];
  expect([ours.status, theirs.status]).toEqual([403, 401]);
  expect(await theirs.text()).toBe(await ours.text());
});
