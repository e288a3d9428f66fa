/**
 * Stands in the document itself, beside the scripts it names. One of those that is lost, in a restart or because a new version has replaced
 * it, takes along whatever could ask for it again: then the page is loaded anew as soon as the server answers.
 */
import { LOST_SCRIPT_GAP_MS, LOST_SCRIPT_KEY, NAVIGATION_RETRY_MAX_MS } from './policy.ts';

/** To be run as an inline script. */
export const EARLY_SCRIPT = `(${watch})(${JSON.stringify([LOST_SCRIPT_KEY, LOST_SCRIPT_GAP_MS, NAVIGATION_RETRY_MAX_MS])})`;

/**
 * Its text is what runs, so it uses nothing from outside. A page is not loaded anew twice within the gap, nor once something was typed
 * into it: it signs in, leads on and shows orders without scripts as well.
 */
function watch([key, gapMs, retryMs]: [string, number, number]): void {
  let isLost = false;
  addEventListener('error', lost, true);

  function lost({ target }: Event): void {
    const isOwn = target instanceof HTMLScriptElement && document.readyState !== 'complete';
    const hasJustBeenLost = Math.abs(Date.now() - Number(sessionStorage.getItem(key))) < gapMs;
    if (!isOwn || isLost || hasJustBeenLost) return;
    isLost = true;
    void loadAnew();
  }

  async function loadAnew(): Promise<void> {
    const answer = await fetch('/api/health').catch(() => undefined);
    const fields = document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea');
    if ([...fields].some(({ value, defaultValue }) => value !== defaultValue)) return;
    if (!answer?.ok) {
      setTimeout(loadAnew, retryMs);
      return;
    }
    sessionStorage.setItem(key, String(Date.now()));
    location.reload();
  }
}
