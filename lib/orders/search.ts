/** The search of the order list: the typed text as a condition on orders. */
import { and, eq, ilike, or, type SQL, sql } from 'drizzle-orm';
import { orderLines, orders } from '../db/schema.ts';

/** Each word costs one more scan of the user's orders. */
const WORDS_MAX = 10;
/** A number as people write it: `#400`, `ORD-400`, `ord 000400`. */
const WRITTEN_NUMBER = /^(?:#|ord\p{Pd}?)0*([1-9]\d{0,14})$/iu;
const SPACED_NUMBER = /(?<=^|\s)(ord|#)\s+(?=\p{Nd})/giu;
const QUOTES = /^["“”„«»]+|["“”„«»]+$/gu;

/**
 * Every word of `q`, in any order, is in the order's number, its note, or the name or SKU of a line. Letter case, blanks and
 * quotation marks do not count, nor the width of a digit. Undefined for blank text.
 */
export function matchesSearch(q: string | undefined): SQL | undefined {
  const words = (q ?? '')
    .replace(SPACED_NUMBER, '$1')
    .split(/\s+/)
    .filter((word) => word !== '');
  return and(...[...new Set(words)].slice(0, WORDS_MAX).map((word) => matchesWord(word.replace(QUOTES, '') || word)));
}

function matchesWord(word: string): SQL | undefined {
  // A note may be stored composed, decomposed, or with wide letters; the database is asked for each spelling that differs.
  const spellings = [...new Set([word, word.normalize('NFKC'), word.normalize('NFD')])];
  const number = WRITTEN_NUMBER.exec(word.normalize('NFKC'))?.[1];
  return or(number ? eq(orders.number, Number(number)) : undefined, ...spellings.map(contains));
}

function contains(text: string): SQL | undefined {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  const digits = sql`${orders.number}::text`;
  const written = sql`'ORD-' || lpad(${digits}, greatest(6, length(${digits})), '0')`;
  const lineContains = or(ilike(orderLines.name, pattern), ilike(orderLines.sku, pattern));
  const aLineContains = sql`exists (select 1 from ${orderLines} where ${and(eq(orderLines.orderNumber, orders.number), lineContains)})`;
  return or(ilike(written, pattern), ilike(orders.note, pattern), aLineContains);
}
