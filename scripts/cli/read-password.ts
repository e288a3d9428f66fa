/** Reads a password from the keyboard without echo, or from standard input. Never from arguments, which other processes can read. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { StartError } from '../../lib/start-error.ts';
import { printable } from './printable.ts';

/** A terminal asks twice; otherwise the first line of the input counts. Throws `StartError`. */
export async function readPassword(question: string): Promise<string> {
  if (!process.stdin.isTTY) return firstLine();
  const password = await ask(`${question}: `);
  if ((await ask('Once more: ')) !== password) throw new StartError('The two passwords differ; nothing was changed.');
  return password;
}

async function ask(prompt: string): Promise<string> {
  process.stderr.write(printable(prompt));
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    const cancelled = new Promise<never>((_, reject) =>
      terminal.once('SIGINT', () => reject(new StartError('Stopped; nothing was changed.'))),
    );
    return await Promise.race([terminal.question(''), cancelled]);
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}

async function firstLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line;
  throw new StartError('Pipe the password in, or run this at a terminal.');
}
