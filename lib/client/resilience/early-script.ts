/**
 * Stands in the document itself, beside the scripts it names. A script that is lost, in a restart or because a new version has replaced
 * it, takes along what could fetch it again: then the page is loaded again as soon as the server answers.
 */
import { LOST_SCRIPT_GAP_MS, NAVIGATION_RETRY_MAX_MS } from '../policy.ts';
import { LOST_SCRIPT_KEY } from './lost-script.ts';

interface Settings {
  key: string;
  gapMs: number;
  retryMs: number;
}

const SETTINGS: Settings = { key: LOST_SCRIPT_KEY, gapMs: LOST_SCRIPT_GAP_MS, retryMs: NAVIGATION_RETRY_MAX_MS };

/** To be run as an inline script. */
export const EARLY_SCRIPT = `(${watch})(${JSON.stringify(SETTINGS)})`;

/**
 * Its text is what runs, so it uses nothing from outside. A page is not loaded again twice within the gap, nor once something was typed
 * into it or sent: without scripts it still signs in and out, leads on and shows orders.
 */
function watch({ key, gapMs, retryMs }: Settings): void {
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
    void reload();
  }

  async function reload(): Promise<void> {
    const answer = await fetch('/api/health').catch(() => undefined);
    const fields = document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea');
    if (isSent || [...fields].some(({ value, defaultValue }) => value !== defaultValue)) return;
    if (!answer?.ok) {
      setTimeout(reload, retryMs);
      return;
    }
    sessionStorage.setItem(key, `${Date.now()} 1`);
    location.reload();
  }
}
