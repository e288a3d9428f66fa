/** What is wrong with a field, as a sentence for the person who filled it in. */
import type { z } from 'zod';

const KINDS: Record<string, string> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'text',
};

type Issue = Parameters<z.core.$ZodErrorMap>[0];

/** For `safeParse(value, { error: fieldSentence })`; undefined leaves a sentence that the schema gives itself. */
export function fieldSentence(issue: Issue): string | undefined {
  if (issue.input === undefined) return 'Is required.';
  switch (issue.code) {
    case 'invalid_type':
      return `Must be ${KINDS[issue.expected] ?? issue.expected}.`;
    case 'too_small':
      return `Must be ${bound('at least', issue.minimum, issue.origin)}.`;
    case 'too_big':
      return `Must be ${bound('at most', issue.maximum, issue.origin)}.`;
    case 'invalid_value':
      return `Must be one of ${issue.values.map(String).join(', ')}.`;
    default:
      return undefined;
  }
}

function bound(word: string, limit: number | bigint, origin: string): string {
  if (origin === 'array') return `a list of ${word} ${limit}`;
  return origin === 'string' ? `${word} ${limit} characters long` : `${word} ${limit}`;
}
