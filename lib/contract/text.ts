/** Text from clients: bounded, without NUL (which PostgreSQL cannot store) and without lone surrogates. */
import { z } from 'zod';

export function text({ min = 0, max }: { min?: number; max: number }) {
  return z.string().superRefine((value, context) => {
    const problem = textProblem(value, min, max);
    if (problem) context.addIssue({ code: 'custom', message: problem });
  });
}

function textProblem(value: string, min: number, max: number): string | null {
  if (value.length < min) return min === 1 ? 'Must not be empty.' : `Must have at least ${min} characters.`;
  if (value.length > max) return `Must have at most ${max} characters.`;
  return value.includes('\0') || !value.isWellFormed() ? 'Must be plain Unicode text.' : null;
}
