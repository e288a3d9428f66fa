/** Refuses a head that a proxy and this server could read differently (RFC 9112 2.3, 3.2). */
interface Head {
  httpVersion: string;
  /** Names and values alternate, as in Node. */
  rawHeaders: readonly string[];
}

/** Host and port, and no other part of an address. */
const HOST = /^[^\s/\\@,?#]*$/;

/** Return a sentence for the client, or undefined. */
export function headProblem({ httpVersion, rawHeaders }: Head): string | undefined {
  if (!httpVersion.startsWith('1.')) return 'This version of HTTP is not spoken here.';
  const hosts = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'host');
  if (hosts.length > 1) return 'The request names its host twice.';
  if (hosts.length === 0 && httpVersion !== '1.0') return 'The request names no host.';
  if (!HOST.test(hosts[0] ?? '')) return 'The host of the request is malformed.';
  return undefined;
}
