// What comes before, between and beside the parts of the opening handshake.

import { escapeText } from '../model/octets.ts';
import { startOf } from '../protocol/frame/frame.ts';
import { type Head, statusOf } from '../protocol/handshake/handshake.ts';
import { logOf, request, response, TUNNEL } from './kit/handshake-examples.ts';
import { asksForTunnel, isPlainHttp } from './kit/handshake-rule.ts';
import { defineRule, EITHER, FIRST_OCTET, type Found, type Rule } from './kit/rule.ts';
import { SIGN } from './kit/signs.ts';
import { rowsOfAnsweredKeys } from './response-answer.ts';

const TEXT_FRAME = '818537fa213d7f9f4d5158';
const HTTP2 = 'tx "PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n"';
const PAIR = logOf(response());
const REQUEST = logOf(request());
const RESPONSE = PAIR.slice(REQUEST.length + 1);
const EARLY = logOf(response('Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=')).slice(REQUEST.length + 1);

/** The row in which it ends. */
function endOfHead({ spans }: Head): number {
  return spans.at(-1)?.row ?? -1;
}

export const PHASE_RULES: readonly Rule[] = [
  defineRule({
    id: 'phase/not-websocket',
    severity: 'note',
    basis: 'diagnosis',
    by: EITHER,
    section: 'RFC 6455 §5.2',
    title: 'Octets that are not WebSocket: HTTP, TLS, an old draft, the header of a proxy',
    reaction: 'none',
    on: 'alien',
    check: ({ says, row, octets, by }) => ({ says, on: row, octets, by }),
    examples: {
      violates: [
        { log: `rx 485454502f312e3120343030`, at: [0, 0, 1] },
        { log: 'tx 160301020001000100', at: [0, 0, 1] },
        { log: `${HTTP2}\nrx 000006040000000000000300000064`, at: [1, 0, 1] },
        { log: HTTP2, at: [0, 18, 19] },
      ],
      holds: [
        { log: 'rx 810548656c6c6f' },
        // A record's first octets as a payload.
        { log: 'rx 8205160301ffff' },
        // A compressed fragment begins with a letter.
        {
          log: '# writer: client\n# extensions: permessage-deflate\nrx 4105f248cdc9c9\nrx 80020700',
          also: ['deflate/inflated-larger-than-plain'],
        },
      ],
    },
  }),
  defineRule({
    id: 'phase/server-data-before-101',
    severity: 'error',
    basis: 'implied: the answer comes first',
    by: ['server'],
    section: 'RFC 6455 §4.2.2',
    title: 'The server sends something else before its 101',
    reaction: 'none',
    on: 'stray',
    check: ({ row, octets }) => ({
      says: 'it sent octets before its answer to the opening handshake',
      on: row,
      octets,
    }),
    examples: {
      violates: [
        { log: `${REQUEST}\nrx "hello there"`, at: [1, 0, 11] },
        { log: `${REQUEST}\nRX OCTETS: \nrx "hello there"`, at: [2, 0, 11] },
        { log: `${REQUEST}\nrx 810548656c6c6f\n${RESPONSE}`, at: [1, 0, 1] },
        {
          log: `${REQUEST}\nrx "220 mail.example.com ESMTP\\r\\n"\nrx 8a7fffff\nTCP DROPPED BY PEER`,
          at: [1, 0, 28],
          also: ['phase/handshake-incomplete'],
        },
      ],
      holds: [
        { log: `${PAIR}\nrx 810548656c6c6f` },
        { log: `${REQUEST}\nrx "\\r\\n"\n${RESPONSE}` },
        // The 101 may be what the log does not hold.
        { log: `${REQUEST}\nrx 810548656c6c6f` },
        { log: `${REQUEST}\nRX OCTETS:  ... LEN=129\ntx ${TEXT_FRAME}`, also: ['log/elided-octets'] },
        { log: `${REQUEST}\nRX OCTETS: 4854 ... LEN=129\ntx ${TEXT_FRAME}`, also: ['log/elided-octets'] },
      ],
    },
  }),
  defineRule({
    id: 'phase/client-data-before-101',
    severity: 'error',
    basis: 'MUST',
    by: ['client'],
    section: 'RFC 6455 §4.1',
    title: 'The client sends frames before it has the 101',
    reaction: 'none',
    on: 'end',
    check: (_, { request, response, rx, tx }) => {
      const [client, server] = rx.role === 'client' ? [rx, tx] : [tx, rx];
      const { beforeAnswer } = client;
      if (!request || !beforeAnswer || server.gap || endOfHead(request) > startOf(beforeAnswer).row) return null;
      // The answer is what the log does not hold.
      if (server.beforeAnswer || (!response && server.frames > 0)) return null;
      const found: Found = {
        says: 'it sent a frame before the server had answered the opening handshake',
        on: beforeAnswer,
        octets: FIRST_OCTET,
        by: 'client',
      };
      // A log may hold the one direction only.
      return response ? found : { ...found, missing: 'the answer of the server' };
    },
    examples: {
      violates: [{ log: `${REQUEST}\ntx ${TEXT_FRAME}\n${RESPONSE}`, at: [1, 0, 1] }],
      holds: [
        { log: `${PAIR}\ntx ${TEXT_FRAME}` },
        // The 101 is what is lost.
        { log: `${REQUEST}\nrx 4854zz\ntx ${TEXT_FRAME}`, also: ['log/gap'] },
      ],
    },
  }),
  defineRule({
    id: 'phase/server-data-before-request',
    severity: 'error',
    basis: 'implied',
    by: ['server'],
    section: 'RFC 6455 §4.2.2',
    title: 'The server sends a 101 before the request is complete',
    reaction: 'none',
    on: 'request',
    check: ({ head }, { response, rx, tx }) => {
      if (!response || statusOf(response) !== 101) return null;
      const server = rx.role === 'server' ? rx : tx;
      const says = 'the 101 comes before the request is complete';
      const found: Found = { says, on: response, octets: [0, 12], by: server.role };
      // Nobody can answer a key that has not come: then it is the rows that are in the wrong order.
      const isAfter = (row: number) => row > endOfHead(response);
      return rowsOfAnsweredKeys(head, response).some(isAfter) ? { ...found, missing: 'the order of the rows' } : found;
    },
    examples: {
      violates: [{ log: `${EARLY}\n${REQUEST}`, at: [0, 0, 12], also: ['response/accept-mismatch'] }],
      holds: [{ log: PAIR }],
    },
  }),
  defineRule({
    id: 'phase/server-data-with-101',
    severity: 'note',
    basis: 'legal',
    by: ['server'],
    section: 'RFC 6455 §4.2.2',
    title: 'Frames come in one read with the 101: legal, but easily lost',
    reaction: 'none',
    on: 'header',
    when: SIGN.FIRST,
    check: ({ frame, sender }, { response }) =>
      sender.role === 'server' &&
      frame.ordinal === 0 &&
      response?.spans.at(-1)?.row === startOf(frame).row && {
        says: 'the frame follows the 101 in the same row: a client must not lose it',
        octets: FIRST_OCTET,
      },
    examples: {
      violates: [{ log: `${REQUEST}\n${RESPONSE.replace(/"$/, '\\x81\\x05Hello"')}`, at: [1, 129, 130] }],
      holds: [{ log: `${PAIR}\nrx 810548656c6c6f` }],
    },
  }),
  defineRule({
    id: 'phase/frames-without-handshake',
    severity: 'error',
    basis: 'MUST',
    by: EITHER,
    section: 'RFC 6455 §4.1',
    title: 'Frames after an answer that is not a 101',
    reaction: 'none',
    on: 'header',
    when: SIGN.FIRST,
    check: ({ frame, sender, receiver }, { response }) =>
      response?.complete &&
      // Another request and its 101 may be what is lost.
      !sender.gap &&
      !receiver.gap &&
      statusOf(response) !== 101 &&
      frame.ordinal === 0 && {
        says: `it sent a frame after the answer "${escapeText(response.startLine)}", which is not a 101`,
        octets: FIRST_OCTET,
      },
    examples: {
      violates: [
        {
          log: `${REQUEST}\nrx "HTTP/1.1 400 Bad Request\\r\\n\\r\\n"\ntx ${TEXT_FRAME}`,
          at: [2, 0, 1],
          also: ['response/status-not-101', 'reaction/too-strict-handshake'],
        },
      ],
      holds: [{ log: `${PAIR}\ntx ${TEXT_FRAME}` }],
    },
  }),
  defineRule({
    id: 'phase/handshake-retry',
    severity: 'note',
    basis: 'legal',
    by: ['client'],
    section: 'RFC 6455 §4.4',
    title: 'A second request after an answer that was not a 101',
    reaction: 'none',
    on: 'request',
    check: ({ head }, { response, requestBefore }) => {
      const status = response && statusOf(response);
      if (status === null || status === 101 || !requestBefore || asksForTunnel(requestBefore)) return null;
      // Plain HTTP before or behind the handshake tries nothing again.
      if (isPlainHttp(requestBefore) || isPlainHttp(head)) return null;
      return {
        says: `it sends another request after the answer ${status}: the last request and its answer count`,
        octets: [0, head.startLine.length],
      };
    },
    examples: {
      violates: [
        {
          log: `${REQUEST}\nrx "HTTP/1.1 401 Unauthorized\\r\\nWWW-Authenticate: Basic realm=x\\r\\nContent-Length: 0\\r\\n\\r\\n"\n${REQUEST}\n${RESPONSE}`,
          also: ['response/status-not-101', 'reaction/too-strict-handshake'],
        },
      ],
      holds: [
        { log: PAIR },
        { log: logOf([...TUNNEL, ...response()]) },
        {
          // The answer comes before the request is complete.
          log: REQUEST.replace(/(?<=Host: )/, `"\nrx "HTTP/1.1 400 Bad Request\\r\\n\\r\\n"\ntx "`).concat(
            '\nTCP DROPPED BY PEER',
          ),
          also: ['response/status-not-101'],
        },
      ],
    },
  }),
];
