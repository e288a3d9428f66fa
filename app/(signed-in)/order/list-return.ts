/** Mark that the next list is reached by the back link. */

/** The id of the list's heading, which gets the focus when the focused element is gone. */
export const HEADING_ID = 'orders';

let isReturning = false;

export function startReturn(): void {
  isReturning = true;
}

/** True once after `startReturn`. */
export function takeReturn(): boolean {
  const taken = isReturning;
  isReturning = false;
  return taken;
}
