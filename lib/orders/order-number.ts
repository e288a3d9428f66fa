/** Order numbers: `ORD-000001` for people, an integer in the database. */

const MIN_DIGITS = 6;
/** 15 digits are exact in a JavaScript number and far from the end of a PostgreSQL bigint. */
const WRITTEN = /^ORD-(\d{6,15})$/;

export function formatOrderNumber(number: number): string {
  return `ORD-${String(number).padStart(MIN_DIGITS, '0')}`;
}

/** Return null for anything that `formatOrderNumber` does not write, so that an order has exactly one address. */
export function parseOrderNumber(written: string): number | null {
  const digits = WRITTEN.exec(written)?.[1];
  if (digits === undefined) return null;
  const number = Number(digits);
  return formatOrderNumber(number) === written ? number : null;
}
