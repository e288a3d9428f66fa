/** Sends prepared requests, each once, as fast as the server answers; started by `replay-all.ts` in a separate process. */
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';

export interface Prepared {
  url: string;
  method: string;
  headers: Record<string, string>;
}

export interface Replayed {
  seconds: number;
  /** The number of answers per status. */
  statuses: Record<number, number>;
}

const [file = '', connections = '8'] = process.argv.slice(2);
// Written by `replay-all.ts`.
const prepared = JSON.parse(await readFile(file, 'utf8')) as Prepared[];
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const statuses: Record<number, number> = {};
let next = 0;

const startedAt = performance.now();
await Promise.all(
  Array.from({ length: Number(connections) }, async () => {
    for (let one = prepared[next++]; one; one = prepared[next++]) {
      const status = await send(one);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  }),
);
const replayed: Replayed = { seconds: (performance.now() - startedAt) / 1_000, statuses };
console.log(JSON.stringify(replayed));
agent.destroy();

function send({ url, method, headers }: Prepared): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, method, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
      answer.once('error', reject);
    });
    outgoing.once('error', reject);
    outgoing.end();
  });
}
