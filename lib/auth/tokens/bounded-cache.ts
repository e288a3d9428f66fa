/** Keeps what was worked out once in a map that never grows beyond a limit: the oldest entry makes room. */

export function remember<Value>(map: Map<string, Value>, key: string, value: Value, entriesMax: number): void {
  const [oldest] = map.size >= entriesMax ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
  map.set(key, value);
}
