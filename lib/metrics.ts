/** Metrics in Prometheus format; `/api/metrics` serves them if `METRICS_TOKEN` is set. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { AppError } from './errors.ts';
import { processWide } from './process-wide.ts';

/** From a guarded request to an unacceptable wait, in seconds. */
const DURATION_BUCKETS_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const metrics = () =>
  processWide('metrics', () => {
    const registry = new Registry();
    const registers = [registry];
    return {
      registry,
      login: new Counter({
        name: 'tandem_logins_total',
        help: 'Sign-ins by result.',
        labelNames: ['result'],
        registers,
      }),
      refresh: new Counter({
        name: 'tandem_refreshes_total',
        help: 'Refreshes by result.',
        labelNames: ['result'],
        registers,
      }),
      requests: new Histogram({
        name: 'tandem_request_duration_seconds',
        help: 'From the head of a request to the end of its answer.',
        labelNames: ['method', 'route', 'status'],
        buckets: DURATION_BUCKETS_SECONDS,
        registers,
      }),
      denySetSize: new Gauge({
        name: 'tandem_deny_set_size',
        help: 'Revoked sessions that this process refuses.',
        registers,
      }),
      denySetAge: new Gauge({
        name: 'tandem_deny_set_age_seconds',
        help: 'Since the last query for sessions that other processes revoked.',
        registers,
      }),
    };
  });

/** Count how the work ends: `success`, or the error code. */
export async function counted<T>(what: 'login' | 'refresh', work: Promise<T>): Promise<T> {
  const count = (result: string) => metrics()[what].inc({ result });
  try {
    const done = await work;
    count('success');
    return done;
  } catch (error) {
    count(error instanceof AppError ? error.code : 'fault');
    throw error;
  }
}

export function observeRequest(request: { method: string; route: string; status: number }, seconds: number): void {
  metrics().requests.observe(request, seconds);
}

/** Process metrics (memory, event loop) are collected from the first scrape on. */
export async function metricsText(denySet: { size: number; ageSeconds: number }): Promise<string> {
  const { registry, denySetSize, denySetAge } = metrics();
  processWide('process-metrics', () => {
    collectDefaultMetrics({ register: registry, prefix: 'tandem_' });
    return true;
  });
  denySetSize.set(denySet.size);
  denySetAge.set(denySet.ageSeconds);
  return registry.metrics();
}
