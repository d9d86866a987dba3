// What a response that refuses the handshake has to say, so that a client can do better (RFC 6455 §4.2.2 and §4.3;
// RFC 9110 §15.5).

import type { Connection } from '../protocol/connection.ts';
import { otherEnd } from '../protocol/connection.ts';
import { fieldsNamed, type Head, statusOf } from '../protocol/handshake/handshake.ts';
import {
  elementsOf,
  fieldsOf,
  fieldValue,
  lists,
  octetsOfLine,
  octetsOfValue,
} from '../protocol/handshake/http-field.ts';
import { requestLine } from '../protocol/handshake/start-line.ts';
import { holds, refused, response, shows } from './kit/handshake-examples.ts';
import { CUT, missingField, octetsOfStartLine, quoted, responseRule } from './kit/handshake-rule.ts';
import { type Check, defineRule, type Found, type HandshakeSubject, type Rule } from './kit/rule.ts';
import { isDraftVersion, isVersion } from './request-key.ts';

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
  const [upgrade] = fieldsNamed(head, 'Upgrade');
  // Without Upgrade there is nothing to name, and a rule that says so.
  if (statusOf(head) !== 426 || !upgrade) return null;
  if (lists(head, 'Connection', 'upgrade')) return null;
  if (!head.complete) return { says: 'whether Connection lists Upgrade', missing: CUT };
  return { says: '426 with Upgrade, which Connection does not list', octets: octetsOfLine(upgrade) };
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

// Others tell of another reason than the version.
const MAY_BE_ABOUT_VERSION: ReadonlySet<number> = new Set([400, 426]);

function checkVersionList({ request, response, sender }: HandshakeSubject, connection: Connection): Found | null {
  const status = statusOf(response) ?? 0;
  if (!MAY_BE_ABOUT_VERSION.has(status) || asksForOther(response)) return null;
  const { headFaults } = otherEnd(connection, sender);
  if (headFaults.some((id) => id !== 'request/version-not-13') || !isSoundButForVersion(request)) return null;
  const found = missingField(response, 'Sec-WebSocket-Version');
  if (!found || found.missing) return found;
  const says = `it answered ${status} to a version that is not 13, and does not list the versions that it supports`;
  const missing = isDraftVersion(request) ? 'whether the server knows that version' : undefined;
  return { says, octets: octetsOfStartLine(response), ...(missing && { missing }) };
}

/** A 426 may want TLS first. */
function asksForOther(head: Head): boolean {
  return fieldsNamed(head, 'Upgrade').length > 0 && !lists(head, 'Upgrade', 'websocket');
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

export const REFUSAL_RULES: readonly Rule[] = [
  defineRule({
    id: 'response/version-list-missing',
    severity: 'error',
    basis: 'MUST',
    by: ['server'],
    section: 'RFC 6455 §4.2.2',
    title: 'A version is refused, and the supported versions are not listed',
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
        // There may be another reason than the version.
        ...[['HTTP/1.1 414 URI Too Long'], [UPGRADE_REQUIRED, 'Upgrade: TLS/1.2', 'Connection: Upgrade']].map((lines) =>
          holds(refused(['Sec-WebSocket-Version: 25'], ...lines), [
            'request/version-not-13',
            'response/status-not-101',
          ]),
        ),
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
    title: '426 with Upgrade, which Connection does not list',
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
    title: 'Sec-WebSocket-Version is not a list of numbers from 0 to 255',
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
        // It has no meaning there.
        holds(response('Sec-WebSocket-Version: RFC6455'), ['request/misplaced-field']),
      ],
    },
  }),
];
