/** Why a new password will not do: short, among the first that a guesser tries, or made of the user's and our own name. */
import { NEW_PASSWORD_MIN_CHARS } from '../contract/session.ts';
import { processWide } from '../process-wide.ts';
import { NEW_PASSWORD_MIN_GUESSES } from './policy.ts';

const OUR_WORDS = ['tandem'];
/** What is left of a password without these words, digits and separators must still be something. */
const REST_MIN_CHARS = 6;

/** A sentence, or null for a good one. */
export async function passwordProblem(password: string, userName: string): Promise<string | null> {
  if ([...password].length < NEW_PASSWORD_MIN_CHARS) return `Use at least ${NEW_PASSWORD_MIN_CHARS} characters.`;
  const words = [userName, ...OUR_WORDS].map((word) => word.toLowerCase());
  if (withoutWords(password, words).length < REST_MIN_CHARS) return 'Use more than your name, ours and a number.';
  const { check } = await guesser();
  return check(password, words).guesses < NEW_PASSWORD_MIN_GUESSES
    ? 'This password is among the first that are guessed. Choose another.'
    : null;
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
    });
    return { check: (password: string, words: string[]) => factory.check(password, words) };
  });
}
