/** Refuse weak new passwords: short ones, common ones, and those made of the user's or the product's name. */
import { NEW_PASSWORD_MIN_CHARS } from '../../contract/limits.ts';
import { processWide } from '../../process-wide.ts';
import {
  CUT_PASSWORD_MIN_GUESSES,
  JUDGED_PASSWORD_PART_CHARS,
  JUDGED_SUBSTITUTIONS,
  NEW_PASSWORD_MIN_GUESSES,
} from './password-limits.ts';

const OUR_WORDS = ['tandem'];
/** A password must have this many characters besides these words, digits and separators. */
const REST_MIN_CHARS = 6;
/** A part repeated three times or more. */
const REPEATED = /(.{1,32}?)\1{2,}/gsu;

/** Return one sentence about the problem, or null for a good password. */
export async function passwordProblem(password: string, userName: string): Promise<string | null> {
  if ([...password].length < NEW_PASSWORD_MIN_CHARS) return `Use at least ${NEW_PASSWORD_MIN_CHARS} characters.`;
  const words = [userName, ...OUR_WORDS].map((word) => word.toLowerCase());
  if (withoutWords(password, words).length < REST_MIN_CHARS) return 'Use more than your name, ours and a number.';
  const guesses = await guesser();
  const parts = judgedParts(password);
  const minGuesses = parts.length > 1 ? CUT_PASSWORD_MIN_GUESSES : NEW_PASSWORD_MIN_GUESSES;
  return parts.some((part) => guesses(part, words) >= minGuesses)
    ? null
    : 'This password is among the first that are guessed. Choose another.';
}

/**
 * Return the parts that the estimator judges: a short password whole; of a long one the beginning and the most varied part of the
 * rest, since a password is at least as strong as any part of it. Bounded, because the estimator blocks the main thread for seconds at 256 characters.
 */
export function judgedParts(password: string): string[] {
  const text = password.replace(REPEATED, '$1$1');
  if (text.length <= JUDGED_PASSWORD_PART_CHARS) return [text];
  const rest = text.slice(Math.min(JUDGED_PASSWORD_PART_CHARS, text.length - JUDGED_PASSWORD_PART_CHARS));
  return [text.slice(0, JUDGED_PASSWORD_PART_CHARS), mostVariedPart(rest)];
}

function mostVariedPart(text: string): string {
  const starts = text.length - JUDGED_PASSWORD_PART_CHARS + 1;
  const parts = Array.from({ length: starts }, (_, start) => text.slice(start, start + JUDGED_PASSWORD_PART_CHARS));
  return parts.reduce((best, part) => (new Set(part).size > new Set(best).size ? part : best));
}

function withoutWords(password: string, words: string[]): string {
  const rest = words.reduce((text, word) => text.replaceAll(word, ''), password.toLowerCase());
  return rest.replace(/[\d\s._-]/g, '');
}

/** The word lists take some megabytes, so they are loaded when the first password is changed. */
function guesser() {
  return processWide('password-guesser', async () => {
    const [{ ZxcvbnFactory }, common, english] = await Promise.all([
      import('@zxcvbn-ts/core'),
      import('@zxcvbn-ts/language-common'),
      import('@zxcvbn-ts/language-en'),
    ]);
    const factory = new ZxcvbnFactory({
      dictionary: { ...common.dictionary, ...english.dictionary },
      graphs: common.adjacencyGraphs,
      l33tMaxSubstitutions: JUDGED_SUBSTITUTIONS,
    });
    return (part: string, words: string[]) => factory.check(part, words).guesses;
  });
}
