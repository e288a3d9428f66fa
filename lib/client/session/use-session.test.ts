import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { installFetchGate } from './session.ts';
import { INITIAL_STATE } from './state.ts';
import { useSession } from './use-session.ts';

function Probe() {
  return JSON.stringify(useSession());
}

test('while the server draws a page, there is no user and nothing is known of the session', () => {
  expect(renderToString(createElement(Probe)).replaceAll('&quot;', '"')).toBe(JSON.stringify(INITIAL_STATE.snapshot));
});

test('on the server, requests go past the gate', () => {
  const { fetch } = globalThis;
  installFetchGate();
  expect(globalThis.fetch).toBe(fetch);
});
