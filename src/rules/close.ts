// Close frames: payload and codes, RFC 6455 §5.5.1 and §7.4.

import { octetInHex, textOf } from '../model/octets.ts';
import { nameUtf8Fault, pushUtf8, startUtf8 } from '../model/utf8.ts';
import type { Connection, Endpoint } from '../protocol/connection.ts';
import { closeCodeOf, type Frame, isCodeHidden } from '../protocol/frame/frame.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { parseExtensions } from '../protocol/handshake/extension.ts';
import { combinedValue } from '../protocol/handshake/handshake.ts';
import { CLOSE_CODE_RULES, onCode } from './close-code.ts';
import { codeOctets } from './kit/close-frame.ts';
import { answered, logOf } from './kit/handshake-examples.ts';
import { type Check, defineRule, EITHER, type Rule } from './kit/rule.ts';
import { SIGN } from './kit/signs.ts';

/** A reply to it may be one of 1010: it typically echoes the code (§5.5.1), which the log may cut off or not hold. */
function mayAsk1010({ close, gap }: Endpoint): boolean {
  return close === null ? gap : closeCodeOf(close) === 1010 || isCodeHidden(close);
}

/** Does the reason of a 1010 name an extension that the client offered? Null where that cannot be seen. */
function namesOffered(frame: Frame, { request }: Connection): boolean | null {
  if (!request?.complete || frame.payload.length < frame.length) return null;
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
    when: SIGN.CLOSE,
    check: ({ frame }) =>
      frame.opcode === OPCODE.CLOSE &&
      frame.length === 1 && {
        says: 'the payload has one octet, and a close code takes two',
        octets: [frame.headerLength, frame.headerLength + 1],
      },
    examples: {
      violates: [{ log: 'rx 880103', at: [0, 2, 3] }],
      holds: [{ log: 'rx 880203e8' }, { log: 'rx 8800', also: ['close/no-status'] }],
    },
  }),
  ...CLOSE_CODE_RULES,
  defineRule({
    id: 'close/code-1010-from-server',
    severity: 'error',
    basis: 'implied',
    by: ['server'],
    section: 'RFC 6455 §7.4.1',
    title: 'A server sends close code 1010',
    reaction: 'none',
    needs: 'beginning',
    on: 'frame',
    when: SIGN.CLOSE,
    check: ({ frame, sender, receiver }) =>
      sender.role === 'server' &&
      !mayAsk1010(receiver) &&
      onCode(frame, (code) => code === 1010 && '1010 is for clients: a server refuses the opening handshake instead'),
    examples: {
      violates: [
        { log: 'rx 880203f2', at: [0, 2, 4] },
        { log: 'tx 888237fa213d3412\nrx 880203f2', at: [1, 2, 4] },
      ],
      holds: [
        { log: 'rx 880203f3' },
        { log: 'tx 888237fa213d3408\nrx 880203f2', also: ['close/1010-without-extensions'] },
        // The code that is cut off may be the one that comes back.
        { log: `tx 82b437fa213d${'61'.repeat(52)}88829c51e07b ... LEN=66\nrx 880203f2`, also: ['log/elided-octets'] },
        // So may that of a Close that is lost.
        { log: 'TX OCTETS: 8882zz\nrx 880203f2', also: ['log/gap'] },
      ],
    },
  }),
  defineRule({
    id: 'close/1010-without-extensions',
    severity: 'warning',
    basis: 'SHOULD',
    by: ['client'],
    section: 'RFC 6455 §7.4.1',
    title: 'A client closes with 1010, and its reason names no extension that it offered',
    reaction: 'none',
    needs: 'beginning',
    on: 'frame',
    when: SIGN.CLOSE,
    check: ({ frame, sender, receiver }, connection) => {
      if (sender.role !== 'client' || frame.opcode !== OPCODE.CLOSE || closeCodeOf(frame) !== 1010) return null;
      if (mayAsk1010(receiver)) return null;
      const named = frame.length > 2 ? namesOffered(frame, connection) : false;
      if (named === true) return null;
      const found = { says: 'the reason names no extension that the client offered', octets: codeOctets(frame) };
      return named === null ? { ...found, missing: 'the offer of the opening handshake' } : found;
    },
    examples: {
      violates: [
        { log: 'tx 888237fa213d3408', at: [0, 6, 8] },
        { log: 'rx 880203e8\ntx 888237fa213d3408', at: [1, 6, 8] },
      ],
      holds: [
        { log: 'tx 888237fa213d3412' },
        // It is the code that it answers, or may be.
        { log: 'rx 880203f2\ntx 888237fa213d3408', also: ['close/code-1010-from-server'] },
        { log: 'RX OCTETS: 8882zz\ntx 888237fa213d3408', also: ['log/gap'] },
        // It names what was offered.
        {
          log: `${logOf(answered(['Sec-WebSocket-Extensions: foo']))}\ntx 888537fa213d3408475258`,
          also: ['request/extension-unregistered'],
        },
      ],
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
    when: SIGN.CLOSE,
    check: ({ frame, sender }) =>
      sender.role === 'client' &&
      onCode(frame, (code) => SERVER_CODES.has(code) && `close code ${code} is made for servers, and a client sent it`),
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
    when: SIGN.CLOSE,
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
    when: SIGN.CLOSE,
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
    const octet = reason[bad] as number;
    const says = `the close reason is not UTF-8: its octet ${bad} is ${octetInHex(octet)} (${nameUtf8Fault(state, octet)})`;
    return { says, octets: [at + bad, at + bad + 1] };
  }
  if (frame.payload.length < frame.length) {
    return { says: 'whether the close reason is UTF-8', missing: 'payload octets that the log cuts off' };
  }
  if (state.due === 0) return null;
  return { says: 'the close reason ends inside a UTF-8 sequence', octets: [at + state.leadAt, at + reason.length] };
}
