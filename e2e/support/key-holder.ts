/** Clients with a key: of a page or a program (RFC 9449), and of the browser itself (DBSC). */
import { SignJWT } from 'jose';
import { makeProof, type ProofKey } from '../../lib/auth/binding/test-proof.ts';
import { type Answer, type Sent, Visitor } from './http.ts';
import { APP_ORIGIN } from './tokens.ts';

const DEMO_USER = { name: 'admin', pwd: '123456' };
const DBSC_START = '/api/refresh_token/dbsc/start';
const DBSC_REFRESH = '/api/refresh_token/dbsc';

export function loginClaims(origin: string) {
  return { htm: 'POST', htu: `${origin}/api/login` };
}

/** A browser or program with a key; remembers the last nonce. */
export class KeyHolder extends Visitor {
  nonce: string | undefined;
  readonly key: ProofKey;
  readonly origin: string;

  constructor(url: string, key: ProofKey, origin = APP_ORIGIN) {
    super(url);
    this.key = key;
    this.origin = origin;
  }

  override async send(path: string, sent: Sent = {}): Promise<Answer> {
    const answer = await super.send(path, sent);
    const given = answer.headers['dpop-nonce'];
    if (typeof given === 'string') this.nonce = given;
    return answer;
  }

  async login(json: object = DEMO_USER, claims = {}): Promise<Answer> {
    if (!this.nonce) await this.send('/api/login', { method: 'POST', json, headers: { dpop: await this.proof() } });
    const dpop = await makeProof(this.key, this.nonce, { claims: { ...loginClaims(this.origin), ...claims } });
    return this.send('/api/login', { method: 'POST', json, headers: { dpop } });
  }

  proof(claims = {}): Promise<string> {
    return makeProof(this.key, this.nonce, { claims: { htu: `${this.origin}/api/refresh_token`, ...claims } });
  }

  async refresh(headers: Record<string, string | string[]> = {}): Promise<Answer> {
    return this.send('/api/refresh_token', { method: 'PUT', headers: { dpop: await this.proof(), ...headers } });
  }
}

/** Changes that a test makes to the signed text. */
export interface Signing {
  header?: object;
  claims?: object;
  by?: ProofKey;
}

/** A browser of the DBSC draft, with a key that no page can use. */
export class Device extends KeyHolder {
  id = '';
  challenge = '';

  async signInAndTakeOffer(headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await this.send('/api/login', { method: 'POST', json: DEMO_USER, headers });
    const offer = String(answer.headers['secure-session-registration']);
    this.challenge = /challenge="([^"]+)"/.exec(offer)?.[1] ?? '';
    return answer;
  }

  async sign(challenge: string, { header = {}, claims = {}, by = this.key }: Signing = {}): Promise<string> {
    const protectedHeader = { alg: 'ES256', typ: 'dbsc+jwt', ...header };
    return new SignJWT({ jti: challenge, ...claims }).setProtectedHeader(protectedHeader).sign(by.privateKey);
  }

  async start(changes: Signing = {}): Promise<Answer> {
    const proof = await this.sign(this.challenge, { ...changes, header: { jwk: this.key.jwk, ...changes.header } });
    return this.note(await this.send(DBSC_START, { method: 'POST', headers: { 'secure-session-response': proof } }));
  }

  async refreshByBrowser(proof?: string): Promise<Answer> {
    const headers = { 'sec-secure-session-id': this.id, ...(proof && { 'secure-session-response': proof }) };
    return this.note(await this.send(DBSC_REFRESH, { method: 'POST', headers }));
  }

  note(answer: Answer): Answer {
    const [, challenge, id] = /^"([^"]+)";id="([^"]+)"$/.exec(String(answer.headers['secure-session-challenge'])) ?? [];
    this.challenge = challenge ?? this.challenge;
    this.id = id ?? this.id;
    return answer;
  }
}
