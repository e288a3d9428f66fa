/** The sets of figures, in the order of measurement. */
import type { Figure, Run } from './figures.ts';
import { browser } from './sets/browser.ts';
import { growth } from './sets/growth.ts';
import { guarded } from './sets/guarded.ts';
import { instances } from './sets/instances.ts';
import { memory } from './sets/memory.ts';
import { pages } from './sets/pages.ts';
import { refresh } from './sets/refresh.ts';
import { signIn } from './sets/sign-in.ts';
import { start } from './sets/start.ts';

export const SETS: Record<string, (run: Run) => Promise<Figure[]>> = {
  start,
  guarded,
  refresh,
  'sign-in': signIn,
  browser,
  pages,
  memory,
  growth,
  instances,
};
