/** The faults of a run: of the network, the server, the clock and by sleep, chosen at random. */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, BrowserContext } from 'playwright';
import type { FaultProxy } from '../fixtures/fault-proxy.ts';
import { renderersOf } from '../fixtures/renderers.ts';
import type { Server } from '../support/server.ts';
import type { Random } from './random.ts';

const HOUR_MS = 3_600_000;
const ANY_API = { path: /^\/api\/(order|refresh_token|session)/ };
const REFRESH = { method: 'PUT', path: '/api/refresh_token' };
const PLACE_ORDER = { method: 'POST', path: '/api/order' };

export interface FaultContext {
  browser: Browser;
  context: BrowserContext;
  server: Server;
  faultProxy: FaultProxy;
  random: Random;
  accessLifetimeMs: number;
}

type Fault = (context: FaultContext) => Promise<void>;

/** Newest first, as `AUTH_SECRETS` requires. The first one stays to the end, since it signed the refresh token. */
const secrets = [newSecret()];

export function currentSecrets(): string {
  return secrets.join();
}

function newSecret(): string {
  return `s${Date.now().toString(36)}:${randomBytes(32).toString('base64url')}`;
}

export const FAULTS: Record<string, Fault> = {
  'offline spell': async ({ context, random }) => {
    await context.setOffline(true);
    await pause(random.between(500, 6_000));
    await context.setOffline(false);
  },
  '503 and 429': async ({ faultProxy, random }) => {
    faultProxy.fault(REFRESH, { kind: 'answer', status: 503 }, { times: random.between(1, 3) });
    faultProxy.fault(REFRESH, { kind: 'answer', status: 429, retryAfterSeconds: 1 }, { times: random.between(0, 1) });
    faultProxy.fault(PLACE_ORDER, { kind: 'answer', status: 503 }, { times: random.between(0, 2) });
  },
  'lost requests': async ({ faultProxy, random }) => {
    faultProxy.fault(ANY_API, { kind: 'drop', when: 'before' }, { times: random.between(1, 3) });
  },
  'lost answers': async ({ faultProxy, random }) => {
    faultProxy.fault(REFRESH, { kind: 'drop', when: 'after' }, { times: 1 });
    faultProxy.fault(PLACE_ORDER, { kind: 'drop', when: 'after' }, { times: random.between(1, 2) });
  },
  'slow server': async ({ faultProxy, random }) => {
    const slow = faultProxy.fault({}, { kind: 'delay', delayMs: random.between(300, 1_500) });
    await pause(3_000);
    slow.remove();
  },
  restart: ({ server }) => server.restart(),
  'kill and restart': async ({ server }) => {
    await server.kill();
    await server.restart();
  },
  'change of secrets': async ({ server }) => {
    secrets.unshift(newSecret());
    await server.restart({ AUTH_SECRETS: currentSecrets() });
  },
  'clock change': async ({ context, random }) => {
    const hours = random.pick([-3, -0.1, 0, 0.2, 3]);
    await context.clock.setSystemTime(Date.now() + hours * HOUR_MS);
  },
  sleep: async ({ browser, random, accessLifetimeMs }) => {
    const renderers = await renderersOf(browser);
    renderers.stop();
    try {
      await pause(random.between(accessLifetimeMs / 2, 2 * accessLifetimeMs));
    } finally {
      renderers.resume();
    }
  },
};
