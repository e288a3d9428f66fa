/** Holds the state of this page's session: reduces events, has their effects run, and tells subscribers. */
import { readEnvironment } from './environment.ts';
import { type Effect, reduce, type SessionEvent } from './reducer.ts';
import { INITIAL_STATE, type State } from './state.ts';

let state = INITIAL_STATE;
let runEffect: (effect: Effect) => unknown = () => {};
const listeners = new Set<() => void>();
const leaving = new AbortController();

/** Aborted once the page is being left. */
export const leavingSignal = leaving.signal;

/** Effects come back as events, so what runs them imports this store, and is connected to it from above. */
export function connectEffects(run: (effect: Effect) => unknown): void {
  runEffect = run;
}

/** Resolves when the effects of the event are done, and the effects of their events. */
export function dispatch(event: SessionEvent): Promise<unknown> {
  const { state: next, effects } = reduce(state, event, readEnvironment());
  state = next;
  if (state.isLeaving) leaving.abort();
  const running = effects.map(runEffect);
  notify();
  return Promise.all(running);
}

/** Makes the subscribers look again. */
export function notify(): void {
  for (const listener of listeners) listener();
}

export function getState(): State {
  return state;
}

/** The listener is called after each event. Returns what ends that. */
export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
