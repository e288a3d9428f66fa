/** An order's number as people see it, `ORD-000001`, and as the database counts it. */

const MIN_DIGITS = 6;
/** 15 digits are exact in a JavaScript number and far from the end of a PostgreSQL bigint. */
const WRITTEN = /^ORD-(\d{6,15})$/;

export function formatOrderNumber(number: number): string {
  return `ORD-${String(number).padStart(MIN_DIGITS, '0')}`;
}

/** Null for everything that `formatOrderNumber` does not write, so that an order has one address only. */
export function parseOrderNumber(written: string): number | null {
  const digits = WRITTEN.exec(written)?.[1];
  if (digits === undefined) return null;
  const number = Number(digits);
  return formatOrderNumber(number) === written ? number : null;
}
