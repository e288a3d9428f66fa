/** The opaque cursor of the order list: the sort it belongs to and the last order seen (keyset paging). */
import { z } from 'zod';
import type { OrderSort } from '../contract/order.ts';
import { fieldError } from '../errors.ts';

/** What PostgreSQL and JavaScript both read as a year of four digits. */
const LATEST_MS = Date.UTC(9999, 11, 31);

export interface Position {
  /** What the list is sorted by: milliseconds since 1970 for `placed_at`, minor units for `total`. */
  key: number;
  number: number;
}

const byDate = z.tuple([z.enum(['-placed_at', 'placed_at']), z.int().min(0).max(LATEST_MS), z.int().min(0)]);
const byTotal = z.tuple([z.enum(['-total', 'total']), z.int().min(0), z.int().min(0)]);
const Cursor = z.union([byDate, byTotal]);

export function encodeCursor(sort: OrderSort, { key, number }: Position): string {
  return Buffer.from(JSON.stringify([sort, key, number])).toString('base64url');
}

/** Throws `invalid_request` at `cursor` for what `encodeCursor` did not write, and for a cursor of another sort. */
export function decodeCursor(sort: OrderSort, cursor: string): Position {
  const parsed = Cursor.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  if (!parsed.success) throw fieldError('cursor', 'Must be a next_cursor of this list.');
  const [writtenFor, key, number] = parsed.data;
  if (writtenFor !== sort) throw fieldError('cursor', 'Belongs to a list sorted otherwise.');
  return { key, number };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
