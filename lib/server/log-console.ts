/** Turns what Next prints by itself, mostly errors of pages with their stacks, into lines of the log. */
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

/** Printed as an object, an error would show its fields too, and those of a failed query hold its values. */
function withoutObjects(printed: unknown): unknown {
  return printed instanceof Error ? errorText(printed) : printed;
}
