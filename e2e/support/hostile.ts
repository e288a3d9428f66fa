/** Values that every field must refuse, and bodies that every route must refuse. */

export const HOSTILE_VALUES: [name: string, value: unknown][] = [
  ['missing', undefined],
  ['null', null],
  ['an array', []],
  ['an array of one', ['admin']],
  ['an object', {}],
  ['an operator', { $ne: 1 }],
  ['a number', 1],
  ['true', true],
  ['empty', ''],
  ['100,000 characters', 'x'.repeat(100_000).slice(0, 60_000)],
  ['NUL', 'a\0b'],
  ['a lone surrogate', 'a\ud800b'],
];

export const HOSTILE_BODIES: [name: string, body: string | Buffer][] = [
  ['empty', ''],
  ['not JSON', '{name:'],
  ['cut off', '{"name":"admin","pwd":"12'],
  ['an array', '[]'],
  ['null', 'null'],
  ['a number', '1'],
  ['a text', '"admin"'],
  ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
  ['nested 5,000 deep', '['.repeat(5_000)],
];
