/** Reads a request's body: bounded, strictly UTF-8, of a content type the route takes. */
import type { z } from 'zod';
import { AppError } from '../errors.ts';
import { fieldSentence } from './field-sentence.ts';

/** `report` is what browsers send on their own about a page. */
export type BodyType = 'json' | 'form' | 'report';

const MEDIA_TYPES: Record<string, BodyType> = {
  'application/csp-report': 'report',
  'application/json': 'json',
  'application/reports+json': 'report',
  'application/x-www-form-urlencoded': 'form',
};

/** Large enough for an order of 50 lines with its note, many times over. */
export const BODY_MAX_BYTES = 64 * 1024;

/** Throws `unsupported_media_type` unless the request announces one of the `accepted`. */
export function requireBodyType(request: Request, accepted: readonly BodyType[]): BodyType {
  const type = announcedType(request);
  if (!type || !accepted.includes(type)) throw new AppError('unsupported_media_type');
  return type;
}

/** Throws `payload_too_large` or `invalid_request`, also for a client that goes away in the middle. What it returns is parsed, not yet checked against a schema. */
export async function readBody(request: Request, type: BodyType): Promise<unknown> {
  const text = decode(await readBytes(request));
  return type === 'form' ? parseForm(text) : parseJson(text);
}

/** Throws `payload_too_large` by the announced length, before a byte is read. */
export function checkAnnouncedLength(request: Request): void {
  if (Number(request.headers.get('content-length') ?? 0) > BODY_MAX_BYTES) throw new AppError('payload_too_large');
}

/** Whether anything follows the headers (RFC 9112 6.3), which the `body` of a request does not tell here. */
export function announcesBody({ headers }: Request): boolean {
  return headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) > 0;
}

/** The schema's value, or `invalid_request` with one issue per field. */
export function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value, { error: fieldSentence });
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => ({
    path: issue.path.join('.'),
    message: issue.message,
  }));
  throw new AppError('invalid_request', { issues });
}

function announcedType(request: Request): BodyType | undefined {
  const [mediaType = '', ...parameters] = (request.headers.get('content-type') ?? '').toLowerCase().split(';');
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='));
  if (charset && !/^charset="?utf-8"?$/.test(charset)) return undefined;
  return Object.hasOwn(MEDIA_TYPES, mediaType.trim()) ? MEDIA_TYPES[mediaType.trim()] : undefined;
}

async function readBytes(request: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunksOf(request)) {
    length += chunk.byteLength;
    if (length > BODY_MAX_BYTES) throw new AppError('payload_too_large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A connection that breaks here is the client's; left as it is, it would pass for the database's. */
async function* chunksOf({ body }: Request): AsyncGenerator<Uint8Array> {
  try {
    yield* body ?? [];
  } catch (cause) {
    throw new AppError('invalid_request', { message: 'The body broke off.', cause });
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('invalid_request', {
      message: 'The body is not UTF-8.',
      cause,
    });
  }
}

/** Of a key given twice the last one counts, as everywhere in JavaScript. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid_request', {
      message: 'The body is not JSON.',
      cause,
    });
  }
}

function parseForm(text: string): unknown {
  return Object.fromEntries(new URLSearchParams(text));
}
