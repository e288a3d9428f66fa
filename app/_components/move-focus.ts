/** Move the focus to a named element when the focused control is removed. */
import { flushSync } from 'react-dom';

/**
 * `change` sets the state that closes or removes the control. It renders first, because a closing dialog returns the focus
 * to its opener. The element `id` needs `tabIndex={-1}`.
 */
export function moveFocus(id: string, change?: () => void): void {
  if (change) flushSync(change);
  document.getElementById(id)?.focus({ preventScroll: id === 'main' });
}
