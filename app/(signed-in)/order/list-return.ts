/** Tells the list that is drawn next that somebody comes back to it by its link. */

/** The id of the list's heading, which gets the focus when what had it is gone. */
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
