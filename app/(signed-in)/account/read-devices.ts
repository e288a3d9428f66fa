/** Read a user's sessions: the newest of each kind, or all of them page by page. */
import {
  countOtherSessions,
  listLiveSessions,
  readSessionCursor,
  type SessionKind,
  type SessionPosition,
  sessionCursor,
} from '../../../lib/auth/sessions/list-sessions.ts';
import { findSession, type Session, type SessionOfUser } from '../../../lib/auth/sessions/sessions.ts';
import type { Db } from '../../../lib/db/client.ts';

const NEWEST_SHOWN: Record<SessionKind, number> = { browser: 10, program: 5 };
const PAGE = 50;
const TITLES: Record<SessionKind, string> = { browser: 'Other browsers', program: 'Programs' };

/** The requested part of the list. */
export interface DevicesView {
  isAll: boolean;
  after: SessionPosition | undefined;
}

/** `?devices=all&after=…`; invalid values show the list from its beginning. */
export function readDevicesView(params: Record<string, string | string[] | undefined>): DevicesView {
  return { isAll: params.devices === 'all', after: readSessionCursor(params.after) };
}

export function devicesPath({ isAll, after }: Partial<DevicesView>): string {
  if (!isAll) return '/account';
  return `/account?devices=all${after ? `&after=${sessionCursor(after)}` : ''}`;
}

export interface DeviceList {
  inHand: Session | null;
  /** The total, shown or not. */
  others: number;
  /** `note` says which share of the whole list. */
  groups: { title: string; note: string | undefined; sessions: Session[] }[];
  /** To other parts of the list. */
  links: { label: string; path: string }[];
}

export async function readDevices(db: Db, inHand: SessionOfUser, view: DevicesView, now: Date): Promise<DeviceList> {
  const [session, counts] = await Promise.all([findSession(db, inHand.sessionId), countOtherSessions(db, inHand, now)]);
  const others = counts.browser + counts.program;
  const list: ListOthers = (part) => listLiveSessions(db, inHand.userId, now, { exceptId: inHand.sessionId, ...part });
  const part = view.isAll ? await readAll(list, view.after, others) : await readNewest(list, counts, others);
  return { inHand: session, others, ...part };
}

type ListOthers = (part: {
  limit: number;
  kind?: SessionKind;
  after?: SessionPosition | undefined;
}) => Promise<Session[]>;
type Part = Pick<DeviceList, 'groups' | 'links'>;

async function readNewest(list: ListOthers, counts: Record<SessionKind, number>, others: number): Promise<Part> {
  const group = async (kind: SessionKind) => {
    const sessions = await list({ kind, limit: NEWEST_SHOWN[kind] });
    const isPart = counts[kind] > sessions.length;
    const note = isPart ? `the newest ${sessions.length} of ${counts[kind]}` : undefined;
    return { title: TITLES[kind], note, sessions };
  };
  const groups = await Promise.all([group('browser'), group('program')]);
  const isPart = groups.some(({ note }) => note);
  return {
    groups: groups.filter(({ sessions }) => sessions.length > 0),
    links: isPart ? [{ label: `Show all ${others}`, path: devicesPath({ isAll: true }) }] : [],
  };
}

async function readAll(list: ListOthers, after: SessionPosition | undefined, others: number): Promise<Part> {
  const listed = await list({ limit: PAGE + 1, after });
  const sessions = listed.slice(0, PAGE);
  const last = listed.length > PAGE ? sessions.at(-1) : undefined;
  return {
    groups: [{ title: 'All others', note: after ? 'older ones' : `newest first, ${others} in all`, sessions }],
    links: [
      ...(last ? [{ label: 'Show older', path: devicesPath({ isAll: true, after: last }) }] : []),
      ...(after ? [{ label: 'Show the newest', path: devicesPath({ isAll: true }) }] : []),
      { label: 'Show fewer', path: devicesPath({}) },
    ],
  };
}
