/** Every table, once for PostgreSQL and for the embedded PGlite. `npm run db:generate` writes the migration after a change here. */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';
import type { OrderStatus } from '../contract/order.ts';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
const ownId = (name: string) => integer(name).primaryKey().generatedByDefaultAsIdentity();

/** RFC 7518 6.2.1. */
export interface EcPublicKey {
  kty: 'EC';
  crv: 'P-256';
  x: string;
  y: string;
}

/** Ids are never reused, so a token can never name another user. */
export const users = pgTable('users', {
  id: ownId('id'),
  /** As entered and shown. */
  name: text('name').notNull().unique(),
  /** The lookup key (`preparedName`); null until prepared, and if another user already has the same key. */
  nameKey: text('name_key').unique(),
  passwordHash: text('password_hash').notNull(),
  createdAt: instant('created_at').notNull().defaultNow(),
  passwordChangedAt: instant('password_changed_at').notNull().defaultNow(),
  disabledAt: instant('disabled_at'),
  /** Incremented when all of the user's sessions, or all but one, are revoked: a sign-in verified before that starts no session. */
  sessionEpoch: integer('session_epoch').notNull().default(0),
});

const ofUser = () => integer('user_id').references(() => users.id, { onDelete: 'cascade' });

/** One sign-in on one device. No token is stored: a token names its session, and the row says whether the session is live. */
export const sessions = pgTable(
  'sessions',
  {
    id: text('id').primaryKey(),
    userId: ofUser().notNull(),
    refreshJti: text('refresh_jti').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    /** The end of the refresh token; it never moves. */
    expiresAt: instant('expires_at').notNull(),
    lastRefreshedAt: instant('last_refreshed_at'),
    revokedAt: instant('revoked_at'),
    revokedReason: text('revoked_reason'),
    userAgent: text('user_agent').notNull().default(''),
    address: text('address').notNull().default(''),
    /** SHA-256 thumbprint of the browser's key (RFC 9449 6.1); null for a session without one. Never updated. */
    jkt: text('jkt'),
    /** Recently used proofs of this session, so that each works once: `<step>.<digest>`. */
    proofSeen: text('proof_seen').array().notNull().default(sql`'{}'`),
    /** The browser's own id of the session (Device Bound Session Credentials); null without one. */
    dbscId: text('dbsc_id').unique(),
    /** The browser's public key; its proofs do not carry it. */
    dbscKey: jsonb('dbsc_key').$type<EcPublicKey>(),
    /** Open challenges; each can be answered once. */
    dbscChallenges: text('dbsc_challenges').array().notNull().default(sql`'{}'`),
    /** When the browser first refreshed: from then on no other key refreshes. */
    dbscAt: instant('dbsc_at'),
    /** Refresh requests since `refreshes_since`, for the rate limit. */
    refreshes: integer('refreshes').notNull().default(0),
    refreshesSince: instant('refreshes_since').notNull().defaultNow(),
    /** Recent times of valid proofs by other keys. */
    keyMismatches: instant('key_mismatches').array().notNull().default(sql`'{}'`),
  },
  (t) => [
    index('sessions_user_id').on(t.userId),
    index('sessions_revoked_at').on(t.revokedAt).where(sql`${t.revokedAt} is not null`),
    index('sessions_expires_at').on(t.expiresAt),
    check('sessions_jkt_form', sql`${t.jkt} ~ '^[A-Za-z0-9_-]{43}$'`),
  ],
);

export const products = pgTable('products', {
  sku: text('sku').primaryKey(),
  name: text('name').notNull(),
  currency: text('currency').notNull(),
  unitPriceMinorUnits: integer('unit_price_minor_units').notNull(),
  available: boolean('available').notNull().default(true),
});

export const orders = pgTable(
  'orders',
  {
    /** Shown as `ORD-000001`. */
    number: bigint('number', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id),
    status: text('status').$type<OrderStatus>().notNull(),
    currency: text('currency').notNull(),
    totalMinorUnits: bigint('total_minor_units', { mode: 'number' }).notNull(),
    note: text('note'),
    placedAt: instant('placed_at').notNull(),
  },
  (t) => [
    index('orders_user_placed_at').on(t.userId, t.placedAt, t.number),
    index('orders_user_currency_total').on(t.userId, t.currency, t.totalMinorUnits, t.number),
    check('orders_status', sql`${t.status} in ('pending', 'paid', 'shipped', 'delivered', 'cancelled')`),
  ],
);

const ofOrder = () =>
  bigint('order_number', { mode: 'number' })
    .notNull()
    .references(() => orders.number, { onDelete: 'cascade' });

/** Name and price at the time of the order. */
export const orderLines = pgTable(
  'order_lines',
  {
    orderNumber: ofOrder(),
    position: smallint('position').notNull(),
    sku: text('sku').notNull(),
    name: text('name').notNull(),
    quantity: integer('quantity').notNull(),
    unitPriceMinorUnits: integer('unit_price_minor_units').notNull(),
  },
  (t) => [primaryKey({ columns: [t.orderNumber, t.position] }), check('order_lines_quantity', sql`${t.quantity} > 0`)],
);

/** The history of an order: one row per status. */
export const orderEvents = pgTable(
  'order_events',
  {
    orderNumber: ofOrder(),
    status: text('status').$type<OrderStatus>().notNull(),
    at: instant('at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.orderNumber, t.status] })],
);

/** The answer to a request that must happen once. Keys are per user. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    userId: ofUser().notNull(),
    key: text('key').notNull(),
    /** SHA-256 of the parsed body, base64url. */
    bodyHash: text('body_hash').notNull(),
    answer: jsonb('answer'),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.key] }), index('idempotency_keys_created_at').on(t.createdAt)],
);

/** Audit events: sign-ins, failures, refused refreshes, sign-outs, revocations, password changes. */
export const auditEvents = pgTable(
  'audit_events',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: instant('at').notNull().defaultNow(),
    event: text('event').notNull(),
    userId: ofUser(),
    sessionId: text('session_id'),
    address: text('address').notNull().default(''),
    userAgent: text('user_agent').notNull().default(''),
  },
  (t) => [index('audit_events_user_id_at').on(t.userId, t.at), index('audit_events_at').on(t.at)],
);

/** Counters of attempts, in the shape rate-limiter-flexible asks for, so that a limit holds across instances. */
export const rateLimits = pgTable(
  'rate_limits',
  {
    key: text('key').primaryKey(),
    points: integer('points').notNull(),
    expire: instant('expire'),
  },
  (t) => [index('rate_limits_expire').on(t.expire)],
);
