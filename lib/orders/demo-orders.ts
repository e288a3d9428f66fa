/** Generate plausible orders, the same ones for the same day. */
import type { OrderStatus } from '../contract/order.ts';
import type { orderEvents, orderLines, orders } from '../db/schema.ts';
import { DEMO_PRODUCTS } from './demo-products.ts';

export interface DemoOrder extends Omit<typeof orders.$inferInsert, 'number'> {
  lines: Omit<typeof orderLines.$inferInsert, 'orderNumber' | 'position'>[];
  events: Omit<typeof orderEvents.$inferInsert, 'orderNumber'>[];
}

/** A number from 0 up to, not including, 1. */
type Random = () => number;

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
const DAY_MS = 24 * HOUR_MS;

/** Any number; another seed gives other orders. */
const SEED = 14;
/** Above 1, orders get more frequent towards today. */
const GROWTH = 1.75;
const CANCELLED_SHARE = 0.08;
const NOTED_SHARE = 0.18;
/** Orders are placed between 7 in the morning and 11 at night, UTC. */
const FIRST_HOUR = 7;
const LAST_HOUR = 23;

/** How long an order stays in one status before the next, in hours from and to. */
const STEPS: { status: OrderStatus; hours: [number, number] }[] = [
  { status: 'paid', hours: [0.05, 60] },
  { status: 'shipped', hours: [6, 96] },
  { status: 'delivered', hours: [24, 168] },
];
const CANCEL_HOURS: [number, number] = [0.2, 30];

/** Weighted by repetition: most orders are in euro. */
const CURRENCIES = ['EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'USD', 'USD', 'USD', 'JPY', 'KWD'];
const QUANTITIES = [1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 4, 6, 12, 40];
const LINE_COUNTS = [1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 7];
const NOTES = [
  'Leave it with the neighbour at number 14, please.',
  'Ring twice, the bell is quiet.',
  'Deliver to the back entrance, weekdays only.',
  'Bitte beim Empfang im Erdgeschoss abgeben.',
  'A present: no invoice in the parcel.',
  'Cost centre 4471',
  'Call +49 30 5550 0199 half an hour ahead.',
  'Same colour as last time.',
  '午前中の配達をお願いします。',
  'For the meeting room on the 3rd floor',
];

/** Oldest first, none later than `today`, the start of a day, so that no order lies in the future. */
export function makeDemoOrders(
  owners: readonly { id: number; orders: number }[],
  today: Date,
  historyDays: number,
): DemoOrder[] {
  const random = seededRandom(SEED);
  const made = owners.flatMap(({ id, orders }) =>
    Array.from({ length: orders }, (_, index) => {
      // Each order has its own share of the time, so that no user's list has a long gap.
      const daysAgo = 1 + historyDays * ((index + random()) / orders) ** GROWTH;
      return makeOrder(random, id, today, new Date(today.getTime() - Math.floor(daysAgo) * DAY_MS));
    }),
  );
  return made.sort((a, b) => a.placedAt.getTime() - b.placedAt.getTime());
}

function makeOrder(random: Random, userId: number, today: Date, day: Date): DemoOrder {
  const placedAt = new Date(day.getTime() + someHoursMs(random, FIRST_HOUR, LAST_HOUR));
  const events = makeEvents(random, placedAt, today);
  const currency = pick(random, CURRENCIES);
  const lines = makeLines(random, currency);
  return {
    userId,
    status: events.at(-1)?.status ?? 'pending',
    currency,
    totalMinorUnits: lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinorUnits, 0),
    note: random() < NOTED_SHARE ? pick(random, NOTES) : null,
    placedAt,
    lines,
    events,
  };
}

/** The history of the order up to `today`. */
function makeEvents(random: Random, placedAt: Date, today: Date): DemoOrder['events'] {
  const events: DemoOrder['events'] = [{ status: 'pending', at: placedAt }];
  const cancelled = random() < CANCELLED_SHARE;
  // Some orders are cancelled before payment, some after.
  const paidFirst = random() < 0.5 ? 1 : 0;
  const steps = cancelled
    ? [...STEPS.slice(0, paidFirst), { status: 'cancelled' as const, hours: CANCEL_HOURS }]
    : STEPS;
  let at = placedAt.getTime();
  for (const { status, hours } of steps) {
    at += someHoursMs(random, ...hours);
    if (at >= today.getTime()) break;
    events.push({ status, at: new Date(at) });
  }
  return events;
}

function makeLines(random: Random, currency: string): DemoOrder['lines'] {
  let left = DEMO_PRODUCTS.filter((product) => product.currency === currency);
  const wanted = Math.min(pick(random, LINE_COUNTS), left.length);
  return Array.from({ length: wanted }, () => {
    const { sku, name, unitPriceMinorUnits } = pick(random, left);
    left = left.filter((product) => product.sku !== sku);
    return { sku, name, unitPriceMinorUnits, quantity: pick(random, QUANTITIES) };
  });
}

function pick<T>(random: Random, from: readonly T[]): T {
  const picked = from[Math.floor(random() * from.length)];
  if (picked === undefined) throw new RangeError('Nothing to pick from.');
  return picked;
}

/** A length between two numbers of hours, in milliseconds that are whole seconds. */
function someHoursMs(random: Random, from: number, to: number): number {
  const hours = from + random() * (to - from);
  return Math.floor((hours * HOUR_MS) / SECOND_MS) * SECOND_MS;
}

/** mulberry32: small, and the same on every machine. */
function seededRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
