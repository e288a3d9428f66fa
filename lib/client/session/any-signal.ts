/** `AbortSignal.any`, also in browsers that are older than it. */

/** In an older browser the listeners stay until the page goes. */
export function anySignal(...signals: AbortSignal[]): AbortSignal {
  if (AbortSignal.any) return AbortSignal.any(signals);
  const any = new AbortController();
  for (const signal of signals) {
    const abort = () => any.abort(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
  }
  return any.signal;
}
