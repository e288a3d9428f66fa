import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../errors.ts';
import { textOf } from '../test-text.ts';
import { BODY_MAX_BYTES, type BodyType, readBody, requireBodyType } from './body.ts';

const announcing = (type: string) => new Request('http://localhost', { headers: { 'content-type': type } });

function typeOf(announced: string, accepted: BodyType[]): BodyType | null {
  try {
    return requireBodyType(announcing(announced), accepted);
  } catch (error) {
    expect(error).toMatchObject({ code: 'unsupported_media_type' });
    return null;
  }
}

test('a content type counts whatever its letter case, blanks and parameters, and in no other charset than UTF-8', () => {
  const type = fc.constantFrom('application/json', 'Application/JSON', 'APPLICATION/Json');
  const blanks = textOf(' ', '\t');
  const charset = fc.constantFrom(
    ['', true],
    ['charset=utf-8', true],
    ['charset="UTF-8"', true],
    ['Charset=latin1', false],
    ['charset=utf-8859', false],
    ['charset=x-utf-8', false],
    ['charset=charset=utf-8', false],
  );
  fc.assert(
    fc.property(
      type,
      blanks,
      charset,
      fc.constantFrom('', 'x=1', 'version="2"'),
      (type, blank, [charset, isTaken], other) => {
        const parameters = [other, charset].filter(Boolean).map((parameter) => `;${blank}${parameter}`);
        expect(typeOf(`${type}${blank}${parameters.join('')}`, ['json'])).toBe(isTaken ? 'json' : null);
      },
    ),
  );
});

test('no other content type is taken', () => {
  const type = textOf(
    'application',
    '/',
    'json',
    'x',
    '+',
    ',',
    ';',
    ' ',
    'text/plain',
    'form',
    'constructor',
    '__proto__',
  );
  fc.assert(
    fc.property(type, (type) => {
      fc.pre(!/^\s*application\/json\s*(;|$)/.test(type));
      expect(typeOf(type, ['json', 'form', 'report'])).toBeNull();
    }),
  );
});

/** A request whose body comes in pieces of `sizes` bytes, over and over. */
function sentInPieces(bytes: Uint8Array, sizes: number[]): Request {
  const body = new ReadableStream({
    start(controller) {
      for (let at = 0, n = 0; at < bytes.length; n += 1) {
        const size = sizes[n % sizes.length] ?? 1;
        controller.enqueue(bytes.subarray(at, at + size));
        at += size;
      }
      controller.close();
    },
  });
  return new Request('http://localhost', { method: 'POST', body, duplex: 'half' } as RequestInit);
}

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });

test('a body is read as it was written, in whatever pieces it comes', async () => {
  const fields = fc.dictionary(fc.stringMatching(/^\w+$/), fc.string({ unit: 'grapheme' }));
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ stringUnit: 'grapheme' }), fields, sizes, async (value, fields, sizes) => {
      const json = new TextEncoder().encode(JSON.stringify(value));
      const form = new TextEncoder().encode(String(new URLSearchParams(fields)));
      expect(JSON.stringify(await readBody(sentInPieces(json, sizes), 'json'))).toBe(JSON.stringify(value));
      expect(await readBody(sentInPieces(form, sizes), 'form')).toEqual({ ...fields });
    }),
  );
});

test('any bytes are read or refused as invalid, always so without UTF-8, and too many of them are too large', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), sizes, fc.constantFrom('json', 'form'), async (bytes, sizes, type) => {
      const outcome = await readBody(sentInPieces(bytes, sizes), type).then(
        () => 'read',
        (error: unknown) => (error instanceof AppError ? error.code : error),
      );
      expect(outcome).toBeOneOf(isUtf8(bytes) ? ['read', 'invalid_request'] : ['invalid_request']);
    }),
  );
  const tooLarge = sentInPieces(new Uint8Array(BODY_MAX_BYTES + 1), [BODY_MAX_BYTES]);
  await expect(readBody(tooLarge, 'json')).rejects.toMatchObject({ code: 'payload_too_large' });
});

test('a body that just fits is read', async () => {
  const text = 'x'.repeat(BODY_MAX_BYTES - 2);
  expect(await readBody(sentInPieces(Buffer.from(JSON.stringify(text)), [1_000]), 'json')).toBe(text);
});

test('a client is told in one sentence what is wrong with its body', async () => {
  const messageOf = (bytes: Uint8Array) => readBody(sentInPieces(bytes, [9]), 'json').catch(({ message }) => message);
  expect(await messageOf(Buffer.from('{"a":'))).toBe('The body is not JSON.');
  expect(await messageOf(Buffer.from([0xff]))).toBe('The body is not UTF-8.');
});

test('no body is no JSON, and a form without fields', async () => {
  const request = () => new Request('http://localhost', { method: 'POST' });
  await expect(readBody(request(), 'json')).rejects.toMatchObject({ code: 'invalid_request' });
  expect(await readBody(request(), 'form')).toEqual({});
});

test('a body that breaks off is the client’s fault, and the log learns why', async () => {
  const cause = Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
  const body = new ReadableStream({ pull: (controller) => controller.error(cause) });
  const request = new Request('http://localhost', { method: 'POST', body, duplex: 'half' } as RequestInit);
  await expect(readBody(request, 'json')).rejects.toMatchObject({
    code: 'invalid_request',
    message: 'The body broke off.',
    cause,
  });
});
