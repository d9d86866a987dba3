// Host, Upgrade, Connection and Origin of the request (RFC 6455 §4.1, requirements 4 to 8).

import { fieldsNamed, type Head, statusOf } from '../protocol/handshake/handshake.ts';
import { fieldsOf, fieldValue, octetsOfLine, octetsOfValue } from '../protocol/handshake/http-field.ts';
import { answered, holds, logOf, request, shows } from './kit/handshake-examples.ts';
import { faultyValues, missingToken, quoted, requestRule } from './kit/handshake-rule.ts';
import { type Check, defineRule, EITHER, type Found, type Rule } from './kit/rule.ts';

const REG_NAME = String.raw`(?:[A-Za-z0-9\-._~!$&'()*+;=]|%[0-9A-Fa-f]{2})`;
const IP_LITERAL = String.raw`\[[0-9A-Fa-fvV:.]+\]`;
const HOST = new RegExp(`^(?:${IP_LITERAL}|${REG_NAME}+)(?::\\d*)?$`);
const ORIGIN = `[A-Za-z][A-Za-z0-9+.\\-]*://(?:${IP_LITERAL}|${REG_NAME}*)(?::\\d*)?`;
const ORIGINS = new RegExp(`^(?:null|${ORIGIN}(?: ${ORIGIN})*)$`);

const WITH_ZONE = new RegExp(`^\\[[0-9A-Fa-f:.]+%25${REG_NAME}+\\](?::\\d*)?$`);

/** What a wrong Host most likely is, the first that fits. */
const HOST_FAULTS: readonly (readonly [pattern: RegExp, says: string])[] = [
  [/^$/, 'is empty'],
  [/@/, 'names a user'],
  [/[/?#]/, 'has a path'],
  [/,/, 'is a list'],
  [/[^\t -~]/, 'has octets that a host name cannot have'],
  [/:[^:\]]*$/, 'has a port that is not a number'],
];

function hostFault(value: string): string | null {
  if (HOST.test(value)) return null;
  const fault = HOST_FAULTS.find(([pattern]) => pattern.test(value))?.[1] ?? 'is not a host';
  return `Host ${quoted(value)} ${fault}`;
}

const ZONED = '[fe80::1%25eth0]:8080';

/** RFC 6874 let a URI name a zone, and had clients take it out of what they send: no server has to refuse it. */
function checkHost(head: Head): readonly Found[] {
  return faultyValues(head, 'Host', hostFault).map((found) =>
    found.octets && WITH_ZONE.test(head.text.slice(...found.octets))
      ? { ...found, severity: 'note', says: 'Host names a zone, which has a meaning for its sender only' }
      : found,
  );
}

function originFault(value: string): string | null {
  return ORIGINS.test(value) ? null : `Origin ${quoted(value)} is neither null nor scheme://host[:port]`;
}

function checkOrigin(head: Head): readonly Found[] {
  const [, second] = fieldsNamed(head, 'Origin');
  if (second) return [{ says: 'there is more than one Origin field', octets: octetsOfLine(second) }];
  return faultyValues(head, 'Origin', originFault);
}

/** A browser says so first thing in its User-Agent. */
function checkBrowser(head: Head): Check {
  const browser = fieldsOf(head, 'User-Agent').find((field) => fieldValue(head, field).text.startsWith('Mozilla/'));
  if (!browser || !head.complete || fieldsNamed(head, 'Origin').length > 0) return null;
  const octets = octetsOfValue(head, browser);
  return { says: 'User-Agent looks like that of a browser, and there is no Origin field', octets };
}

/** Fields of one side that the other side sent. */
const MISPLACED: Readonly<Record<Head['kind'], readonly string[]>> = {
  request: ['Sec-WebSocket-Accept'],
  response: ['Sec-WebSocket-Key', 'Sec-WebSocket-Version'],
};

function checkMisplaced(head: Head): readonly Found[] {
  // Any other response than a 101 may list versions.
  if (head.kind === 'response' && statusOf(head) !== 101) return [];
  const what = head.kind === 'request' ? 'a request' : 'a 101';
  return MISPLACED[head.kind]
    .flatMap((name) => fieldsNamed(head, name))
    .map((field) => ({ says: `${field.name} has no meaning in ${what}`, octets: octetsOfLine(field) }));
}

export const REQUEST_FIELD_RULES: readonly Rule[] = [
  requestRule({
    id: 'request/host-invalid',
    severity: 'error',
    basis: 'MUST: a note where it names a zone',
    section: 'RFC 9112 §3.2',
    title: 'Host is not a host and a port',
    reaction: 'http-4xx',
    check: ({ head }) => checkHost(head),
    examples: {
      violates: [
        shows(request('Host: user@server.example.com'), 'user@server.example.com'),
        shows(request('Host:'), 'Host:'),
        shows(request('Host: a, b'), 'a, b'),
        shows(request('Host: server.example.com:http'), 'server.example.com:http'),
        shows(request('Host: caf\xe9'), 'caf\xe9'),
        { ...shows(request(`Host: ${ZONED}`), ZONED), log: logOf(answered([`Host: ${ZONED}`])) },
      ],
      holds: [
        holds(request('Host: server.example.com:8080')),
        holds(request('Host: [::1]:80')),
        holds(request('Host: server.example.com:')),
      ],
    },
  }),
  requestRule({
    id: 'request/upgrade-missing',
    severity: 'error',
    basis: 'MUST',
    section: 'RFC 6455 §4.1',
    title: 'Upgrade does not list websocket',
    reaction: 'http-4xx',
    check: ({ head }) => missingToken(head, 'Upgrade', 'websocket'),
    examples: {
      violates: [
        shows(request('Upgrade: h2c'), 'h2c'),
        shows(request('-Upgrade'), null),
        shows(request('Upgrade: websocket\xe9'), 'websocket\xe9'),
      ],
      holds: [holds(request('Upgrade: h2c, WebSocket')), holds(request('Upgrade: h2c', '+Upgrade: websocket'))],
    },
  }),
  requestRule({
    id: 'request/connection-upgrade-missing',
    severity: 'error',
    basis: 'MUST',
    section: 'RFC 6455 §4.1',
    title: 'Connection does not list Upgrade',
    reaction: 'http-4xx',
    check: ({ head }) => missingToken(head, 'Connection', 'upgrade'),
    examples: {
      violates: [shows(request('Connection: keep-alive'), 'keep-alive'), shows(request('-Connection'), null)],
      holds: [
        holds(request('Connection: keep-alive, Upgrade')),
        holds(request('Connection: keep-alive', '+Connection: upgrade')),
      ],
    },
  }),
  requestRule({
    id: 'request/origin-missing-browser',
    severity: 'note',
    basis: 'MUST for browsers; one request cannot prove that it comes from one',
    section: 'RFC 6455 §4.1',
    title: 'What seems to be a browser sends no Origin',
    reaction: 'none',
    check: ({ head }) => checkBrowser(head),
    examples: {
      violates: [shows(request('User-Agent: Mozilla/5.0 (X11)'), 'Mozilla/5.0 (X11)')],
      holds: [holds(request('User-Agent: Mozilla/5.0 (X11)', 'Origin: https://example.com')), holds(request())],
    },
  }),
  requestRule({
    id: 'request/origin-invalid',
    severity: 'error',
    basis: 'ABNF; MUST NOT for a second field',
    section: 'RFC 6454 §7.1',
    title: 'Origin is not one origin',
    reaction: 'none',
    check: ({ head }) => checkOrigin(head),
    examples: {
      violates: [
        shows(request('Origin: https://example.com/path'), 'https://example.com/path'),
        shows(request('Origin: https://example.com/'), 'https://example.com/'),
        shows(request('+Origin: https://example.com', '+Origin: null'), 'Origin: null'),
      ],
      holds: [
        holds(request('Origin: https://example.com')),
        holds(request('Origin: https://example.com:8443')),
        holds(request('Origin: null')),
      ],
    },
  }),
  defineRule({
    id: 'request/misplaced-field',
    severity: 'note',
    basis: 'undefined',
    by: EITHER,
    section: 'RFC 6455 §11.3',
    title: 'A field that belongs into the head of the other side',
    reaction: 'none',
    on: 'head',
    check: ({ head }) => checkMisplaced(head),
    examples: {
      violates: [
        shows(request('Sec-WebSocket-Accept: x'), 'Sec-WebSocket-Accept: x'),
        shows(answered([], 'Sec-WebSocket-Version: 13'), 'Sec-WebSocket-Version: 13'),
      ],
      holds: [holds(request()), holds(answered([]))],
    },
  }),
];
