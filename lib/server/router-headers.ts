/** Finds headers of Next's router that Next fails at: 500 for a malformed state (vercel/next.js 92907), an error in the log for an unknown kind of prefetch. */
import { z } from 'zod';

/** The routes nest four deep. Next checks by recursion, which a deeper tree could exhaust. */
const DEPTH_MAX = 16;

const PARAMETER_KINDS = [
  'c',
  'oc',
  'd',
  ...['c', 'd'].flatMap((kind) => ['(..)(..)', '(.)', '(..)', '(...)'].map((up) => `${kind}i${up}`)),
];
const Segment = z.union([
  z.string(),
  z.tuple([z.string(), z.string(), z.enum(PARAMETER_KINDS), z.array(z.string()).nullable()]),
]);
/** One level of the tree; its branches are the next levels, by name. */
const Level = z.tuple([
  Segment,
  // `z.record` leaves out `__proto__`, which Next reads.
  z.custom<Record<string, unknown>>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
  z.tuple([z.string(), z.string()]).nullish(),
  z.enum(['refetch', 'inside-shared-layout', 'metadata-only']).nullish(),
  z.number().nullish(),
  z.string().optional(),
]);

const IS_READABLE: Record<string, (value: string) => boolean> = {
  'next-router-prefetch': (value) => value === '1',
  'next-router-state-tree': isRouterState,
};

/** Return the headers to drop. Without them Next renders the whole page. */
export function unreadableRouterHeaders(headers: Record<string, string | string[] | undefined>): string[] {
  return Object.entries(IS_READABLE).flatMap(([name, isReadable]) => {
    const value = headers[name];
    return value === undefined || (typeof value === 'string' && isReadable(value)) ? [] : [name];
  });
}

function isRouterState(value: string): boolean {
  try {
    return isTree(JSON.parse(decodeURIComponent(value)), 1);
  } catch {
    return false;
  }
}

function isTree(value: unknown, depth: number): boolean {
  const level = Level.safeParse(value);
  return level.success && depth <= DEPTH_MAX && Object.values(level.data[1]).every((below) => isTree(below, depth + 1));
}
