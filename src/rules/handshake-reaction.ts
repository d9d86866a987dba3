// What an endpoint does about the other one's part of the opening handshake: RFC 6455 §4.1, §4.2.

import type { Connection } from '../protocol/connection.ts';
import { otherEnd } from '../protocol/connection.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { type Head, statusOf } from '../protocol/handshake/handshake.ts';
import { lists } from '../protocol/handshake/http-field.ts';
import { isBelowHttp11, requestLine } from '../protocol/handshake/start-line.ts';
import { missesProtocol, refusesSwitch } from './kit/ending.ts';
import { answered, logOf, refused, request, response, responseText, TUNNEL } from './kit/handshake-examples.ts';
import { opensHandshake } from './kit/handshake-rule.ts';
import {
  type Check,
  defineRule,
  EITHER,
  FIRST_OCTET,
  type HandshakeSubject,
  type Rule,
  type Subjects,
} from './kit/rule.ts';
import { SIGN } from './kit/signs.ts';

const TEXT_FRAME = '818537fa213d7f9f4d5158';
const CLOSE_FRAME = '888237fa213d3410';

function requestFault({ sender }: HandshakeSubject, connection: Connection): string | null {
  return otherEnd(connection, sender).handshakeFault;
}

/** A server or gateway that is in trouble has not looked at the request. */
const IN_TROUBLE: ReadonlySet<number> = new Set([502, 503, 504]);

/** The answer is right by HTTP alone, in which the fault is none. */
function isAnswerOfHttp(request: Head, fault: string, status: number): boolean {
  const { method, version } = requestLine(request) ?? {};
  const isBelow = version != null && isBelowHttp11(version.text);
  // A redirect is for the target, whatever else the request has (RFC 9112 §3).
  if (IN_TROUBLE.has(status) || Math.trunc(status / 100) === 3) return true;
  // RFC 9110 §15.6.2, §15.6.6.
  if (status === 501 && method?.text !== 'GET') return true;
  if (status === 505 && version?.text !== 'HTTP/1.1') return true;
  // Upgrade is ignored in HTTP/1.0 (RFC 9110 §7.8), where Host may be left out too.
  if (!isBelow && lists(request, 'Upgrade', 'websocket')) return false;
  return !fault.startsWith('http/') && (isBelow || !fault.startsWith('request/host-'));
}

function startLineOctets({ response: { startLine } }: HandshakeSubject): readonly [number, number] {
  return [0, startLine.length];
}

const UNAUTHORIZED = ['HTTP/1.1 401 Unauthorized', 'WWW-Authenticate: Basic realm="x"', 'Content-Length: 0'];
/** What HTTP has for an answer, though it is no 4xx. */
const HTTP_ANSWERS: readonly (readonly [rule: string, change: string, status: string])[] = [
  ['request/http-version', '=GET /chat HTTP/1.0', '200 OK'],
  ['request/upgrade-missing', '-Upgrade', '200 OK'],
  ['request/method-not-get', '=BREW /chat HTTP/1.1', '501 Not Implemented'],
  ['http/start-line-malformed', '=GET /chat HTTP/2', '505 HTTP Version Not Supported'],
  ['http/start-line-malformed', '=GET /a b HTTP/1.1', '301 Moved Permanently'],
  ['request/host-missing', '-Host', '308 Permanent Redirect'],
  ['request/host-missing', '-Host', '502 Bad Gateway'],
  ['request/host-missing', '-Host', '503 Service Unavailable'],
  ['request/host-missing', '-Host', '504 Gateway Timeout'],
];
const BAD_REQUEST = ['HTTP/1.1 400 Bad Request', 'Content-Length: 0'];
/** What no server has to refuse, and some do. */
const ODD_REQUESTS: readonly (readonly [rule: string, ...changes: string[]])[] = [
  ['request/key-noncanonical', 'Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEC=='],
  ['http/obs-fold', 'X-Name: a\r\n b'],
  ['pmd/offer-unknown-param', 'Sec-WebSocket-Extensions: permessage-deflate; foo'],
  ['request/origin-invalid', 'Origin: https://example.com/'],
  [
    'request/draft-protocol',
    '-Sec-WebSocket-Key',
    '-Sec-WebSocket-Version',
    'Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5',
  ],
];
const DEFLATE = 'Sec-WebSocket-Extensions: permessage-deflate';
const WRONG_ACCEPT = ['Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA='];

type RefusalSubject = Subjects['refusal'];

function checkRefusedRequest({ request, response, by }: RefusalSubject, connection: Connection): Check {
  const status = statusOf(response);
  if (status === null || status < 400 || status > 499 || !request.complete || !opensHandshake(request)) return null;
  // What is wrong in it without having to be refused may be refused all the same.
  if (otherEnd(connection, by).headFaults.length > 0) return null;
  return {
    says: `it answered ${status} to a valid request: authentication, origin or path may explain it`,
    octets: [0, response.startLine.length],
  };
}

function checkRefusedResponse({ response, by }: RefusalSubject, connection: Connection): Check {
  const server = otherEnd(connection, by);
  // Where a subprotocol was asked for and none is selected, some have to refuse.
  if (!refusesSwitch(connection) || server.headFaults.length > 0 || missesProtocol(connection)) return null;
  const says = `it ended TCP after a valid ${statusOf(response)}, without sending a frame`;
  return { says, on: connection.now.row, by: 'client' };
}

export const HANDSHAKE_REACTION_RULES: readonly Rule[] = [
  defineRule({
    id: 'reaction/handshake-accepted-invalid',
    severity: 'error',
    basis: 'MUST',
    by: ['server'],
    section: 'RFC 6455 §4.2.1',
    title: 'A 101 for a request that is not valid',
    reaction: 'none',
    on: 'handshake',
    check: (subject, connection) => {
      const fault = requestFault(subject, connection);
      if (fault === null || statusOf(subject.response) !== 101) return null;
      return { says: `it accepted a request that breaks ${fault}`, octets: startLineOctets(subject) };
    },
    examples: {
      violates: [
        {
          log: logOf(answered(['-Host'])),
          at: [1, 0, 32],
          also: ['request/host-missing'],
        },
        // The first fault is named.
        {
          log: logOf(answered(['-Host', 'Sec-WebSocket-Version: 12'])),
          at: [1, 0, 32],
          also: ['request/host-missing', 'request/version-not-13'],
        },
      ],
      holds: [
        { log: logOf(response()) },
        // What a server may accept.
        { log: logOf(answered(['X-Name: a\r\n b'])), also: ['http/obs-fold'] },
        { log: logOf(answered(['=GET  /chat\tHTTP/1.1'])), also: ['http/start-line-malformed'] },
        { log: logOf(answered(['Connection: Upgrade, keep alive'])), also: ['http/connection-malformed'] },
        { log: logOf(answered(['X Name: x'])), also: ['http/field-name-invalid'] },
      ],
    },
  }),
  defineRule({
    id: 'reaction/handshake-error-status',
    severity: 'warning',
    basis: 'appropriate code',
    by: ['server'],
    section: 'RFC 6455 §4.2.1',
    title: 'A bad request is not answered with a 4xx',
    reaction: 'none',
    on: 'handshake',
    check: (subject, connection) => {
      const fault = requestFault(subject, connection);
      const status = statusOf(subject.response);
      if (fault === null || status === null || status === 101 || (status >= 400 && status < 500)) return null;
      if (isAnswerOfHttp(subject.request, fault, status)) return null;
      return {
        says: `it answered ${status} to a request that breaks ${fault}, where a 4xx is due`,
        octets: startLineOctets(subject),
      };
    },
    examples: {
      violates: [
        {
          log: logOf(refused(['-Host'], 'HTTP/1.1 500 Internal Server Error', 'Content-Length: 0')),
          at: [1, 0, 34],
          also: ['request/host-missing', 'response/status-not-101'],
        },
        // Versions and methods of HTTP that are right, and are said not to be supported.
        ...['505 HTTP Version Not Supported', '501 Not Implemented'].map((status) => ({
          log: logOf(refused(['-Host'], `HTTP/1.1 ${status}`, 'Content-Length: 0')),
          at: [1, 0, 9 + status.length] as const,
          also: ['request/host-missing', 'response/status-not-101'],
        })),
        // A fault of HTTP stays one where no upgrade is asked for.
        {
          log: logOf(refused(['-Host', '-Upgrade'], 'HTTP/1.1 200 OK', 'Content-Length: 0')),
          at: [1, 0, 15],
          also: ['request/host-missing', 'request/upgrade-missing', 'response/status-not-101'],
        },
        {
          log: logOf(refused(['X-Name : a', '-Upgrade'], 'HTTP/1.1 200 OK', 'Content-Length: 0')),
          at: [1, 0, 15],
          also: ['http/space-before-colon', 'request/upgrade-missing', 'response/status-not-101'],
        },
      ],
      holds: [
        {
          log: logOf(refused(['-Host'], 'HTTP/1.1 400 Bad Request', 'Content-Length: 0')),
          also: ['request/host-missing', 'response/status-not-101'],
        },
        {
          log: logOf(refused(['=GET /chat HTTP/1.0', '-Host'], 'HTTP/1.1 200 OK', 'Content-Length: 0')),
          also: ['request/http-version', 'request/host-missing', 'response/status-not-101'],
        },
        ...HTTP_ANSWERS.map(([rule, change, status]) => ({
          log: logOf(refused([change], `HTTP/1.1 ${status}`, 'Content-Length: 0')),
          also: [rule, 'response/status-not-101'],
        })),
      ],
    },
  }),
  defineRule({
    id: 'reaction/too-strict-handshake',
    severity: 'note',
    basis: 'legal',
    by: EITHER,
    section: 'RFC 6455 §4.2.1',
    title: 'A valid request is refused with a 4xx, or a valid 101 by ending TCP',
    reaction: 'none',
    on: 'refusal',
    check: (subject, connection) =>
      subject.by.role === 'server'
        ? checkRefusedRequest(subject, connection)
        : checkRefusedResponse(subject, connection),
    examples: {
      violates: [
        {
          log: logOf(refused([], 'HTTP/1.1 403 Forbidden', 'Content-Length: 0')),
          at: [1, 0, 22],
          also: ['response/status-not-101'],
        },
        { log: `${logOf(response())}\nTCP DROPPED BY ME` },
        {
          log: logOf(refused(['Sec-WebSocket-Protocol: a,,b'], ...BAD_REQUEST)),
          at: [1, 0, 24],
          also: ['http/empty-list-element', 'response/status-not-101'],
        },
      ],
      holds: [
        { log: logOf(response()) },
        { log: `${logOf(response('-Upgrade'))}\nTCP DROPPED BY ME`, also: ['response/upgrade-missing'] },
        { log: `${logOf(response())}\ntx ${CLOSE_FRAME}\nrx 880203ea\nTCP DROPPED BY PEER` },
        ...ODD_REQUESTS.map(([rule, ...changes]) => ({
          log: logOf(refused(changes, ...BAD_REQUEST)),
          also: [rule, 'response/status-not-101'],
        })),
        {
          log: logOf([
            ...TUNNEL.slice(0, 1),
            ['rx', 'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="x"\r\n\r\n'],
          ]),
        },
      ],
    },
  }),
  defineRule({
    id: 'reaction/handshake-client-proceeded',
    severity: 'error',
    basis: 'MUST',
    by: ['client'],
    section: 'RFC 6455 §4.1',
    title: 'The client goes on after a 101 that is not valid',
    reaction: 'none',
    on: 'header',
    when: SIGN.FIRST,
    check: ({ frame, sender, receiver }) =>
      sender.role === 'client' &&
      receiver.handshakeFault !== null &&
      frame.ordinal === 0 &&
      frame.opcode !== OPCODE.CLOSE && {
        says: `it sent a frame after a 101 that breaks ${receiver.handshakeFault}`,
        octets: FIRST_OCTET,
      },
    examples: {
      violates: [
        {
          log: `${logOf(response(...WRONG_ACCEPT))}\ntx ${TEXT_FRAME}`,
          at: [2, 0, 1],
          also: ['response/accept-mismatch'],
        },
      ],
      holds: [
        { log: `${logOf(response(...WRONG_ACCEPT))}\nTCP DROPPED BY ME`, also: ['response/accept-mismatch'] },
        // The server goes on.
        {
          log: `${logOf(response(...WRONG_ACCEPT))}\nrx 810161\nTCP DROPPED BY ME`,
          also: ['response/accept-mismatch'],
        },
        // Faults of responses that come before the 101.
        {
          log: `${logOf([...refused([], ...UNAUTHORIZED, 'Sec-WebSocket-Extensions: bbf-usp-protocol; a="b c"'), ...response()])}\ntx ${TEXT_FRAME}`,
          also: [
            'request/extension-quoted-not-token',
            'response/status-not-101',
            'reaction/too-strict-handshake',
            'phase/handshake-retry',
          ],
        },
        {
          log: `${logOf([...request(), ['rx', `HTTP/1.1 103 Early Hints\r\nLink : </a>\r\n\r\n${responseText()}`]])}\ntx ${TEXT_FRAME}`,
          also: ['http/space-before-colon', 'response/interim-before-101'],
        },
        // A client need not refuse that.
        {
          log: `${logOf(response('+Server : nginx', '+X Name: x'))}\ntx ${TEXT_FRAME}`,
          also: ['http/space-before-colon', 'http/field-name-invalid'],
        },
        {
          log: `${logOf(answered([`${DEFLATE}; server_max_window_bits=10`], DEFLATE))}\ntx ${TEXT_FRAME}`,
          also: ['pmd/response-server-bits-too-large'],
        },
      ],
    },
  }),
  defineRule({
    id: 'reaction/handshake-closed-with-frame',
    severity: 'note',
    basis: 'no frame is due yet',
    by: ['client'],
    section: 'RFC 6455 §7.1.7',
    title: 'An invalid 101 is answered with a Close: there is no connection to close yet',
    reaction: 'none',
    on: 'header',
    when: SIGN.FIRST,
    check: ({ frame, sender, receiver }) =>
      sender.role === 'client' &&
      receiver.handshakeFault !== null &&
      frame.ordinal === 0 &&
      frame.opcode === OPCODE.CLOSE && {
        says: `it sent a Close after a 101 that breaks ${receiver.handshakeFault}: it only had to end TCP`,
        octets: FIRST_OCTET,
      },
    examples: {
      violates: [
        {
          log: `${logOf(response(...WRONG_ACCEPT))}\ntx ${CLOSE_FRAME}`,
          at: [2, 0, 1],
          also: ['response/accept-mismatch'],
        },
      ],
      holds: [
        { log: `${logOf(response(...WRONG_ACCEPT))}\nTCP DROPPED BY ME`, also: ['response/accept-mismatch'] },
        { log: `${logOf(request())}\nTCP DROPPED BY ME`, also: ['phase/handshake-incomplete'] },
      ],
    },
  }),
];
