import { expect, test, vi } from 'vitest';
import { LOST_SCRIPT_GAP_MS } from '../policy.ts';
import { EARLY_SCRIPT } from './early-script.ts';

const ORIGIN = 'https://tandem.test';
class Script {
  src: string;
  constructor(src: string) {
    this.src = src;
  }
}
const OWN = new Script(`${ORIGIN}/_next/static/chunks/a.js`);

/** A page that is being loaded, with the script's text as all that runs in it. */
function openPage({ readyState = 'loading', lastMs = 0, fields = [{ value: '', defaultValue: '' }] } = {}) {
  const listeners: Record<string, (event: unknown) => void> = {};
  const reload = vi.fn();
  const globals = {
    addEventListener: (type: string, listener: (event: unknown) => void) => {
      listeners[type] = listener;
    },
    document: { readyState, querySelectorAll: () => fields },
    fetch: async () => ({ ok: true }),
    HTMLScriptElement: Script,
    location: { origin: ORIGIN, reload },
    sessionStorage: { getItem: () => lastMs && `${lastMs} 1`, setItem: () => {} },
  };
  new Function(...Object.keys(globals), EARLY_SCRIPT)(...Object.values(globals));
  const lose = async (target: unknown) => {
    listeners.error?.({ target });
    await new Promise((resolve) => setImmediate(resolve));
    return reload.mock.calls.length;
  };
  return { lose, submit: () => listeners.submit?.({}) };
}

test('a page that loses scripts of its own while it is loaded is loaded again, once', async () => {
  const { lose } = openPage();
  expect(await lose(OWN)).toBe(1);
  expect(await lose(OWN)).toBe(1);
  expect(await openPage({ lastMs: Date.now() - 2 * LOST_SCRIPT_GAP_MS }).lose(OWN)).toBe(1);
});

test('but not for anybody else’s script or picture, after it was loaded, just after the last time, or once something was typed or sent', async () => {
  expect(await openPage().lose(new Script('https://other.test/a.js'))).toBe(0);
  expect(await openPage().lose(new Script(`${ORIGIN}.other.test/a.js`))).toBe(0);
  expect(await openPage().lose({ src: OWN.src })).toBe(0);
  expect(await openPage({ readyState: 'complete' }).lose(OWN)).toBe(0);
  expect(await openPage({ lastMs: Date.now() }).lose(OWN)).toBe(0);
  expect(await openPage({ fields: [{ value: 'admin', defaultValue: '' }] }).lose(OWN)).toBe(0);
  const { lose, submit } = openPage();
  submit();
  expect(await lose(OWN)).toBe(0);
});
