/** Orders and products on the wire. Money is integer minor units plus an ISO 4217 code; instants are ISO 8601 in UTC. */
import { z } from 'zod';
import { ORDER_LINES_MAX, ORDER_NOTE_MAX_CHARS, ORDER_QUANTITY_MAX, ORDER_SEARCH_MAX_CHARS } from './limits.ts';
import { text } from './text.ts';

/** Default and largest number of orders on one page of the list. */
export const ORDER_PAGE_DEFAULT = 20;
export const ORDER_PAGE_MAX = 100;

export const OrderStatus = z.enum(['pending', 'paid', 'shipped', 'delivered', 'cancelled']);
export type OrderStatus = z.infer<typeof OrderStatus>;

/** `-` before a name means descending; the default is newest first. */
export const OrderSort = z.enum(['-placed_at', 'placed_at', '-total', 'total']);
export type OrderSort = z.infer<typeof OrderSort>;

/** `ORD-` and at least six digits. */
export const OrderNumber = z.string().regex(/^ORD-\d{6,15}$/, 'Must look like ORD-000001.');

const minorUnits = z.int().min(0);
const currency = z.string().length(3);
const instant = z.iso.datetime();

export const OrderLine = z.object({
  sku: z.string(),
  name: z.string(),
  quantity: z.int(),
  unit_price_minor_units: minorUnits,
});
export type OrderLine = z.infer<typeof OrderLine>;

export const Order = z.object({
  number: OrderNumber,
  status: OrderStatus,
  placed_at: instant,
  currency,
  total_minor_units: minorUnits,
  note: z.string().nullable(),
  lines: z.array(OrderLine),
  history: z.array(z.object({ status: OrderStatus, at: instant })),
});
export type Order = z.infer<typeof Order>;

/** An order in a list: its lines as a count of pieces and a few words. */
export const OrderListItem = Order.omit({ lines: true, history: true }).extend({
  item_count: z.int(),
  summary: z.string(),
});
export type OrderListItem = z.infer<typeof OrderListItem>;

/** `GET /api/order`; the pages of `/order` read the same query. */
export const OrderListQuery = z.object({
  status: OrderStatus.optional(),
  q: text({ max: ORDER_SEARCH_MAX_CHARS }).optional(),
  sort: OrderSort.default('-placed_at'),
  limit: z.coerce.number().int().min(1).max(ORDER_PAGE_MAX).default(ORDER_PAGE_DEFAULT),
  cursor: z.string().max(200).optional(),
});
export type OrderListQuery = z.infer<typeof OrderListQuery>;

export const OrderListAnswer = z.object({
  orders: z.array(OrderListItem),
  next_cursor: z.string().nullable(),
});
export type OrderListAnswer = z.infer<typeof OrderListAnswer>;

/** `POST /api/order`. Prices and totals are the server's. */
export const PlaceOrderBody = z.object({
  lines: z
    .array(
      z.object({
        sku: text({ min: 1, max: 40 }),
        quantity: z.int().min(1).max(ORDER_QUANTITY_MAX),
      }),
    )
    .min(1)
    .max(ORDER_LINES_MAX),
  note: text({ max: ORDER_NOTE_MAX_CHARS }).nullish(),
});
export type PlaceOrderBody = z.infer<typeof PlaceOrderBody>;

export const Product = z.object({
  sku: z.string(),
  name: z.string(),
  currency,
  unit_price_minor_units: minorUnits,
  available: z.boolean(),
});
export type Product = z.infer<typeof Product>;

export const ProductListAnswer = z.object({ products: z.array(Product) });
export type ProductListAnswer = z.infer<typeof ProductListAnswer>;

/** The request header that makes a repeated request place one order. */
export const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'Must be 1 to 255 visible ASCII characters, a random one for each new order.');
