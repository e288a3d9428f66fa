import { toNextJsHandler } from 'better-auth/next-js';
import { plain } from '../../../../lib/better-auth.ts';

export const dynamic = 'force-dynamic';

export const { GET, POST } = toNextJsHandler(plain);
