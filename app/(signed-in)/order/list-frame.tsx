'use client';
/** The frame of the order list: stores its place for the back link, and moves the focus when the focused element is gone. */
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

/** The list of the previous render. */
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

/** A longer list focuses its first new row; any other list its heading, unless something has the focus. */
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
