/** The answer to a request that Node's parser cannot read: a page for people, JSON below `/api`. */
import type { ErrorBody } from '../contract/error.ts';
import { bareHtml } from '../http/bare-page.ts';
import { isApi } from '../http/security-headers.ts';

export interface ParserRefusal {
  status: string;
  contentType: string;
  body: string;
  /** An answer to `HEAD` has the headers of its body alone (RFC 9110 9.3.2). */
  sendsBody: boolean;
}

/** With an address longer than this, cookies are not the cause of a head that is too large. */
const LONG_ADDRESS_BYTES = 8_192;

interface Kind {
  status: string;
  code: ErrorBody['error'];
  title: string;
  text: string;
}

const MALFORMED: Kind = {
  status: '400 Bad Request',
  code: 'invalid_request',
  title: 'This request could not be read',
  text: 'Open the page again. If this comes back, something between your browser and Tandem changes what is sent.',
};
const LATE: Kind = {
  status: '408 Request Timeout',
  code: 'invalid_request',
  title: 'The request took too long to arrive',
  text: 'Nothing was changed. Check your connection and try again.',
};
const TOO_LARGE: Kind = {
  status: '413 Payload Too Large',
  code: 'payload_too_large',
  title: 'The request is too large',
  text: 'Nothing was changed. Send less at once.',
};
const TOO_MANY_COOKIES: Kind = {
  status: '431 Request Header Fields Too Large',
  code: 'invalid_request',
  title: 'Your browser sent too many cookies',
  text: 'Delete the cookies of this site and of its neighbours in your browser’s settings, then open the page again and sign in. Your orders are kept.',
};
const LONG_ADDRESS: Kind = {
  status: '414 URI Too Long',
  code: 'invalid_request',
  title: 'The address is too long',
  text: 'Shorten it, or start again from the list of orders.',
};

/** `packet` is what Node was reading; it usually begins with the request line. `code` is Node's error code. */
export function parserRefusal(code: string | undefined, packet: Buffer | undefined): ParserRefusal {
  const [, method, path = ''] = /^([A-Z]+) (\S*)/.exec(packet?.toString('latin1') ?? '') ?? [];
  const sendsBody = method !== 'HEAD';
  const { status, code: error, title, text } = kindOf(code, path);
  if (!isApi(path)) {
    const html = bareHtml({ title: `${title} · Tandem`, body: `<main><h1>${title}</h1><p>${text}</p></main>` });
    return { status, contentType: 'text/html; charset=utf-8', body: html, sendsBody };
  }
  const body: ErrorBody = { error, message: `${title}.` };
  return { status, contentType: 'application/json; charset=utf-8', body: JSON.stringify(body), sendsBody };
}

function kindOf(code: string | undefined, path: string): Kind {
  if (code === 'HPE_HEADER_OVERFLOW') return path.length > LONG_ADDRESS_BYTES ? LONG_ADDRESS : TOO_MANY_COOKIES;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return LATE;
  return code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW' ? TOO_LARGE : MALFORMED;
}
