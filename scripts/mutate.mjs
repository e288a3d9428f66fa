/** `npm run mutate -- lib/auth`: mutation testing of these folders or files, or of all of `lib`. Options stand in `stryker.config.mjs`. */
import { Stryker } from '@stryker-mutator/core';
import { NOT_MUTATED } from '../stryker.config.mjs';

const paths = process.argv.slice(2);
/** The folder of `lib` that a path is in: its tests are quick to run, and should notice without the others, and without luck. */
const tested = paths.map((path) => path.split('/').slice(0, 2).join('/'));

await new Stryker({
  mutate: [...(paths.length ? paths : ['lib']).map((path) => `${path}{,/**/*.{ts,tsx}}`), ...NOT_MUTATED],
  testFiles: [...new Set(tested)].map((folder) => `${folder}/**/!(*.model).test.{ts,tsx}`),
}).runMutationTest();
