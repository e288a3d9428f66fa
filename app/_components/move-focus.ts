/** Moves the focus to a named place when the control that had it goes. */
import { flushSync } from 'react-dom';

/**
 * `change` sets the state that closes or removes the control. It is drawn first, because a dialog that closes gives the focus
 * back to its opener. The element `id` needs `tabIndex={-1}`.
 */
export function moveFocus(id: string, change?: () => void): void {
  if (change) flushSync(change);
  document.getElementById(id)?.focus({ preventScroll: id === 'main' });
}
