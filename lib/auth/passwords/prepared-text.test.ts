import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyText, textOf } from '../../test-text.ts';
import { nameProblem, preparedName, preparedPassword } from './prepared-text.ts';

describe('a name', () => {
  test.each([
    ['admin '],
    [' \t admin\n'],
    ['ADMIN'],
    ['ａｄｍｉｎ'],
    ['ＡＤＭＩＮ\u3000'],
    ['\u00a0admin\u00a0'],
    ['admin\u200b'],
    ['\ufeffadmin'],
    ['\u200eadmin\u200f'],
    ['ad\u00admin'],
    ['admin\u200d'],
  ])('%j is admin', (typed) => {
    expect(preparedName(typed)).toBe('admin');
  });

  test.each([
    ['Anna  Maria', 'anna maria'],
    ['anna\u00a0maria', 'anna maria'],
    ['JOSE\u0301', 'jos\u00e9'],
    ['ﾊﾟｵﾛ', 'パオロ'],
    ['STRAẞE', 'straße'],
    ['\u212bsa', '\u00e5sa'],
  ])('%j is %j', (typed, prepared) => {
    expect(preparedName(typed)).toBe(prepared);
  });

  test.each([
    ['ADMİN', 'admin'],
    ['admın', 'admin'],
    ['STRASSE', 'straße'],
    ['аdmin', 'admin'],
    ['ad min', 'admin'],
    ['ﬁn', 'fin'],
    ['می\u200cخواهم', 'میخواهم'],
  ])('%j is another than %j', (typed, other) => {
    expect(preparedName(typed)).not.toBe(preparedName(other));
  });

  test('stays as it is once prepared, and does not depend on case, width or what is invisible', () => {
    const odd = textOf(
      'İ',
      'Σ',
      'ﾊ',
      'ﾟ',
      '\u1e9e',
      'I',
      '\u0307',
      '\u212a',
      '\uffe3',
      '\u200c',
      '\u200b',
      ' ',
      '\u3000',
      '\u0345',
      'Å',
    );
    const ascii = fc.stringMatching(/^[!-~]( ?[!-~]){0,9}$/);
    fc.assert(
      fc.property(
        fc.oneof(odd, anyText, fc.string({ unit: 'grapheme' })),
        ascii,
        textOf(' ', '\u200b', '\t', '\u2060'),
        (typed, name, around) => {
          const prepared = preparedName(typed);
          expect(preparedName(prepared)).toBe(prepared);
          expect(preparedName(typed.normalize('NFD'))).toBe(prepared);
          const wide = name.replace(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));
          for (const other of [name, name.toUpperCase(), wide, around + name + around])
            expect(preparedName(other)).toBe(name.toLowerCase());
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each([
    'an\nna',
    'an\u0000na',
    'an\u001b[2Jna',
    'an\u007fna',
    'an\u0085na',
    'an\u200bna',
    'an\u202ena',
    'an\u2028na',
    ' anna',
    'anna\u00a0',
    '',
    ' ',
    'a'.repeat(65),
  ])('%j is refused to a new user', (name) => {
    expect(nameProblem(name, 64)).not.toBeNull();
  });

  test.each(['Anna', 'anna maria', 'José', '山田', 'می\u200cخواهم', 'o’neil'])('%j is taken', (name) => {
    expect(nameProblem(name, 64)).toBeNull();
  });
});

describe('a password', () => {
  test.each([
    ['u\u0308bermäßig', 'übermäßig'],
    ['violet\u3000lantern', 'violet lantern'],
    ['violet\u00a0lantern', 'violet lantern'],
    ['violet\u202flantern', 'violet lantern'],
  ])('%j is hashed as %j', (typed, hashed) => {
    expect(preparedPassword(typed)).toBe(hashed);
  });

  test('stays as it is once prepared', () => {
    fc.assert(
      fc.property(fc.oneof(textOf('é', 'e', '\u0301', 'Å', '\u2000', 'ß', '\u1e9b\u0323'), anyText), (typed) => {
        const prepared = preparedPassword(typed);
        expect(preparedPassword(prepared)).toBe(prepared);
        expect(preparedPassword(typed.normalize('NFD'))).toBe(prepared);
      }),
    );
  });

  test.each([' violet  lantern ', 'ＶＩＯＬＥＴ', 'Violet', 'ß', 'İ', 'violet\u200b', 'vio\tlet'])(
    '%j is hashed as it is',
    (typed) => {
      expect(preparedPassword(typed)).toBe(typed);
    },
  );
});
