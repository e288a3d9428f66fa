/** The same-site rule: a request that a browser sends with our cookies must come from our own pages. */
import { env } from '../../env.ts';
import { AppError } from '../../errors.ts';
import type { Credential } from './sender.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Throws `cross_site_request` unless `Sec-Fetch-Site` is `same-origin` or `none`; without that header `Origin` must be ours or absent.
 * Programs send neither and pass: without a browser there are no cookies to abuse. Pages of other sites may navigate here, and read nothing.
 * Requests with a bearer token are exempt: no browser adds one without a script, and beside it no session cookie counts.
 */
export function checkSameSite({ headers, method }: Request, { via }: Credential): void {
  if (via === 'authorization') return;
  const site = headers.get('sec-fetch-site');
  if (SAFE_METHODS.has(method)) {
    if (site === 'cross-site' && headers.get('sec-fetch-mode') !== 'navigate') throw new AppError('cross_site_request');
    return;
  }
  const origin = headers.get('origin');
  const ours = site ? site === 'same-origin' || site === 'none' : origin === null || origin === env().appOrigin;
  if (!ours) throw new AppError('cross_site_request');
}
