import { answer } from '../../../lib/answers.ts';

/** The limit: what Next alone answers. */
export const dynamic = 'force-dynamic';

export function GET(): Response {
  return answer(1);
}
