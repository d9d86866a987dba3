// Status, Upgrade and Connection of the response (RFC 6455 §4.1, checks 1 to 3; §4.2.2). What a refusal has to say is in
// refusal.ts.

import { fieldsNamed, type Head, isInterim, statusOf } from '../protocol/handshake/handshake.ts';
import { fieldsOf, fieldValue, lists, octetsOfLine, octetsOfValue } from '../protocol/handshake/http-field.ts';
import { isBelowHttp11, startLineOf } from '../protocol/handshake/start-line.ts';
import { answered, holds, refused, request, response, responseText, shows, TUNNEL } from './kit/handshake-examples.ts';
import {
  agreementRule,
  asksForTunnel,
  isPlainHttp,
  missingField,
  missingToken,
  octetsOfStartLine,
  quoted,
  responseRule,
  switchingRule,
} from './kit/handshake-rule.ts';
import type { Check, HandshakeSubject, Rule } from './kit/rule.ts';

/** A list is right in a request; here the whole value is one word. */
function checkUpgrade(head: Head): Check {
  const fields = fieldsOf(head, 'Upgrade');
  const last = fields.at(-1);
  if (!last) return missingField(head, 'Upgrade');
  const value = fields.map((field) => fieldValue(head, field).text).join(', ');
  if (value.toLowerCase() === 'websocket') return null;
  return { says: `Upgrade is ${quoted(value)}, not websocket`, octets: octetsOfValue(head, last) };
}

function checkUpgradeAsked({ request, response }: HandshakeSubject): Check {
  // Of a request that is cut, request/upgrade-missing says already that it cannot be told.
  if (!request.complete || lists(request, 'Upgrade', 'websocket')) return null;
  const [upgrade] = fieldsNamed(response, 'Upgrade');
  const octets = upgrade ? octetsOfLine(upgrade) : octetsOfStartLine(response);
  return { says: 'it answered 101 to a request that does not ask for an upgrade to websocket', octets };
}

export const RESPONSE_RULES: readonly Rule[] = [
  responseRule({
    id: 'response/status-not-101',
    severity: 'note',
    basis: 'legal',
    section: 'RFC 6455 §4.1',
    title: 'The server does not switch protocols',
    reaction: 'none',
    check: ({ head }, { request }) => {
      const status = statusOf(head);
      if (status === null || status === 101 || isInterim(head)) return null;
      if (request && (asksForTunnel(request) || isPlainHttp(request))) return null;
      return {
        says: `the status is ${status}, not 101: there is no WebSocket connection`,
        octets: octetsOfStartLine(head),
      };
    },
    examples: {
      violates: [
        shows(refused([], 'HTTP/1.1 404 Not Found'), 'HTTP/1.1 404 Not Found', ['reaction/too-strict-handshake']),
        shows(refused([], 'HTTP/1.1 302 Found', 'Location: /ws'), 'HTTP/1.1 302 Found'),
      ],
      holds: [holds(response()), holds([...TUNNEL, ...response()])],
    },
  }),
  responseRule({
    id: 'response/interim-before-101',
    severity: 'note',
    basis: 'legal',
    section: 'RFC 9110 §15.2',
    title: 'An interim response comes first',
    reaction: 'none',
    check: ({ head }) =>
      isInterim(head) && {
        says: `${statusOf(head)} is an interim response, not the final one`,
        octets: octetsOfStartLine(head),
      },
    examples: {
      violates: [
        shows([...request(), ['rx', `HTTP/1.1 103 Early Hints\r\n\r\n${responseText()}`]], 'HTTP/1.1 103 Early Hints'),
      ],
      holds: [holds(response())],
    },
  }),
  switchingRule({
    id: 'response/http-version',
    severity: 'error',
    basis: 'implied: HTTP/1.0 knows no 1xx',
    section: 'RFC 6455 §4.2.2',
    title: 'The HTTP version of a 101 is below 1.1',
    reaction: 'client-drops',
    check: ({ head }) => {
      const { text, at } = startLineOf(head);
      const version = /HTTP\/[\d.]+/.exec(text);
      if (!version || !isBelowHttp11(version[0])) return null;
      const from = at + version.index;
      return { says: `${version[0]} has no 101`, octets: [from, from + version[0].length] };
    },
    examples: {
      violates: [shows(response('=HTTP/1.0 101 Switching Protocols'), 'HTTP/1.0')],
      holds: [holds(response('=HTTP/1.1 101 Switching Protocols'))],
    },
  }),
  switchingRule({
    id: 'response/upgrade-missing',
    severity: 'error',
    basis: 'MUST',
    section: 'RFC 6455 §4.2.2',
    title: 'Upgrade is not websocket',
    reaction: 'client-drops',
    check: ({ head }) => checkUpgrade(head),
    examples: {
      violates: [
        shows(response('Upgrade: websocket, h2c'), 'websocket, h2c'),
        shows(response('-Upgrade'), null),
        shows(response('Upgrade: websocket,'), 'websocket,'),
        shows(response('Upgrade: h2c', '+Upgrade: websocket'), 'websocket'),
      ],
      holds: [holds(response('Upgrade: WebSocket'))],
    },
  }),
  switchingRule({
    id: 'response/connection-upgrade-missing',
    severity: 'error',
    basis: 'MUST',
    section: 'RFC 6455 §4.2.2',
    title: 'Connection does not list Upgrade',
    reaction: 'client-drops',
    check: ({ head }) => missingToken(head, 'Connection', 'upgrade'),
    examples: {
      violates: [shows(response('Connection: keep-alive'), 'keep-alive'), shows(response('-Connection'), null)],
      holds: [holds(response('Connection: Keep-Alive, upgrade'))],
    },
  }),
  agreementRule({
    id: 'response/upgrade-not-requested',
    severity: 'error',
    basis: 'MUST NOT',
    section: 'RFC 9110 §7.8',
    title: 'A 101 to a request that did not ask for websocket',
    reaction: 'client-drops',
    check: checkUpgradeAsked,
    examples: {
      violates: [
        shows(answered(['Upgrade: h2c']), 'Upgrade: websocket', [
          'request/upgrade-missing',
          'reaction/handshake-accepted-invalid',
        ]),
      ],
      holds: [holds(answered(['Upgrade: h2c, WebSocket']))],
    },
  }),
  switchingRule({
    id: 'response/content-framing-on-101',
    severity: 'error',
    basis: 'MUST NOT',
    section: 'RFC 9110 §8.6',
    title: 'A 101 has Content-Length or Transfer-Encoding',
    reaction: 'none',
    check: ({ head }) =>
      ['Content-Length', 'Transfer-Encoding']
        .flatMap((name) => fieldsNamed(head, name))
        .map((field) => ({
          says: `a 101 has no content and must not have ${field.name}`,
          octets: octetsOfLine(field),
          section: field.key === 'transfer-encoding' ? 'RFC 9112 §6.1' : 'RFC 9110 §8.6',
        })),
    examples: {
      violates: [
        shows(response('Content-Length: 0'), 'Content-Length: 0'),
        shows(response('Transfer-Encoding: chunked'), 'Transfer-Encoding: chunked'),
      ],
      holds: [holds(response()), holds(response('Content-Type: text/plain'))],
    },
  }),
];
