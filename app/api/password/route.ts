/** `PUT /api/password`: the current one and a new one; every other session of the user ends. */
import { changePassword } from '../../../lib/auth/change-password.ts';
import { ChangePasswordBody } from '../../../lib/contract/session.ts';
import { noContent } from '../../../lib/http/answers.ts';
import { guarded, route } from '../../../lib/http/route.ts';

export const dynamic = 'force-dynamic';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  PUT: guarded({ body: ChangePasswordBody }, async ({ db, principal, body, caller, now }) => {
    await changePassword(db, principal, body, caller, now);
    return noContent();
  }),
});
