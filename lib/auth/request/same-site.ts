/** The same-site rule: a request that a browser sends with our cookies must come from our own pages. */
import { env } from '../../env.ts';
import { AppError } from '../../errors.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Throws `cross_site_request` unless `Sec-Fetch-Site` is `same-origin` or `none`; where a browser does not send it, `Origin` must be ours or
 * absent. Programs that send neither are let through: without a browser there are no cookies to abuse. Reading is refused to other
 * sites' pages too, except by navigating. A bearer token is never sent by a browser on its own, so those requests are exempt.
 */
export function checkSameSite(request: Request): void {
  const { headers, method } = request;
  if (/^(Bearer|DPoP) /i.test(headers.get('authorization') ?? '')) return;
  const site = headers.get('sec-fetch-site');
  if (SAFE_METHODS.has(method)) {
    if (site === 'cross-site' && headers.get('sec-fetch-mode') !== 'navigate') throw new AppError('cross_site_request');
    return;
  }
  const origin = headers.get('origin');
  const ours = site ? site === 'same-origin' || site === 'none' : origin === null || origin === env().appOrigin;
  if (!ours) throw new AppError('cross_site_request');
}
