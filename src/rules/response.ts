// Status, Upgrade and Connection of the response (RFC 6455 §4.1, checks 1 to 3; §4.2.2), and what a refusal has to say.

import type { Connection } from '../protocol/connection.ts';
import { otherEnd } from '../protocol/connection.ts';
import { fieldsNamed, type Head, isInterim, statusOf } from '../protocol/handshake/handshake.ts';
import {
  elementsOf,
  fieldsOf,
  fieldValue,
  lists,
  octetsOfLine,
  octetsOfValue,
} from '../protocol/handshake/http-field.ts';
import { isBelowHttp11, requestLine, startLineOf } from '../protocol/handshake/start-line.ts';
import { answered, holds, refused, request, response, responseText, shows, TUNNEL } from './kit/handshake-examples.ts';
import {
  agreementRule,
  asksForTunnel,
  CUT,
  isPlainHttp,
  missingField,
  missingToken,
  quoted,
  responseRule,
  switchingRule,
} from './kit/handshake-rule.ts';
import { type Check, defineRule, type Found, type HandshakeSubject, type Rule } from './kit/rule.ts';
import { isVersion } from './request-key.ts';

function octetsOfStartLine(head: Head): readonly [number, number] {
  const { at, end } = startLineOf(head);
  return [at, end];
}

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
  return { says: '101 to a request that does not ask for an upgrade to websocket', octets };
}

/** What the status has to bring along (RFC 9110 §15.5). */
const COMPANIONS: readonly {
  id: string;
  status: number;
  field: string;
  value: string;
  section: string;
  reason: string;
}[] = [
  {
    id: 'response/426-without-upgrade',
    status: 426,
    field: 'Upgrade',
    value: 'websocket',
    section: 'RFC 9110 §15.5.22',
    reason: 'Upgrade Required',
  },
  {
    id: 'response/401-without-challenge',
    status: 401,
    field: 'WWW-Authenticate',
    value: 'Basic realm="x"',
    section: 'RFC 9110 §15.5.2',
    reason: 'Unauthorized',
  },
  {
    id: 'response/405-without-allow',
    status: 405,
    field: 'Allow',
    value: 'GET',
    section: 'RFC 9110 §15.5.6',
    reason: 'Method Not Allowed',
  },
];

// 4xx to a sound request has a note of its own.
const REFUSAL_NOTES = ['response/status-not-101', 'reaction/too-strict-handshake'];

function companionRule({ id, status, field, value, section, reason }: (typeof COMPANIONS)[number]): Rule {
  const line = `HTTP/1.1 ${status} ${reason}`;
  return responseRule({
    id,
    severity: 'error',
    basis: 'MUST',
    section,
    title: `${status} without ${field}`,
    reaction: 'none',
    check: ({ head }) => {
      const found = statusOf(head) === status && missingField(head, field);
      return found && (found.missing ? found : { says: `${status} without ${field}`, octets: octetsOfStartLine(head) });
    },
    examples: {
      violates: [shows(refused([], line), line, REFUSAL_NOTES)],
      holds: [holds(refused([], line, `${field}: ${value}`, 'Connection: Upgrade'), REFUSAL_NOTES)],
    },
  });
}

const UPGRADE_REQUIRED = 'HTTP/1.1 426 Upgrade Required';

function checkUpgradeOption(head: Head): Check {
  // Without Upgrade there is nothing to name, and a rule that says so.
  if (statusOf(head) !== 426 || fieldsNamed(head, 'Upgrade').length === 0) return null;
  if (lists(head, 'Connection', 'upgrade')) return null;
  if (!head.complete) return { says: 'whether Connection lists Upgrade', missing: CUT };
  const [upgrade] = fieldsNamed(head, 'Upgrade');
  return upgrade && { says: '426 with Upgrade, which Connection does not list', octets: octetsOfLine(upgrade) };
}

function checkVersionsListed(head: Head): readonly Found[] {
  // In a 101 the field has no meaning.
  if (statusOf(head) === 101) return [];
  return fieldsOf(head, 'Sec-WebSocket-Version').flatMap((field) => {
    const versions = elementsOf(fieldValue(head, field)).filter(({ text }) => text !== '');
    if (versions.length === 0)
      return [{ says: 'the list of versions is empty', octets: octetsOfValue(head, field) } as Found];
    return versions
      .filter(({ text }) => !isVersion(text))
      .map(
        ({ text, at, end }): Found => ({ says: `${quoted(text)} is not a number from 0 to 255`, octets: [at, end] }),
      );
  });
}

// Refusals that tell of another reason than the version.
const OTHER_REASONS: ReadonlySet<number> = new Set([401, 403, 404, 405, 407, 408, 410, 421, 429, 431]);

function checkVersionList({ request, response, sender }: HandshakeSubject, connection: Connection): Found | null {
  const status = statusOf(response) ?? 0;
  if (status < 400 || status > 499 || OTHER_REASONS.has(status)) return null;
  const { headFaults } = otherEnd(connection, sender);
  if (headFaults.some((id) => id !== 'request/version-not-13') || !isSoundButForVersion(request)) return null;
  const found = missingField(response, 'Sec-WebSocket-Version');
  if (!found || found.missing) return found;
  return {
    says: `${status} to another version than 13 without the versions that would do`,
    octets: octetsOfStartLine(response),
  };
}

/** What a request of a draft needs too: the rules about fields do not look at it. */
function isSoundButForVersion(head: Head): boolean {
  const versions = fieldsNamed(head, 'Sec-WebSocket-Version').map((field) => fieldValue(head, field).text);
  const [version = ''] = versions;
  if (!head.complete || versions.length !== 1 || version === '13' || !isVersion(version)) return false;
  if (['Host', 'Sec-WebSocket-Key'].some((name) => fieldsNamed(head, name).length !== 1)) return false;
  const isUpgrade = lists(head, 'Upgrade', 'websocket') && lists(head, 'Connection', 'upgrade');
  return isUpgrade && requestLine(head)?.method.text === 'GET';
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
        says: `the status is ${status}, not 101: this connection is no WebSocket`,
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
      isInterim(head) && { says: `${statusOf(head)} is not the final response`, octets: octetsOfStartLine(head) },
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
    title: 'A 101 of an HTTP version below 1.1',
    reaction: 'client-drops',
    check: ({ head }) => {
      const { text, at } = startLineOf(head);
      const version = /HTTP\/[\d.]+/.exec(text);
      if (!version || !isBelowHttp11(version[0])) return null;
      const from = at + version.index;
      return { says: `a 101 of ${version[0]}`, octets: [from, from + version[0].length] };
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
          says: `a 101 has no content, and no ${field.name}`,
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
  defineRule({
    id: 'response/version-list-missing',
    severity: 'error',
    basis: 'MUST',
    by: ['server'],
    section: 'RFC 6455 §4.2.2',
    title: 'A refused version, and no list of those that would do',
    reaction: 'none',
    on: 'handshake',
    asksEach: true,
    check: checkVersionList,
    examples: {
      violates: [
        shows(refused(['Sec-WebSocket-Version: 25'], 'HTTP/1.1 400 Bad Request'), 'HTTP/1.1 400 Bad Request', [
          'request/version-not-13',
          'response/status-not-101',
        ]),
      ],
      holds: [
        holds(
          refused(
            ['Sec-WebSocket-Version: 25'],
            UPGRADE_REQUIRED,
            'Upgrade: websocket',
            'Connection: Upgrade',
            'Sec-WebSocket-Version: 13',
          ),
          ['request/version-not-13', 'response/status-not-101'],
        ),
        // The 400 may have another reason.
        ...[
          ['-Host', 'request/host-missing'],
          ['-Sec-WebSocket-Key', 'request/key-missing'],
          ['Connection: close', 'request/connection-upgrade-missing'],
          ['X-Name : a', 'http/space-before-colon'],
        ].map(([change = '', rule = '']) =>
          holds(refused([change, 'Sec-WebSocket-Version: 25'], 'HTTP/1.1 400 Bad Request'), [
            rule,
            'request/version-not-13',
            'response/status-not-101',
          ]),
        ),
        holds(refused(['Sec-WebSocket-Version: 013'], 'HTTP/1.1 400 Bad Request'), [
          'request/version-malformed',
          'response/status-not-101',
        ]),
      ],
    },
  }),
  ...COMPANIONS.map(companionRule),
  responseRule({
    id: 'response/426-without-connection-upgrade',
    severity: 'error',
    basis: 'MUST',
    section: 'RFC 9110 §7.8',
    title: '426 with Upgrade, and Connection does not list it',
    reaction: 'none',
    check: ({ head }) => checkUpgradeOption(head),
    examples: {
      violates: [
        shows(refused([], UPGRADE_REQUIRED, 'Upgrade: websocket'), 'Upgrade: websocket', REFUSAL_NOTES),
        shows(
          refused([], UPGRADE_REQUIRED, 'Connection: close', 'Upgrade: websocket'),
          'Upgrade: websocket',
          REFUSAL_NOTES,
        ),
      ],
      holds: [
        holds(refused([], UPGRADE_REQUIRED, 'Upgrade: websocket', 'Connection: close, upgrade'), REFUSAL_NOTES),
        // Any other answer may name what it could do.
        holds(refused([], 'HTTP/1.1 404 Not Found'), REFUSAL_NOTES),
      ],
    },
  }),
  responseRule({
    id: 'response/version-list-malformed',
    severity: 'error',
    basis: 'ABNF',
    section: 'RFC 6455 §4.3',
    title: 'Sec-WebSocket-Version is no list of numbers from 0 to 255',
    reaction: 'none',
    check: ({ head }) => checkVersionsListed(head),
    examples: {
      violates: ['13; 8', '013', '256', 'RFC6455'].map((version) =>
        shows(refused([], 'HTTP/1.1 400 Bad Request', `Sec-WebSocket-Version: ${version}`), version, REFUSAL_NOTES),
      ),
      holds: [
        holds(refused([], 'HTTP/1.1 400 Bad Request', 'Sec-WebSocket-Version: 13, 8,7'), REFUSAL_NOTES),
        holds(
          refused([], 'HTTP/1.1 400 Bad Request', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Version: 8'),
          REFUSAL_NOTES,
        ),
      ],
    },
  }),
];
