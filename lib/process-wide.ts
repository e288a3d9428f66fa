/** One value per process, however many bundles Next makes of our modules: pages, handlers, middleware and instrumentation share it. */

/** Returns what was stored under `key`, or makes, stores and returns it. */
export function processWide<T>(key: string, make: () => T): T {
  const symbol = Symbol.for(`tandem.${key}`);
  const store = globalThis as { [key: symbol]: T | undefined };
  store[symbol] ??= make();
  return store[symbol];
}
