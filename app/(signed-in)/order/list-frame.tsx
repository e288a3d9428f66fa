'use client';
/** What surrounds the order list: keeps its place for the way back, and the focus when what had it is gone. */
import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import { type ListPlace, readListPlace, saveListPlace } from '../../../lib/client/drafts/list-place.ts';
import { HEADING_ID, takeReturn } from './list-return.ts';
import { makeTextSelectable } from './row-clicks.ts';

interface ListFrameProps {
  userId: number;
  /** `/order` with its query. */
  path: string;
  children: ReactNode;
}

/** The list as it was drawn before. */
interface Drawn {
  path: string;
  rows: number;
}

export function ListFrame({ userId, path, children }: ListFrameProps) {
  const frame = useRef<HTMLDivElement>(null);
  const before = useRef<Drawn | null>(null);

  useEffect(() => (frame.current ? makeTextSelectable(frame.current) : undefined), []);

  useLayoutEffect(() => {
    const list = frame.current;
    if (!list) return;
    if (takeReturn()) resume(list, path, readListPlace(userId));
    // React's strict mode runs this twice for one list.
    else if (before.current && before.current.path !== path) keepFocus(list, path, before.current);
    before.current = { path, rows: rowLinks(list).length };
    const place = { userId, path, scrollY: 0, opened: '' };
    saveListPlace(place);
    const onClick = ({ target }: MouseEvent) => {
      const link = target instanceof Element && target.closest('.row-link')?.querySelector('a');
      if (link) saveListPlace({ ...place, scrollY, opened: link.getAttribute('href') ?? '' });
    };
    list.addEventListener('click', onClick, true);
    return () => list.removeEventListener('click', onClick, true);
  }, [userId, path]);

  return (
    <div ref={frame} className="list-area flex flex-col gap-6">
      {children}
    </div>
  );
}

const rowLinks = (list: HTMLElement) => [...list.querySelectorAll<HTMLElement>('.row-link th a')];

function resume(list: HTMLElement, path: string, left: ListPlace | null): void {
  const isSame = left?.path === path;
  scrollTo(0, isSame ? left.scrollY : 0);
  const opened = isSame && rowLinks(list).find((link) => link.getAttribute('href') === left.opened);
  (opened || heading())?.focus({ preventScroll: true });
}

/** A list made longer goes on at its first new row; every other one starts at the heading, unless the focus is still somewhere. */
function keepFocus(list: HTMLElement, path: string, before: Drawn): void {
  const active = document.activeElement;
  const isAtEnd = active?.closest('.list-more') !== null;
  if (!isAtEnd && active !== document.body) return;
  const isLonger = withoutLimit(path) === withoutLimit(before.path);
  const firstNew = isLonger ? rowLinks(list)[before.rows] : undefined;
  (firstNew ?? heading())?.focus({ preventScroll: true });
}

const withoutLimit = (path: string) => path.replace(/limit=\d+/, '').replace(/[?&]+$/, '');
const heading = () => document.getElementById(HEADING_ID);
