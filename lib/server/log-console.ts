/** Turns what Next prints, mostly errors of pages, into lines of the log. */
import { format, stripVTControlCharacters } from 'node:util';
import { errorText, type LogEvent, logEvent } from '../log.ts';

export function logConsole(): void {
  const toLog =
    (event: LogEvent) =>
    (...args: unknown[]) =>
      logEvent(event, { text: stripVTControlCharacters(format(...args.map(withoutObjects))) });
  const [note, fault] = [toLog('server_message'), toLog('server_error_message')];
  Object.assign(console, { log: note, info: note, debug: note, warn: fault, error: fault });
}

/** Without the fields of an error: those of a failed query hold its values. */
function withoutObjects(printed: unknown): unknown {
  return printed instanceof Error ? errorText(printed) : printed;
}
