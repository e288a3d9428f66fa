import { expect, test } from 'vitest';
import { Semaphore } from './semaphore.ts';

/** Work that ends when it is told to. */
function work() {
  const log: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const doing = (name: string) => () =>
    new Promise<string>((resolve, reject) => {
      log.push(name);
      ends.set(name, (error) => (error ? reject(error) : resolve(name)));
    });
  return { log, doing, end: (name: string, error?: Error) => ends.get(name)?.(error) };
}

test('at most so many run at once, and the others follow in the order they came, also after a failure', async () => {
  const semaphore = new Semaphore({ atOnce: 2, waitingMax: 5 });
  const { log, doing, end } = work();
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => semaphore.run(doing(name)));
  expect(log).toEqual(['a', 'b']);
  end('b');
  await b;
  await Promise.resolve();
  expect(log).toEqual(['a', 'b', 'c']);
  end('a', new Error('failed'));
  await expect(a).rejects.toThrow('failed');
  await Promise.resolve();
  expect(log).toEqual(['a', 'b', 'c', 'd']);
  end('c');
  end('d');
  expect(await Promise.all([c, d])).toEqual(['c', 'd']);
});

test('a full queue refuses with a time to retry, and takes no turn', async () => {
  const semaphore = new Semaphore({ atOnce: 1, waitingMax: 1 });
  const { log, doing, end } = work();
  const [first, second] = [semaphore.run(doing('first')), semaphore.run(doing('second'))];
  await expect(semaphore.run(doing('third'))).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 5 });
  end('first');
  await first;
  await Promise.resolve();
  end('second');
  await second;
  expect(log).toEqual(['first', 'second']);
});
