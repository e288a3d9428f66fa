/** The products of the demo shop, priced in minor units of four currencies with zero, two and three decimals. */
import type { products } from '../db/schema.ts';

export type DemoProduct = Required<typeof products.$inferInsert>;

const priced =
  (currency: string, available = true) =>
  (sku: string, name: string, unitPriceMinorUnits: number): DemoProduct => ({
    sku,
    name,
    currency,
    unitPriceMinorUnits,
    available,
  });

const eur = priced('EUR');
const usd = priced('USD');
const jpy = priced('JPY');
const kwd = priced('KWD');

export const DEMO_PRODUCTS: DemoProduct[] = [
  eur('LAMP-DESK', 'Desk lamp', 6900),
  eur('SHELF-OAK', 'Oak shelf', 12450),
  eur('CHAIR-ASH', 'Ash chair', 28900),
  eur('RUG-WOOL', 'Wool rug, 140 × 200 cm', 34900),
  eur('CLOCK-WALL', 'Wall clock', 5490),
  eur('TRAY-CORK', 'Cork tray', 1895),
  eur('TABLE-TRESTLE', 'Trestle table', 45900),
  priced('EUR', false)('STOOL-BIRCH', 'Birch stool', 9900),
  usd('NOTEBOOK-A5', 'Notebook A5, dotted', 1450),
  usd('PEN-BRASS', 'Brass pen', 4800),
  usd('BAG-CANVAS', 'Canvas bag', 3200),
  usd('MUG-ENAMEL', 'Enamel mug', 1600),
  usd('STAND-LAPTOP', 'Laptop stand', 7900),
  usd('PAPER-500', 'Paper, 500 sheets', 1299),
  priced('USD', false)('BOTTLE-STEEL', 'Steel bottle', 3600),
  jpy('TEAPOT-TETSUBIN', 'Tetsubin teapot', 12800),
  jpy('KNIFE-SANTOKU', 'Santoku knife', 16500),
  jpy('CLOTH-FUROSHIKI', 'Furoshiki cloth', 2200),
  priced('JPY', false)('INCENSE-HINOKI', 'Hinoki incense', 1540),
  kwd('POT-DALLAH', 'Dallah coffee pot', 18750),
  kwd('CUP-FINJAN', 'Finjan cups, set of six', 6250),
];
