/** A simulated user in several tabs: reads, places and cancels orders, and retries when the page asks for it. */
import { expect, type Locator, type Page } from 'playwright/test';
import { noteField, placeButton, reviewButton, signInDialog, uniqueNote } from '../fixtures/pages.ts';
import type { Random } from './random.ts';

/** Longer than any fault lasts, so a step that takes longer has failed. */
const STEP_MAX_MS = 30_000;
const TRIES_MAX = 4;
const ORDER_PAGE = /\/order\/ORD-\d+$/;
const FILTERS = ['All', 'Pending', 'Paid', 'Shipped', 'Delivered'] as const;

export interface Work {
  actions: number;
  /** Failed actions, with the last problem of each. */
  failed: string[];
  /** The problem of each failed try. */
  problems: string[];
  /** Actions that needed a second press or load. */
  repeated: number;
  /** The notes of the orders that a page has shown as placed. */
  placed: string[];
  /** The notes of abandoned orders, which may exist once or not at all. */
  abandoned: string[];
}

/** Thrown when the page asks to sign in before the session has expired. */
export class SignedOutError extends Error {}

export class SimulatedUser {
  readonly work: Work = { actions: 0, failed: [], problems: [], repeated: 0, placed: [], abandoned: [] };
  readonly #tabs: readonly [Page, ...Page[]];
  readonly #random: Random;

  constructor(tabs: readonly [Page, ...Page[]], random: Random) {
    this.#tabs = tabs;
    this.#random = random;
  }

  /** Perform one action in one tab; throws only `SignedOutError`. */
  async act(): Promise<void> {
    const tab = this.#random.pick(this.#tabs);
    const choice = this.#random.next();
    if (choice < 0.45) await this.#persist('filter', tab, this.#filter(tab));
    else if (choice < 0.65) await this.#persist('open an order', tab, () => openFirstOrder(tab));
    else if (choice < 0.75) await this.#persist('account', tab, () => openAccount(tab));
    else if (choice < 0.82) await this.#persist('reload', tab, () => reload(tab));
    else await this.#place(tab);
  }

  #filter(tab: Page): () => Promise<void> {
    const filter = this.#random.pick(FILTERS);
    return async () => {
      await toOrders(tab);
      const link = tab.getByRole('navigation', { name: 'Filter by status' }).getByRole('link', { name: filter });
      await press(link);
      await expect(link).toHaveAttribute('aria-current', 'true', { timeout: STEP_MAX_MS });
    };
  }

  async #place(tab: Page): Promise<void> {
    const note = uniqueNote();
    const isPlaced = await this.#persist('place an order', tab, () => placeOrder(tab, note));
    (isPlaced ? this.work.placed : this.work.abandoned).push(note);
    if (isPlaced && this.#random.next() < 0.5) {
      await this.#persist('cancel an order', tab, () => cancelOrder(tab, note));
    }
  }

  async #persist(name: string, tab: Page, attempt: () => Promise<void>): Promise<boolean> {
    this.work.actions += 1;
    let problem = '';
    for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
      try {
        await attempt();
        if (tries > 1) this.work.repeated += 1;
        return true;
      } catch (error) {
        problem = error instanceof Error ? error.message : String(error);
        this.work.problems.push(`${name} at ${tab.url()}, try ${tries}: ${problem}`);
        await throwIfSignedOut(tab);
      }
    }
    this.work.failed.push(`${name} at ${tab.url()}: ${problem}`);
    return false;
  }
}

async function throwIfSignedOut(tab: Page): Promise<void> {
  if (tab.url().includes('/login')) throw new SignedOutError(`A tab is at ${tab.url()}.`);
  if (await signInDialog(tab).isVisible()) throw new SignedOutError(`A tab at ${tab.url()} asks to sign in again.`);
}

/** Click without waiting for the result, which the caller checks. */
function press(target: Locator): Promise<void> {
  return target.click({ timeout: STEP_MAX_MS, noWaitAfter: true });
}

async function toOrders(tab: Page): Promise<void> {
  if (/\/order(\?|$)/.test(tab.url()) && (await tab.getByRole('table').isVisible())) return;
  await leaveErrorPage(tab);
  await press(tab.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Orders' }));
  await expect(tab).toHaveURL(/\/order(\?|$)/, { timeout: STEP_MAX_MS });
  await expect(tab.getByRole('table')).toBeVisible({ timeout: STEP_MAX_MS });
}

/** Leave an error page of the browser or the app, loaded during an outage, by reloading as users do. */
async function leaveErrorPage(tab: Page): Promise<void> {
  const hasNavigation = await tab.getByRole('navigation', { name: 'Main' }).isVisible();
  if (!hasNavigation) await expect(() => tab.goto('/order')).toPass({ timeout: STEP_MAX_MS });
}

async function openFirstOrder(tab: Page): Promise<void> {
  await toOrders(tab);
  const link = tab.getByRole('link', { name: /^ORD-/ }).first();
  const number = (await link.textContent({ timeout: STEP_MAX_MS })) ?? '';
  await press(link);
  await expect(tab.getByRole('heading', { level: 1, name: number })).toBeVisible({ timeout: STEP_MAX_MS });
}

async function openAccount(tab: Page): Promise<void> {
  await leaveErrorPage(tab);
  await press(tab.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Account' }));
  await expect(tab.getByRole('heading', { level: 1, name: 'Account' })).toBeVisible({ timeout: STEP_MAX_MS });
}

async function reload(tab: Page): Promise<void> {
  await leaveErrorPage(tab);
  await tab.reload({ timeout: STEP_MAX_MS });
  await expect(tab.getByRole('heading', { level: 1 })).toBeVisible({ timeout: STEP_MAX_MS });
  await expect(tab.getByRole('navigation', { name: 'Main' })).toBeVisible({ timeout: STEP_MAX_MS });
}

/** A retry continues where the last try stopped. */
async function placeOrder(tab: Page, note: string): Promise<void> {
  if (ORDER_PAGE.test(tab.url()) && (await tab.getByText(note).isVisible())) return;
  if (!tab.url().endsWith('/order/new') || !(await reviewButton(tab).isVisible())) {
    await toOrders(tab);
    await press(tab.getByRole('link', { name: 'New order' }));
  }
  // An order that could not be placed stays in its dialog, to be placed again.
  if (!(await placeButton(tab).isVisible())) {
    const quantity = tab.getByLabel('Quantity: Cork tray');
    if ((await quantity.inputValue({ timeout: STEP_MAX_MS })) !== '1')
      await quantity.fill('1', { timeout: STEP_MAX_MS });
    await noteField(tab).fill(note, { timeout: STEP_MAX_MS });
    await press(reviewButton(tab));
  }
  await press(placeButton(tab));
  await waitForOutcome(tab, tab.getByRole('heading', { level: 1, name: /^ORD-/ }));
  await expect(tab.getByText(note)).toBeVisible({ timeout: STEP_MAX_MS });
}

async function cancelOrder(tab: Page, note: string): Promise<void> {
  await expect(tab.getByText(note)).toBeVisible({ timeout: STEP_MAX_MS });
  const cancelled = tab.getByRole('main').getByText('Cancelled', { exact: true }).first();
  if (await cancelled.isVisible()) return;
  const dialog = tab.getByRole('dialog', { name: /^Cancel / });
  if (!(await dialog.isVisible())) await press(tab.getByRole('button', { name: 'Cancel order' }));
  await press(dialog.getByRole('button', { name: 'Cancel order' }));
  await waitForOutcome(tab, cancelled);
}

/** Wait for the outcome of a click; throws the error message of the page, if it shows one. */
async function waitForOutcome(tab: Page, outcome: Locator): Promise<void> {
  const refusal = tab.getByRole('main').getByRole('alert').filter({ hasText: /./ });
  await expect(outcome.or(refusal).first()).toBeVisible({ timeout: STEP_MAX_MS });
  if (await refusal.isVisible()) throw new Error(`The page says: ${await refusal.textContent()}`);
}
