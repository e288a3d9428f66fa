/** IPv6 addresses for tests, and every way to write them. */
import fc from 'fast-check';

const group = fc.oneof(fc.constant(0), fc.nat({ max: 0xffff }));
const zeros = (count: number) => Array<number>(count).fill(0);
const beginning = fc.constantFrom(
  ...[[], [0x2001], [0xfe80], [0xfd1], [0xfe8, 0, 0]],
  // Where an IPv4 address may stand, and next to it.
  ...[[...zeros(5), 0xffff], [...zeros(6), 0xffff], zeros(7), [0x64, 0xff9b, ...zeros(4)], [0x64, 0xff9b, 1]],
);

/** Eight groups of 16 bits. */
export const ipv6 = fc
  .tuple(beginning, fc.array(group, { minLength: 8, maxLength: 8 }))
  .map(([first, groups]) => [...first, ...groups].slice(0, 8));

type Spelling = typeof spelling extends fc.Arbitrary<infer T> ? T : never;

export const spelling = fc.record({
  digits: fc.integer({ min: 1, max: 4 }),
  isUpperCase: fc.boolean(),
  /** The last 32 bits as an IPv4 address. */
  isDotted: fc.boolean(),
  /** Which zeros `::` stands for, if any. */
  gap: fc.integer({ min: -1, max: 3 }),
  around: fc.constantFrom(['', ''], [' ', '\t'], ['', '%eth0']),
});

export function spelled(groups: number[], { digits, isUpperCase, isDotted, gap, around }: Spelling): string {
  const written = groups.map((value) => value.toString(16).padStart(digits, '0'));
  if (isDotted) {
    const [high = 0, low = 0] = groups.slice(6);
    written.splice(6, 2, [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.'));
  }
  const whole = written.join(':');
  const [zeros] = [...whole.matchAll(/(?<=^|:)(?:0+:)*0+(?=:|$)/g)].slice(gap);
  const before = whole.slice(0, zeros?.index).replace(/:$/, '');
  const text = zeros ? `${before}::${whole.slice(zeros.index + zeros[0].length).replace(/^:/, '')}` : whole;
  return around[0] + (isUpperCase ? text.toUpperCase() : text) + around[1];
}
