/** The clients of a run: browsers and programs, with and without a key; each signs in again when its session has ended. */
import { newProofKey } from '../../lib/auth/binding/test-proof.ts';
import type { Answer } from '../support/http.ts';
import { Device } from '../support/key-holder.ts';

const KINDS = ['browser', 'program', 'browser with a key', 'browser that binds'] as const;
export type Kind = (typeof KINDS)[number];
const USERS = [
  { name: 'admin', pwd: '123456' },
  { name: 'guest', pwd: '654321' },
] as const;
const OF_EACH = 4;
const SIGN_IN_TRIES = 4;
const PREFIX = {
  access_token: '__Host-',
  refresh_token: '__Secure-',
  session_hint: '__Host-',
  renewal_count: '__Secure-',
};

/** The name that a cookie has on https. */
export function cookieName(name: string): string {
  return (Object.hasOwn(PREFIX, name) ? PREFIX[name as keyof typeof PREFIX] : '') + name;
}

export interface Tokens {
  access: string;
  /** A program's refresh token; a browser has only the seal. */
  refresh: string;
  seal: string;
}

/** All issued tokens, byte for byte. */
export class Issued {
  readonly access = new Set<string>();
  readonly refresh = new Set<string>();
  readonly seals = new Set<string>();

  take({ setCookies, json }: Pick<Answer, 'setCookies' | 'json'>): Partial<Tokens> {
    const cookie = (name: string) =>
      setCookies.find((line) => line.startsWith(`${cookieName(name)}=`))?.match(/=([^;]+)/)?.[1];
    const given = {
      access: cookie('access_token') ?? textOf(json, 'token'),
      refresh: textOf(json, 'refresh_token'),
      seal: cookie('refresh_token'),
    };
    if (given.access) this.access.add(given.access);
    if (given.refresh) this.refresh.add(given.refresh);
    if (given.seal) this.seals.add(given.seal);
    return Object.fromEntries(Object.entries(given).filter(([, token]) => token !== undefined));
  }
}

function textOf(json: unknown, name: string): string | undefined {
  const value: unknown = Object(json)[name];
  return typeof value === 'string' ? value : undefined;
}

export class FuzzClient {
  readonly kind: Kind;
  readonly user: (typeof USERS)[number];
  readonly address: string;
  readonly tokens: Tokens = { access: '', refresh: '', seal: '' };
  device: Device;
  signIns = 0;
  #hasEnded = true;
  #pending: Promise<void> | null = null;
  readonly #url: string;
  readonly #origin: string;
  readonly #issued: Issued;

  constructor(n: number, device: Device, url: string, origin: string, issued: Issued) {
    this.kind = KINDS[n % KINDS.length] ?? 'browser';
    this.user = USERS[Math.floor(n / KINDS.length) % USERS.length] ?? USERS[0];
    this.address = `192.0.2.${n + 1}`;
    this.device = device;
    this.#url = url;
    this.#origin = origin;
    this.#issued = issued;
  }

  get isProgram(): boolean {
    return this.kind === 'program';
  }

  get isBound(): boolean {
    return this.kind === 'browser with a key' || this.kind === 'browser that binds';
  }

  /** The next request that needs the ended session signs in first. */
  sessionEnded(accessToken: string): void {
    if (accessToken === this.tokens.access) this.#hasEnded = true;
  }

  async ensureSignedIn(): Promise<void> {
    if (this.#hasEnded) this.#pending ??= this.#signIn().finally(() => (this.#pending = null));
    await this.#pending;
  }

  take(given: Partial<Tokens>): void {
    Object.assign(this.tokens, given);
  }

  /** Another client of the same user may revoke the session as it begins, so try again. */
  async #signIn(): Promise<void> {
    for (let tries = 1; tries < SIGN_IN_TRIES; tries += 1) {
      if (
        await this.#begin().then(
          () => true,
          () => false,
        )
      )
        return;
    }
    await this.#begin();
  }

  async #begin(): Promise<void> {
    const device = new Device(this.#url, this.device.key, this.#origin);
    const headers = { 'x-forwarded-for': this.address, 'user-agent': `fuzz ${this.kind}` };
    const send = device.send.bind(device);
    device.send = (path, sent = {}) => send(path, { ...sent, headers: { ...headers, ...sent.headers } });
    const json = { ...this.user, transport: this.isProgram ? 'bearer' : 'cookie' };
    let answer = this.isBound ? await device.login(json) : await device.send('/api/login', { method: 'POST', json });
    this.#take(answer);
    if (this.kind === 'browser that binds') {
      const offer = String(answer.headers['secure-session-registration']);
      device.challenge = /challenge="([^"]+)"/.exec(offer)?.[1] ?? '';
      answer = await device.start();
      this.#take(answer);
      device.id = answer.json.session_identifier;
    }
    this.device = device;
    this.signIns += 1;
    this.#hasEnded = false;
  }

  #take(answer: Answer): void {
    if (answer.status !== 200) throw new Error(`${this.kind} cannot sign in: ${answer.status} ${answer.text}`);
    this.take(this.#issued.take(answer));
  }
}

export async function newClients(url: string, origin: string, issued: Issued): Promise<FuzzClient[]> {
  const numbers = Array.from({ length: KINDS.length * OF_EACH }, (_, n) => n);
  const make = async (n: number) =>
    new FuzzClient(n, new Device(url, await newProofKey(), origin), url, origin, issued);
  return Promise.all(numbers.map(make));
}
