/** Parse the environment once, and report every wrong variable before anything starts. No other module reads `process.env`. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { REVOCATION_LAG_MS } from './auth/sessions/session-limits.ts';
import {
  ACCESS_TOKEN_LIFETIME_SECONDS,
  BOUND_ACCESS_TOKEN_LIFETIME_SECONDS,
  REFRESH_TOKEN_LIFETIME_SECONDS,
  SECRET_MIN_BYTES,
  SECRET_MIN_DISTINCT_CHARS,
} from './auth/tokens/token-limits.ts';

export interface Secret {
  id: string;
  secret: string;
}

/** Thrown at start; `problems` has one sentence per wrong variable. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
  readonly problems: string[];

  constructor(problems: string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `15s`, `10m`, `2h`, `14d` → milliseconds. */
const duration = z.string().transform((value, context) => {
  const [, amount, unit] = /^(\d{1,7})(ms|s|m|h|d)$/.exec(value) ?? [];
  const ms = Number(amount) * UNIT_MS[(unit ?? 's') as keyof typeof UNIT_MS];
  if (amount && ms > 0 && ms <= 400 * UNIT_MS.d) return ms;
  context.addIssue('must be a length of time such as 15s, 10m, 2h or 14d');
  return z.NEVER;
});

const wholeSeconds = duration.refine((ms) => ms % 1_000 === 0, 'must be whole seconds').transform((ms) => ms / 1_000);

const wholeNumber = (min: number, max: number, message: string, tooLarge = message) =>
  z.coerce.number(message).int(message).min(min, message).max(max, tooLarge);

const origin = z.string().transform((value, context) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.hash || url.username) {
    context.addIssue('must be an origin such as https://orders.example');
    return z.NEVER;
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    context.addIssue('must be https, except on localhost');
    return z.NEVER;
  }
  return url.origin;
});

const databaseUrl = z
  .string()
  .refine((value) => /^postgres(ql)?:\/\//.test(value) && URL.canParse(value), {
    error: 'must look like postgres://user@host:5432/name',
    abort: true,
  })
  .refine(
    isLocalOrVerified,
    'is on another host, so it must end in ?sslmode=verify-full: the connection is encrypted and the server proves its name',
  );

const secrets = z.string().transform((value, context): [Secret, ...Secret[]] => {
  const problem = (message: string) => {
    context.addIssue(`${message}; make one with: openssl rand -base64 32`);
    return z.NEVER;
  };
  const parsed: Secret[] = [];
  for (const entry of value.split(',')) {
    const [, id, secret] = /^\s*([\w.-]{1,32}):(\S+)\s*$/.exec(entry) ?? [];
    if (!id || !secret) return problem('must be id:secret pairs separated by commas, newest first');
    if (parsed.some((known) => known.id === id)) return problem(`has the id ${id} twice`);
    if (Buffer.byteLength(secret) < SECRET_MIN_BYTES || new Set(secret).size < SECRET_MIN_DISTINCT_CHARS) {
      return problem(`has a secret (${id}) that is not ${SECRET_MIN_BYTES} random bytes`);
    }
    parsed.push({ id, secret });
  }
  const [newest, ...older] = parsed;
  return newest ? [newest, ...older] : problem('is empty');
});

/** Parse the same form from a file; `source` names it in errors. */
export function parseSecrets(value: string, source: string): [Secret, ...Secret[]] {
  const parsed = secrets.safeParse(value);
  if (!parsed.success) throw new EnvError(parsed.error.issues.map((issue) => `${source} ${issue.message}.`));
  return parsed.data;
}

const metricsToken = z
  .string()
  .regex(
    new RegExp(`^[\\w.~+/=-]{${SECRET_MIN_BYTES},}$`),
    `must have at least ${SECRET_MIN_BYTES} characters of a token; make one with: openssl rand -hex 32`,
  );

const onOff = z.enum(['on', 'off'], 'must be on or off').transform((value) => value === 'on');

/** Every variable there is; `.env.example` explains them. */
export const Variables = z.object({
  PORT: wholeNumber(1, 65_535, 'must be a port number').default(3000),
  APP_ORIGIN: origin.optional(),
  DATA_DIR: z.string().default('.data'),
  DATABASE_URL: databaseUrl.optional(),
  AUTH_SECRETS: secrets.optional(),
  ACCESS_TOKEN_LIFETIME: wholeSeconds.default(ACCESS_TOKEN_LIFETIME_SECONDS),
  REFRESH_TOKEN_LIFETIME: wholeSeconds.default(REFRESH_TOKEN_LIFETIME_SECONDS),
  BOUND_ACCESS_TOKEN_LIFETIME: wholeSeconds.default(BOUND_ACCESS_TOKEN_LIFETIME_SECONDS),
  REVOCATION_LAG: duration.default(REVOCATION_LAG_MS),
  BINDING_POLICY: z.enum(['prefer', 'limit', 'require'], 'must be prefer, limit or require').default('prefer'),
  TRUST_PROXY: wholeNumber(0, 10, 'must be a count of proxies', 'must be at most 10').default(0),
  DEMO_DATA: onOff.optional(),
  METRICS_TOKEN: metricsToken.optional(),
  LOG_LEVEL: z.enum(['info', 'warn', 'error', 'silent'], 'must be info, warn, error or silent').default('info'),
});

/** Throws `EnvError` with every problem at once. An empty variable counts as unset. */
export function parseEnv(variables: Record<string, string | undefined>) {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = Variables.safeParse(set);
  const problems = (parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')} ${issue.message}.`);
  if (set.DATABASE_URL && !set.AUTH_SECRETS) {
    problems.push(
      'AUTH_SECRETS is required with DATABASE_URL, so that every instance has the same: set it to main:$(openssl rand -base64 32).',
    );
  }
  if (parsed.data && parsed.data.ACCESS_TOKEN_LIFETIME > parsed.data.REFRESH_TOKEN_LIFETIME) {
    problems.push('ACCESS_TOKEN_LIFETIME must not be longer than REFRESH_TOKEN_LIFETIME.');
  }
  if (!parsed.data || problems.length > 0) throw new EnvError(problems);
  const v = parsed.data;
  return {
    port: v.PORT,
    /** Scheme, host and port, without a path: `https://orders.example`. */
    appOrigin: v.APP_ORIGIN ?? `http://localhost:${v.PORT}`,
    /** Absolute path of the embedded database and generated secrets. */
    dataDir: resolve(v.DATA_DIR),
    /** PostgreSQL; undefined means the embedded database. */
    databaseUrl: v.DATABASE_URL,
    /** Newest first; undefined means generated into `dataDir`. */
    authSecrets: v.AUTH_SECRETS,
    accessTokenLifetimeSeconds: v.ACCESS_TOKEN_LIFETIME,
    refreshTokenLifetimeSeconds: v.REFRESH_TOKEN_LIFETIME,
    boundAccessTokenLifetimeSeconds: v.BOUND_ACCESS_TOKEN_LIFETIME,
    revocationLagMs: v.REVOCATION_LAG,
    bindingPolicy: v.BINDING_POLICY,
    /** How many proxies' `X-Forwarded-For` entries to believe. */
    trustProxy: v.TRUST_PROXY,
    demoData: v.DEMO_DATA ?? !v.DATABASE_URL,
    /** Bearer token for `/api/metrics`; undefined closes the endpoint. */
    metricsToken: v.METRICS_TOKEN,
    logLevel: v.LOG_LEVEL,
  };
}
export type Env = ReturnType<typeof parseEnv>;

/** Under `next dev`: pages need a wider policy and a WebSocket, and the log is for a person. */
export function isDevelopment(): boolean {
  return process.env.NODE_ENV === 'development';
}

let cached: Env | undefined;

export function env(): Env {
  cached ??= parseEnv(process.env);
  return cached;
}

/** The query may name a host too: the folder of a Unix socket, or a name. */
function isLocalOrVerified(value: string): boolean {
  const { hostname, searchParams } = new URL(value);
  const host = searchParams.get('host') ?? hostname;
  return host === '' || host.startsWith('/') || isLoopback(host) || searchParams.get('sslmode') === 'verify-full';
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
