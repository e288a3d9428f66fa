/** Somebody at work in several tabs: looks at orders, places and cancels some, and does again what the page asks to do again. */
import { expect, type Locator, type Page } from 'playwright/test';
import { noteField, placeButton, reviewButton, signInDialog, uniqueNote } from '../fixtures/pages.ts';
import type { Random } from './random.ts';

/** Longer than any faultCount lasts, so that what has not come about by then would not have. */
const STEP_MAX_MS = 30_000;
const TRIES_MAX = 4;
const ORDER_PAGE = /\/order\/ORD-\d+$/;
const FILTERS = ['All', 'Pending', 'Paid', 'Shipped', 'Delivered'] as const;

export interface Work {
  actions: number;
  /** What was tried, and what stood in the way. */
  failed: string[];
  /** What stood in the way of each try that came to nothing. */
  problems: string[];
  /** Actions that needed a second press or load. */
  repeated: number;
  /** The notes of the orders that a page has shown as placed. */
  placed: string[];
  /** Those of orders that were given up, which may exist once or not at all. */
  abandoned: string[];
}

/** Thrown when the page asks to sign in before the session's own end. */
export class SignedOutError extends Error {}

export class SimulatedUser {
  readonly work: Work = { actions: 0, failed: [], problems: [], repeated: 0, placed: [], abandoned: [] };
  readonly #tabs: readonly [Page, ...Page[]];
  readonly #random: Random;

  constructor(tabs: readonly [Page, ...Page[]], random: Random) {
    this.#tabs = tabs;
    this.#random = random;
  }

  /** One action in one tab; throws only `SignedOutError`. */
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

/** Without waiting for what the click leads to: the caller knows what to expect. */
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

/** A document that was loaded while the server was away: the browser's own error page, or ours. People load it until it comes. */
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

/** Tried again it goes on where the last try has come to. */
async function placeOrder(tab: Page, note: string): Promise<void> {
  if (ORDER_PAGE.test(tab.url()) && (await tab.getByText(note).isVisible())) return;
  if (!tab.url().endsWith('/order/new') || !(await reviewButton(tab).isVisible())) {
    await toOrders(tab);
    await press(tab.getByRole('link', { name: 'New order' }));
  }
  // What could not be placed stays in its dialog, to be placed again from there.
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

/** Waits for what a press leads to; throws what the page says where it says that it came to nothing. */
async function waitForOutcome(tab: Page, outcome: Locator): Promise<void> {
  const refusal = tab.getByRole('main').getByRole('alert').filter({ hasText: /./ });
  await expect(outcome.or(refusal).first()).toBeVisible({ timeout: STEP_MAX_MS });
  if (await refusal.isVisible()) throw new Error(`The page says: ${await refusal.textContent()}`);
}
