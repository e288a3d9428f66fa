/** `PUT /api/password`: the current one and a new one; every other session of the user ends. */
import { z } from 'zod';
import { changePassword, countPasswordChange } from '../../../lib/auth/change-password.ts';
import { ChangePasswordBody } from '../../../lib/contract/session.ts';
import { noContent } from '../../../lib/http/answers.ts';
import { check } from '../../../lib/http/body.ts';
import { guarded, route } from '../../../lib/http/route.ts';

export const dynamic = 'force-dynamic';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  // Checked in the handler, so that wrong bodies count too.
  PUT: guarded({ body: z.unknown() }, async ({ db, principal, body, caller, now }) => {
    await countPasswordChange(db, principal.userId);
    await changePassword(db, principal, check(ChangePasswordBody, body), caller, now);
    return noContent();
  }),
});
