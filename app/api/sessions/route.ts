/** `GET /api/sessions`: where the user is signed in. `DELETE`: revokes every session but this one. */

import { requireRecentSignIn } from '../../../lib/auth/passwords/confirm-password.ts';
import { recordEvent } from '../../../lib/auth/sessions/audit.ts';
import { listLiveSessions, readSessionCursor, sessionCursor } from '../../../lib/auth/sessions/list-sessions.ts';
import { sessionView } from '../../../lib/auth/sessions/session-view.ts';
import { findSession, revokeOtherSessions } from '../../../lib/auth/sessions/sessions.ts';
import { EndSessionBody, type SessionListAnswer, SessionListQuery } from '../../../lib/contract/session.ts';
import { fieldError } from '../../../lib/errors.ts';
import { json, noContent } from '../../../lib/http/answers.ts';
import { guarded, route } from '../../../lib/http/route.ts';

export const dynamic = 'force-dynamic';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: guarded({ query: SessionListQuery }, async ({ db, principal, query: { limit, cursor }, now }) => {
    const after = readSessionCursor(cursor);
    if (cursor !== undefined && !after) throw fieldError('cursor', 'Must be a next_cursor of this list.');
    const current = after ? null : await findSession(db, principal.sessionId);
    const others = await listLiveSessions(db, principal.userId, now, {
      limit: limit + 1,
      exceptId: principal.sessionId,
      after,
    });
    const shown = others.slice(0, limit);
    const last = others.length > limit ? shown.at(-1) : undefined;
    return json(200, {
      sessions: [...(current ? [current] : []), ...shown].map((session) => sessionView(session, principal.sessionId)),
      next_cursor: last ? sessionCursor(last) : null,
    } satisfies SessionListAnswer);
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
