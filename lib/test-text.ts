/** Texts for laws that hold for every text. */
import fc from 'fast-check';

/** Any UTF-16, lone surrogates included, and often ASCII. fast-check's own `binary` takes seconds to prepare. */
export const anyText = fc.string({
  unit: fc
    .oneof(fc.nat({ max: 0x7f }), fc.nat({ max: 0xffff }), fc.nat({ max: 0x10ffff }))
    .map((codePoint) => String.fromCodePoint(codePoint)),
});

/** Text of these pieces alone. */
export function textOf(...pieces: string[]): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...pieces), maxLength: 24 });
}
