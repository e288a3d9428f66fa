import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { routeName } from './route-name.ts';

const APP = fileURLToPath(new URL('../../app', import.meta.url));

/** `api/sessions/[id]/route.ts` → `/api/sessions/{id}`. */
const routes = globSync('**/{route.ts,page.tsx}', { cwd: APP })
  .map((file) => `/${file.replaceAll('\\', '/').replace(/\/?(route\.ts|page\.tsx)$/, '')}`.replace(/\/\([\w-]+\)/, ''))
  .filter((route) => !route.includes('[[...'))
  .map((route) => route.replace(/\[(\w+)\]/g, '{$1}'));

test.each(routes)('%s has its own name', (route) => {
  expect(routeName(`${route.replace(/\{\w+\}/g, 'ORD-000123')}?x=1#y`)).toBe(route);
});

test.each(['/nope', '/api/nope', '/order/a/b', '//order', '/api/sessions/a/b', ''])('%j has no route', (path) => {
  expect(routeName(path)).toBe('other');
});
