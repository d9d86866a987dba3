// Sec-WebSocket-Key and Sec-WebSocket-Version of the request (RFC 6455 §4.1, requirements 7 and 9).

import type { Head } from '../protocol/handshake/handshake.ts';
import { fieldsOf, fieldValue } from '../protocol/handshake/http-field.ts';
import { answered, holds, logOf, refused, request, response, shows } from './kit/handshake-examples.ts';
import { faultyValues, quoted, requestRule } from './kit/handshake-rule.ts';
import type { Found, Rule } from './kit/rule.ts';

const KEY = /^[A-Za-z0-9+/]{22}==$/;
// 22 characters are 132 bits, of which a nonce of 16 octets uses 128: the last four are zero.
const CANONICAL_KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;
const VERSION = /^(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/;

/** Keys that are printed somewhere and get copied. */
const PRINTED_KEYS: ReadonlyMap<string, string> = new Map([
  ['dGhlIHNhbXBsZSBub25jZQ==', 'RFC 6455 §1.3'],
  ['AQIDBAUGBwgJCgsMDQ4PEA==', 'RFC 6455 §4.1'],
]);

function keyFault(key: string): string | null {
  if (KEY.test(key)) return null;
  const octets = Buffer.from(key, 'base64').length;
  const why = /^[A-Za-z0-9+/]*={0,2}$/.test(key) && octets !== 16 ? ` (it decodes to ${octets})` : '';
  return `${quoted(key)} is not the base64 of 16 octets${why}`;
}

function padFault(key: string): string | null {
  if (!KEY.test(key) || CANONICAL_KEY.test(key)) return null;
  const canonical = Buffer.from(key, 'base64').toString('base64');
  return `the pad bits of ${key} are not zero; its 16 octets are ${canonical}`;
}

function guessFault(key: string): string | null {
  if (!CANONICAL_KEY.test(key)) return null;
  const printed = PRINTED_KEYS.get(key);
  if (printed !== undefined) return `${key} is the sample key of ${printed}`;
  return new Set(Buffer.from(key, 'base64')).size === 1 ? `${key} is the same octet 16 times` : null;
}

/** A version as RFC 6455 §4.3 writes it, whichever it is. */
export function isVersion(version: string): boolean {
  return VERSION.test(version);
}

/** The version of a draft before RFC 6455, which a server may know too (§4.4). */
export function isDraftVersion(head: Head): boolean {
  return fieldsOf(head, 'Sec-WebSocket-Version').some((field) => /^[0-8]$/.test(fieldValue(head, field).text));
}

function versionFault(version: string): string | null {
  return isVersion(version) ? null : `${quoted(version)} is not a number from 0 to 255`;
}

function checkVersion(head: Head): readonly Found[] {
  // Of two versions the second is one too many, whatever it says.
  if (fieldsOf(head, 'Sec-WebSocket-Version').some((field) => fieldValue(head, field).text === '13')) return [];
  return faultyValues(head, 'Sec-WebSocket-Version', (version) =>
    isVersion(version) ? `the version is ${version}, not 13` : null,
  ).map((found) => (isDraftVersion(head) ? { ...found, reaction: 'none' } : found));
}

export const REQUEST_KEY_RULES: readonly Rule[] = [
  requestRule({
    id: 'request/key-malformed',
    severity: 'error',
    basis: 'MUST',
    section: 'RFC 6455 §4.1',
    title: 'Sec-WebSocket-Key is not the base64 of 16 octets',
    reaction: 'http-4xx',
    check: ({ head }) => faultyValues(head, 'Sec-WebSocket-Key', keyFault),
    examples: {
      violates: [
        shows(request('Sec-WebSocket-Key: c2hvcnQ='), 'c2hvcnQ='),
        shows(request('Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhX-_=='), 'x3JJHMbDL1EzLkh9GBhX-_=='),
        // Sixteen octets, and no padding.
        shows(request('Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw'), 'x3JJHMbDL1EzLkh9GBhXDw'),
        shows(request('Sec-WebSocket-Key:'), 'Sec-WebSocket-Key:'),
      ],
      holds: [
        holds(request('Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==')),
        holds(request('Sec-WebSocket-Key:  +3/JHMbDL1Ez/kh9GBhX+w== ')),
      ],
    },
  }),
  requestRule({
    id: 'request/key-noncanonical',
    severity: 'error',
    basis: 'MUST of RFC 4648',
    section: 'RFC 4648 §3.5',
    title: 'The pad bits of Sec-WebSocket-Key are not zero',
    reaction: 'none',
    check: ({ head }) => faultyValues(head, 'Sec-WebSocket-Key', padFault),
    examples: {
      // The sample key as RFC 6455 §4.1 printed it, before erratum 3150.
      violates: [shows(request('Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEC=='), 'AQIDBAUGBwgJCgsMDQ4PEC==')],
      holds: [holds(request('Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA=='), ['request/key-predictable'])],
    },
  }),
  requestRule({
    id: 'request/key-predictable',
    severity: 'note',
    basis: 'MUST be random, which one request cannot prove',
    section: 'RFC 6455 §4.1',
    title: 'Sec-WebSocket-Key does not look random',
    reaction: 'none',
    asksEach: true,
    check: ({ head }) => faultyValues(head, 'Sec-WebSocket-Key', guessFault),
    examples: {
      violates: [
        shows(request('Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='), 'dGhlIHNhbXBsZSBub25jZQ=='),
        shows(request('Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='), 'AAAAAAAAAAAAAAAAAAAAAA=='),
        shows(request('Sec-WebSocket-Key: AQEBAQEBAQEBAQEBAQEBAQ=='), 'AQEBAQEBAQEBAQEBAQEBAQ=='),
      ],
      holds: [
        holds(request('Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==')),
        // The same octet, and too few of them.
        holds(request('Sec-WebSocket-Key: AAAAAAAAAAAAAAAA'), ['request/key-malformed']),
      ],
    },
  }),
  requestRule({
    id: 'request/version-malformed',
    severity: 'error',
    basis: 'ABNF',
    section: 'RFC 6455 §4.3',
    title: 'Sec-WebSocket-Version is not a number from 0 to 255',
    reaction: 'http-4xx',
    check: ({ head }) => faultyValues(head, 'Sec-WebSocket-Version', versionFault),
    examples: {
      violates: ['013', '13, 8', '256', '+13'].map((version) =>
        shows(request(`Sec-WebSocket-Version: ${version}`), version),
      ),
      holds: [
        holds(request('Sec-WebSocket-Version: 13')),
        holds(request('Sec-WebSocket-Version: 255'), ['request/version-not-13']),
        holds(request('Sec-WebSocket-Version: 0'), ['request/version-not-13']),
      ],
    },
  }),
  requestRule({
    id: 'request/version-not-13',
    severity: 'error',
    basis: 'MUST: a note where the version that a 426 lists is tried next',
    section: 'RFC 6455 §4.1',
    title: 'The WebSocket version is not 13',
    reaction: 'http-4xx',
    check: ({ head }) => checkVersion(head),
    examples: {
      violates: [
        shows(request('Sec-WebSocket-Version: 25'), '25'),
        // A server may know the draft.
        { ...shows(request('Sec-WebSocket-Version: 8'), '8'), log: logOf(answered(['Sec-WebSocket-Version: 8'])) },
        // A note, where the client then takes a version that the server lists.
        {
          log: logOf([
            ...refused(
              ['Sec-WebSocket-Version: 25'],
              'HTTP/1.1 426 Upgrade Required',
              'Upgrade: websocket',
              'Connection: Upgrade',
              'Sec-WebSocket-Version: 13, 8',
              'Content-Length: 0',
            ),
            ...response(),
          ]),
          at: [0, 155, 157],
          also: ['response/status-not-101', 'phase/handshake-retry'],
        },
      ],
      holds: [holds(request('Sec-WebSocket-Version: 13'))],
    },
  }),
];
