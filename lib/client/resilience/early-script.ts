/**
 * Stands in the document itself, beside the scripts it names. One of those that is lost, in a restart or because a new version has replaced
 * it, takes along whatever could ask for it again: then the page is loaded anew as soon as the server answers.
 */

import { LOST_SCRIPT_GAP_MS, NAVIGATION_RETRY_MAX_MS } from '../policy.ts';
import { LOST_SCRIPT_KEY } from './lost-script.ts';

/** To be run as an inline script. */
export const EARLY_SCRIPT = `(${watch})(${JSON.stringify([LOST_SCRIPT_KEY, LOST_SCRIPT_GAP_MS, NAVIGATION_RETRY_MAX_MS])})`;

/**
 * Its text is what runs, so it uses nothing from outside. A page is not loaded anew twice within the gap, nor once something was typed
 * into it or sent: it signs in and out, leads on and shows orders without scripts as well.
 */
function watch([key, gapMs, retryMs]: [string, number, number]): void {
  let isDone = false;
  let isSent = false;
  addEventListener('error', lost, true);
  addEventListener('submit', () => (isSent = true), true);

  function lost({ target }: Event): void {
    const isOwn = target instanceof HTMLScriptElement && target.src.startsWith(`${location.origin}/`);
    const isLoading = document.readyState !== 'complete';
    const hasJustBeenLost = Math.abs(Date.now() - Number.parseFloat(sessionStorage.getItem(key) ?? '0')) < gapMs;
    if (!isOwn || !isLoading || isDone || hasJustBeenLost) return;
    isDone = true;
    void loadAnew();
  }

  async function loadAnew(): Promise<void> {
    const answer = await fetch('/api/health').catch(() => undefined);
    const fields = document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea');
    if (isSent || [...fields].some(({ value, defaultValue }) => value !== defaultValue)) return;
    if (!answer?.ok) {
      setTimeout(loadAnew, retryMs);
      return;
    }
    sessionStorage.setItem(key, `${Date.now()} 1`);
    location.reload();
  }
}
