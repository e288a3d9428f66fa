/** `GET /api/sessions`: where the user is signed in. `DELETE`: ends every session but this one. */
import { recordEvent } from '../../../lib/auth/audit.ts';
import { requireRecentSignIn } from '../../../lib/auth/confirm-password.ts';
import { sessionView } from '../../../lib/auth/session-view.ts';
import { listLiveSessions, revokeOtherSessions } from '../../../lib/auth/sessions.ts';
import { EndSessionBody, type SessionListAnswer } from '../../../lib/contract/session.ts';
import { json, noContent } from '../../../lib/http/answers.ts';
import { guarded, route } from '../../../lib/http/route.ts';

export const dynamic = 'force-dynamic';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: guarded({}, async ({ db, principal, now }) => {
    const live = await listLiveSessions(db, principal.userId, now);
    const sessions = live.map((session) => sessionView(session, principal.sessionId));
    return json(200, { sessions } satisfies SessionListAnswer);
  }),
  DELETE: guarded({ body: EndSessionBody, bodyOptional: true }, async ({ db, principal, body, caller, now }) => {
    await requireRecentSignIn(db, principal, body.pwd, caller, now);
    const { userId } = principal;
    for (const sessionId of await revokeOtherSessions(db, userId, principal.sessionId, 'ended_by_user')) {
      await recordEvent(db, { event: 'session_revoked', userId, sessionId, caller });
    }
    return noContent();
  }),
});
