// Close frames: payload and codes, RFC 6455 §5.5.1 and §7.4.

import { textOf } from '../octets.ts';
import { type CloseCodeClass, classOfCloseCode, closeCodeName, REGISTRY_DATE } from '../protocol/close-code.ts';
import type { Connection } from '../protocol/connection.ts';
import { parseExtensions } from '../protocol/extension.ts';
import { closeCodeOf, type Frame, isCodeHidden } from '../protocol/frame.ts';
import { combinedValue } from '../protocol/handshake.ts';
import { OPCODE } from '../protocol/opcode.ts';
import { nameUtf8Fault, pushUtf8, startUtf8 } from '../protocol/utf8.ts';
import { type Check, defineRule, EITHER, type Example, type Rule, type Severity } from './rule.ts';

function codeOctets(frame: Frame): readonly [number, number] {
  return [frame.headerLength, frame.headerLength + 2];
}

function mayBe1010(close: Frame): boolean {
  return closeCodeOf(close) === 1010 || isCodeHidden(close);
}

/** Judges a Close frame that has a code. */
function onCode(frame: Frame, judge: (code: number) => string | null | false): Check {
  const code = frame.opcode === OPCODE.CLOSE ? closeCodeOf(frame) : null;
  const says = code === null ? null : judge(code);
  return says ? { says, octets: codeOctets(frame) } : null;
}

interface CodeRule {
  readonly id: string;
  readonly severity: Severity;
  readonly basis: string;
  readonly section: string;
  readonly title: string;
  readonly class: CloseCodeClass;
  readonly says: (code: number) => string;
  readonly violates: readonly Example[];
  readonly holds: readonly Example[];
}

const CODE_RULES: readonly CodeRule[] = [
  {
    id: 'close/code-below-1000',
    severity: 'error',
    basis: 'implied',
    section: 'RFC 6455 §7.4.2',
    title: 'A close code below 1000',
    class: 'below-1000',
    says: (code) => `close code ${code} is not used: codes begin at 1000`,
    violates: [
      { log: 'rx 880203e7', at: [0, 2, 4] },
      { log: 'rx 88020000', at: [0, 2, 4] },
    ],
    holds: [{ log: 'rx 880203e8' }],
  },
  {
    id: 'close/code-never-on-wire',
    severity: 'error',
    basis: 'MUST NOT',
    section: 'RFC 6455 §7.4.1',
    title: 'A close code that must never be sent: 1005, 1006 or 1015',
    class: 'never-on-wire',
    says: (code) => `close code ${code} (${closeCodeName(code)}) must not be sent in a Close frame`,
    violates: [
      { log: 'rx 880203ee', at: [0, 2, 4] },
      { log: 'rx 880203ed', at: [0, 2, 4] },
      { log: 'rx 880203f7', at: [0, 2, 4] },
    ],
    holds: [{ log: 'rx 880203ea' }],
  },
  {
    id: 'close/code-1004',
    severity: 'error',
    basis: 'implied (reserved)',
    section: 'RFC 6455 §7.4.1',
    title: 'The reserved close code 1004',
    class: 'reserved-1004',
    says: () => 'close code 1004 is reserved',
    violates: [{ log: 'rx 880203ec', at: [0, 2, 4] }],
    holds: [{ log: 'rx 880203eb' }],
  },
  {
    id: 'close/code-unassigned',
    severity: 'error',
    basis: 'implied (reserved)',
    section: 'RFC 6455 §7.4.2',
    title: 'A close code from 1016 to 2999 that nothing defines',
    class: 'unassigned',
    says: (code) => `close code ${code} is not assigned (IANA registry of ${REGISTRY_DATE})`,
    violates: [
      { log: 'rx 880203f8', at: [0, 2, 4] },
      { log: 'rx 88020bb7', at: [0, 2, 4] },
    ],
    holds: [{ log: 'rx 880203f3' }],
  },
  {
    id: 'close/code-above-4999',
    severity: 'error',
    basis: 'implied',
    section: 'RFC 6455 §7.4.2',
    title: 'A close code above 4999',
    class: 'above-4999',
    says: (code) => `close code ${code} is outside of all ranges: codes end at 4999`,
    violates: [{ log: 'rx 88021388', at: [0, 2, 4] }],
    holds: [{ log: 'rx 88021387', also: ['close/code-private'] }],
  },
  {
    id: 'close/code-post-rfc',
    severity: 'note',
    basis: 'legal',
    section: 'IANA WebSocket Close Code Number Registry',
    title: 'A close code registered after the RFC: 1012, 1013 or 1014',
    class: 'post-rfc',
    says: (code) => `close code ${code} (${closeCodeName(code)}) came after the RFC: a peer may refuse it with 1002`,
    violates: [{ log: 'rx 880203f4', at: [0, 2, 4] }],
    holds: [{ log: 'rx 880203e9' }],
  },
  {
    id: 'close/code-unregistered-3xxx',
    severity: 'note',
    basis: 'legal',
    section: 'RFC 6455 §7.4.2',
    title: 'A close code from 3000 to 3999 that is not registered',
    class: 'unregistered-3xxx',
    says: (code) => `close code ${code} is not registered (IANA registry of ${REGISTRY_DATE})`,
    violates: [{ log: 'rx 88020bb9', at: [0, 2, 4] }],
    holds: [{ log: 'rx 88020bb8' }],
  },
  {
    id: 'close/code-private',
    severity: 'note',
    basis: 'legal',
    section: 'RFC 6455 §7.4.2',
    title: 'A close code for private use, 4000 to 4999',
    class: 'private',
    says: (code) => `close code ${code} is for private use: both sides have to know it`,
    violates: [{ log: 'rx 88020fa0', at: [0, 2, 4] }],
    holds: [{ log: 'rx 880203e8' }],
  },
];

/** Codes with a reaction of their own: legal ones ask for none, and Autobahn calls that of 5000 and above undefined. */
const NO_REACTION: ReadonlySet<CloseCodeClass> = new Set([
  'above-4999',
  'post-rfc',
  'unregistered-3xxx',
  'private',
] as const);

function codeRule({ class: wanted, says, violates, holds, ...about }: CodeRule): Rule {
  return defineRule({
    ...about,
    by: EITHER,
    reaction: NO_REACTION.has(wanted) ? 'none' : 'fail-1002',
    on: 'frame',
    check: ({ frame }) => onCode(frame, (code) => classOfCloseCode(code) === wanted && says(code)),
    examples: { violates, holds },
  });
}

/** Does the reason of a 1010 name an extension that the client offered? Null where that cannot be seen. */
function namesOffered(frame: Frame, { request }: Connection): boolean | null {
  if (!request || frame.payload.length < frame.length) return null;
  const offered = parseExtensions(combinedValue(request, 'Sec-WebSocket-Extensions') ?? '').extensions;
  const reason = textOf(frame.payload.subarray(2));
  return offered.some(({ name }) => reason.includes(name));
}

const SERVER_CODES: ReadonlySet<number> = new Set([1011, 1012, 1013, 1014]);

export const CLOSE_RULES: readonly Rule[] = [
  defineRule({
    id: 'close/payload-one-octet',
    severity: 'error',
    basis: 'MUST',
    by: EITHER,
    section: 'RFC 6455 §5.5.1',
    title: 'A Close frame with one octet of payload: half a close code',
    reaction: 'fail-1002',
    on: 'frame',
    check: ({ frame }) =>
      frame.opcode === OPCODE.CLOSE &&
      frame.length === 1 && {
        says: 'one octet of payload: a close code takes two',
        octets: [frame.headerLength, frame.headerLength + 1],
      },
    examples: {
      violates: [{ log: 'rx 880103', at: [0, 2, 3] }],
      holds: [{ log: 'rx 880203e8' }, { log: 'rx 8800', also: ['close/no-status'] }],
    },
  }),
  ...CODE_RULES.map(codeRule),
  defineRule({
    id: 'close/code-1010-from-server',
    severity: 'error',
    basis: 'implied',
    by: ['server'],
    section: 'RFC 6455 §7.4.1',
    title: 'A server sends close code 1010',
    reaction: 'none',
    on: 'frame',
    // A reply typically echoes the code that it answers (§5.5.1): that one the client chose.
    check: ({ frame, sender, receiver }, { roleGuessed }) =>
      sender.role === 'server' &&
      !roleGuessed &&
      !(receiver.close && mayBe1010(receiver.close)) &&
      onCode(frame, (code) => code === 1010 && 'only a client can miss an extension: a server refuses the handshake'),
    examples: {
      violates: [{ log: 'rx 880203f2', at: [0, 2, 4] }],
      holds: [
        { log: 'rx 880203f3' },
        { log: 'tx 888237fa213d3408\nrx 880203f2', also: ['close/1010-without-extensions'] },
        // The code that is cut off may be the one that comes back.
        { log: `tx 82b437fa213d${'61'.repeat(52)}88829c51e07b ... LEN=66\nrx 880203f2`, also: ['log/elided-octets'] },
      ],
    },
  }),
  defineRule({
    id: 'close/1010-without-extensions',
    severity: 'warning',
    basis: 'SHOULD',
    by: ['client'],
    section: 'RFC 6455 §7.4.1',
    title: 'A client sends 1010, and its reason names no extension that it offered',
    reaction: 'none',
    on: 'frame',
    check: ({ frame, sender, receiver }, connection) => {
      if (sender.role !== 'client' || frame.opcode !== OPCODE.CLOSE || closeCodeOf(frame) !== 1010) return null;
      if (receiver.close && mayBe1010(receiver.close)) return null;
      const named = frame.length > 2 ? namesOffered(frame, connection) : false;
      if (named === true) return null;
      const found = { says: 'the reason names no extension that the client offered', octets: codeOctets(frame) };
      return named === null ? { ...found, missing: 'the offer of the opening handshake' } : found;
    },
    examples: {
      violates: [{ log: 'tx 888237fa213d3408', at: [0, 6, 8] }],
      holds: [{ log: 'tx 888237fa213d3412' }],
    },
  }),
  defineRule({
    id: 'close/code-role-unusual',
    severity: 'note',
    basis: 'legal after erratum 3227',
    by: ['client'],
    section: 'RFC 6455 §7.4.1',
    title: 'A client sends a close code that is made for servers',
    reaction: 'none',
    on: 'frame',
    check: ({ frame, sender }) =>
      sender.role === 'client' &&
      onCode(frame, (code) => SERVER_CODES.has(code) && `close code ${code} from a client is unusual`),
    examples: {
      violates: [{ log: 'tx 888237fa213d3409', at: [0, 6, 8] }],
      holds: [{ log: 'rx 880203f3' }],
    },
  }),
  defineRule({
    id: 'close/no-status',
    severity: 'note',
    basis: 'legal',
    by: EITHER,
    section: 'RFC 6455 §7.1.5',
    title: 'A Close frame without a close code',
    reaction: 'none',
    on: 'frame',
    check: ({ frame }) =>
      frame.opcode === OPCODE.CLOSE &&
      frame.length === 0 && { says: 'no close code: the receiver reports 1005 to its application', octets: [1, 2] },
    examples: { violates: [{ log: 'rx 8800', at: [0, 1, 2] }], holds: [{ log: 'rx 880203e8' }] },
  }),
  defineRule({
    id: 'close/reason-invalid-utf8',
    severity: 'error',
    basis: 'MUST (§8.1)',
    by: EITHER,
    section: 'RFC 6455 §5.5.1',
    title: 'The close reason is not UTF-8',
    reaction: 'fail-1007',
    on: 'frame',
    check: ({ frame }) => {
      if (frame.opcode !== OPCODE.CLOSE || frame.length < 3) return null;
      return checkReason(frame, frame.payload.subarray(2));
    },
    examples: {
      violates: [
        { log: 'rx 880503e8eda080', at: [0, 5, 6] },
        { log: 'rx 880403e861ce', at: [0, 5, 6] },
      ],
      holds: [{ log: 'rx 880403e8ceba' }],
    },
  }),
];

function checkReason(frame: Frame, reason: Uint8Array): Check {
  const state = startUtf8();
  const bad = pushUtf8(state, reason);
  const at = frame.headerLength + 2;
  if (bad >= 0) {
    const says = `reason octet ${bad}: ${nameUtf8Fault(state, reason[bad] as number)}`;
    return { says, octets: [at + bad, at + bad + 1] };
  }
  if (frame.payload.length < frame.length) {
    return { says: 'whether the reason is UTF-8', missing: 'payload octets that the log cuts off' };
  }
  if (state.due === 0) return null;
  return { says: 'the reason ends inside a UTF-8 sequence', octets: [at + state.leadAt, at + reason.length] };
}
