/** The opaque cursor of the order list: the sort it belongs to and the last order seen (keyset paging). */
import { z } from 'zod';
import type { OrderSort } from '../contract/order.ts';
import { fieldError } from '../errors.ts';

/** Milliseconds that PostgreSQL and JavaScript both read as a year of four digits. */
const LATEST_MS = Date.UTC(9999, 11, 31);

const number = z.int().min(0);
const ByDate = z.tuple([z.enum(['-placed_at', 'placed_at']), z.int().min(0).max(LATEST_MS), number]);
/** The currency comes first: totals are compared within one currency only. */
const ByTotal = z.tuple([z.enum(['-total', 'total']), z.string().regex(/^[A-Z]{3}$/), z.int().min(0), number]);
const Cursor = z.union([ByDate, ByTotal]);

/** The sort keys, in this order: milliseconds since 1970 and number, or currency, minor units and number. */
export type Position = [placedAtMs: number, number: number] | [currency: string, minorUnits: number, number: number];

export function encodeCursor(sort: OrderSort, position: Position): string {
  return encode([sort, ...position]);
}

/** Throws `invalid_request` at `cursor` for a value that `encodeCursor` did not write or a cursor of another sort. */
export function decodeCursor(sort: OrderSort, cursor: string): Position {
  const { data } = Cursor.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  // base64 and JSON have other spellings of the same value.
  if (!data || encode(data) !== cursor) throw fieldError('cursor', 'Must be a next_cursor of this list.');
  const [writtenFor, ...position] = data;
  if (writtenFor !== sort) throw fieldError('cursor', 'Belongs to a list sorted otherwise.');
  return position;
}

function encode(members: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(members)).toString('base64url');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
