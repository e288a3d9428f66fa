/** `DELETE /api/sessions/{id}`: revokes one session of the user. Another user's id and an unknown id get the same answer. */
import { z } from 'zod';
import { requireRecentSignIn } from '../../../../lib/auth/passwords/confirm-password.ts';
import { recordEvent } from '../../../../lib/auth/sessions/audit.ts';
import { revokeSession } from '../../../../lib/auth/sessions/sessions.ts';
import { EndSessionBody, SessionId } from '../../../../lib/contract/session.ts';
import { AppError } from '../../../../lib/errors.ts';
import { noContent } from '../../../../lib/http/answers.ts';
import { guarded, route } from '../../../../lib/http/route.ts';

export const dynamic = 'force-dynamic';

/** An id of another form is unknown. */
const Params = z.object({ id: SessionId.catch('') });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  DELETE: guarded(
    { params: Params, body: EndSessionBody, bodyOptional: true },
    async ({ db, principal, params, body, caller, now }) => {
      await requireRecentSignIn(db, principal, body.pwd, caller, now);
      const { userId } = principal;
      if (!(await revokeSession(db, userId, params.id, 'ended_by_user'))) throw new AppError('session_not_found');
      await recordEvent(db, { event: 'session_revoked', userId, sessionId: params.id, caller });
      return noContent();
    },
  ),
});
