/** A cache with a limit: when it is full, the oldest entry makes room. */

export class BoundedCache<Value> extends Map<string, Value> {
  readonly #entriesMax: number;

  constructor(entriesMax: number) {
    super();
    this.#entriesMax = entriesMax;
  }

  override set(key: string, value: Value): this {
    const [oldest] = this.size >= this.#entriesMax && !this.has(key) ? this.keys() : [];
    if (oldest !== undefined) this.delete(oldest);
    return super.set(key, value);
  }
}
