/** Make the text of a row selectable although the whole row is a link. */

/** A click moves the mouse less than this. */
const CLICK_MOVE_PX = 4;

let pressedAt = { x: 0, y: 0 };

/** Before this runs the link covers the whole row; then the stylesheet lifts the text above it. Returns the cleanup function. */
export function makeTextSelectable(list: HTMLElement): () => void {
  list.dataset.selectable = '';
  const listening = new AbortController();
  const { signal } = listening;
  list.addEventListener('mousedown', rememberPress, { signal });
  list.addEventListener('click', followOrSelect, { signal, capture: true });
  list.addEventListener('auxclick', openInNewTab, { signal });
  return () => listening.abort();
}

function rememberPress({ clientX: x, clientY: y }: MouseEvent): void {
  pressedAt = { x, y };
}

function followOrSelect(event: MouseEvent): void {
  const row = rowOf(event.target);
  if (!row) return;
  if (hasSelected(event)) event.preventDefault();
  else if (!isOnLink(event.target)) linkOf(row)?.dispatchEvent(new MouseEvent('click', event));
}

/** A selection alone is no sign: an older one still exists at the click that removes it. */
function hasSelected({ detail, clientX, clientY }: MouseEvent): boolean {
  // A key clicks as well, with a detail of 0.
  if (detail === 0 || getSelection()?.isCollapsed !== false) return false;
  return Math.hypot(clientX - pressedAt.x, clientY - pressedAt.y) > CLICK_MOVE_PX;
}

function openInNewTab(event: MouseEvent): void {
  const row = rowOf(event.target);
  if (event.button !== 1 || !row || isOnLink(event.target)) return;
  event.preventDefault();
  window.open(linkOf(row)?.href, '_blank', 'noopener');
}

const rowOf = (target: EventTarget | null) => (target instanceof Element ? target.closest('.row-link') : null);
const linkOf = (row: Element) => row.querySelector('a');
const isOnLink = (target: EventTarget | null) => target instanceof Element && target.closest('a') !== null;
