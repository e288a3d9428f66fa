/** Does in the browser what the reducer asks for. */
import { REFRESH_PATH } from '../../contract/paths.ts';
import { call } from './api-call.ts';
import { authFetch } from './auth-fetch.ts';
import { withLock } from './lock.ts';
import type { Effect } from './reducer.ts';
import { dispatch, getState, subscribe } from './store.ts';
import { post } from './tab-channel.ts';

/** Its result is awaited by `dispatch`. */
export function runEffect(effect: Effect): unknown {
  switch (effect.type) {
    case 'broadcast':
      return post(effect.message);
    case 'navigate':
      return effect.url ? location.replace(effect.url) : location.reload();
    case 'check':
      // Only a refusal says anything, and `authFetch` acts on that.
      return authFetch('/api/session', { background: true }).catch(() => {});
    case 'lock':
      return withLock(() => dispatch({ type: 'locked', epoch: effect.epoch }));
    case 'refresh':
      return sendRefresh(effect.epoch);
  }
}

/** Given up when its epoch ends, since its answer would be dropped. */
async function sendRefresh(epoch: number): Promise<void> {
  const abort = new AbortController();
  const unsubscribe = subscribe(() => {
    if (getState().epoch !== epoch) abort.abort();
  });
  const answer = await call('PUT', REFRESH_PATH, undefined, abort);
  unsubscribe();
  await dispatch({ type: 'answered', epoch, answer });
}
