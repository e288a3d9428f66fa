import { expect, test } from 'vitest';
import { AWAY_DIGEST } from '../../lib/contract/database-away.ts';
import { AppError } from '../../lib/errors.ts';
import { markOutage } from './mark-outage.ts';

test('what was read comes through', async () => {
  expect(await markOutage(Promise.resolve(1))).toBe(1);
});

test('an outage is marked as one, and stays the error it was', async () => {
  const refused = new Error('Failed query', { cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) });
  for (const error of [refused, new AppError('unavailable')]) {
    const thrown = await markOutage(Promise.reject(error)).catch((reason: unknown) => reason);
    expect(thrown).toBe(error);
    expect(thrown).toHaveProperty('digest', AWAY_DIGEST);
  }
});

test('a programming error is not taken for an outage', async () => {
  for (const error of [new Error('relation does not exist'), new AppError('not_found')]) {
    const thrown = await markOutage(Promise.reject(error)).catch((reason: unknown) => reason);
    expect(thrown).toBe(error);
    expect(thrown).not.toHaveProperty('digest');
  }
});
