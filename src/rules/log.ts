// About the log itself: what it hides, leaves out or contradicts. Never a violation of anyone.

import { isWhole, octetsInWords } from '../model/octets.ts';
import type { FrameRow } from '../model/row.ts';
import type { Frame } from '../protocol/frame/frame.ts';
import { defineRule, type Rule } from './kit/rule.ts';
import { SIGN } from './kit/signs.ts';

const NOBODY = [] as const;
const MISSING_FIELDS = ['response/upgrade-missing', 'response/connection-upgrade-missing', 'response/accept-missing'];

/** The log's writer had failed the connection and threw the payload away before it logged the frame. */
function isDiscarded({ direction, length }: FrameRow, frame: Frame | null, differences: readonly string[]): boolean {
  return direction === 'rx' && length === 0 && (frame?.length ?? 0) > 0 && differences.length === 1;
}

export const LOG_RULES: readonly Rule[] = [
  defineRule({
    id: 'log/elided-octets',
    severity: 'note',
    basis: 'tool',
    by: NOBODY,
    section: 'wire log',
    title: 'The row has more octets than the log shows',
    reaction: 'none',
    on: 'row',
    when: SIGN.CUT,
    check: ({ row }, { state, header }) => {
      if (row.kind !== 'octets' || isWhole(row.octets)) return null;
      if (state === 'connecting' && (header.request !== null || header.response !== null)) return null;
      const { known, length, exact } = row.octets;
      if (!exact) return `${known.length} octets are shown, and how many there were is not known`;
      return `${known.length} of ${length} octets are shown`;
    },
    examples: {
      violates: [{ log: 'rx 810548656c ... LEN=7' }, { log: 'rx 810548656c6c6f ...' }],
      holds: [{ log: 'rx 810548656c6c6f' }],
    },
  }),
  defineRule({
    id: 'log/decode-mismatch',
    severity: 'error',
    basis: 'tool',
    by: NOBODY,
    section: 'wire log',
    title: "The log's own frame row does not agree with the octets",
    reaction: 'none',
    on: 'frame-row',
    when: SIGN.DIFFERENT,
    check: ({ row, frame, differences }) => {
      if (differences.length === 0) return null;
      const says = differences.join('; ');
      if (!isDiscarded(row, frame, differences)) return { says };
      return {
        says: `${says}: the writer seems to have failed the connection and thrown the payload away`,
        severity: 'note',
      };
    },
    examples: {
      violates: [
        {
          log: 'rx 810548656c6c6f\n001 RX FRAME : OPCODE=2, FIN=True, RSV=0, PAYLOAD-LEN=5, MASKED=False, MASK=None\n               Hello',
        },
      ],
      holds: [
        {
          log: 'rx 810548656c6c6f\n001 RX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=5, MASKED=False, MASK=None\n               Hello',
        },
      ],
    },
  }),
  defineRule({
    id: 'log/gap',
    severity: 'note',
    basis: 'tool',
    by: NOBODY,
    section: 'wire log',
    title: 'Octets are missing from the log',
    reaction: 'none',
    on: 'gap',
    check: ({ direction, octets }) =>
      `${octets === null ? 'octets' : octetsInWords(octets)} of ${direction.toUpperCase()} ${octets === 1 ? 'is' : 'are'} missing from the log here`,
    examples: {
      violates: [{ log: 'rx 8900\nWIRELOG DISABLED\nWIRELOG ENABLED' }, { log: 'rx 8900\nrx 81zz' }],
      holds: [
        { log: 'rx 8900' },
        // Rows that are missing need not have held octets.
        { log: '# writer: client\n# extensions: none\n000 rx 8900\n002 rx 8900' },
        // The log's own account is lost, and no octets.
        { log: 'rx 8900\n001 RX FRAME : OPCODE=x' },
      ],
    },
  }),
  defineRule({
    id: 'log/begins-inside',
    severity: 'note',
    basis: 'tool',
    by: NOBODY,
    section: 'wire log',
    title: 'The log begins inside a frame or an HTTP head',
    reaction: 'none',
    on: 'inside',
    check: ({ direction, of }) =>
      `the first octets of ${direction.toUpperCase()} are the rest of ${of}: they are passed over`,
    examples: {
      violates: [
        { log: '# writer: client\nrx 6f2c20776f726c64\nrx 810548656c6c6f', also: ['log/handshake-missing'] },
        { log: '# writer: client\nrx "Host: a\\r\\n\\r\\n\\x81\\x05Hello"', also: ['log/handshake-missing'] },
      ],
      holds: [
        { log: '# writer: client\nrx 810548656c6c6f', also: ['log/handshake-missing'] },
        // A frame of which only the beginning is in the log.
        { log: '# writer: client\nrx 81054865', also: ['log/handshake-missing'] },
      ],
    },
  }),
  defineRule({
    id: 'log/truncated',
    severity: 'note',
    basis: 'tool',
    by: NOBODY,
    section: 'wire log',
    title: 'The log does not tell how the connection ended',
    reaction: 'none',
    on: 'end',
    check: ({ partial }, { tcpEnd, request, response }) => {
      if (tcpEnd) return null;
      const cut = (['rx', 'tx'] as const).filter((direction) => partial[direction] > 0);
      const ends = cut.map((direction) => {
        const begin = partial[direction] === 1 ? 'begins' : 'begin';
        const what = `${octetsInWords(partial[direction])} at the end of ${direction.toUpperCase()}`;
        return { says: `${what} ${begin} a frame, and the rest of its header is not in the log` };
      });
      // A paste that begins after the handshake does not claim to be the whole connection.
      if (!request && !response) return ends;
      const missing = 'the end of the connection';
      const says = 'the log stops before the connection ends: what only the end can prove is not judged';
      return [...ends, { says, missing }];
    },
    examples: {
      violates: [
        { log: 'rx "HTTP/1.1 101 Switching Protocols\\r\\n\\r\\n"', also: MISSING_FIELDS },
        { log: 'rx 890081' },
        { log: 'rx 8900827e' },
        { log: 'rx 890081\ntx 81' },
      ],
      holds: [{ log: 'rx 8900' }],
    },
  }),
  defineRule({
    id: 'log/handshake-missing',
    severity: 'note',
    basis: 'tool',
    by: NOBODY,
    section: 'wire log',
    title: 'The log begins after the opening handshake',
    reaction: 'none',
    on: 'header',
    when: SIGN.FIRST,
    check: (_, { extensions, request, response, rx, tx }) =>
      extensions === null &&
      !request &&
      !response &&
      rx.frames + tx.frames === 1 &&
      'the log has no opening handshake: whether an extension is agreed is not known',
    examples: {
      // It is said once.
      violates: [{ log: '# writer: client\nrx 8900' }, { log: '# writer: client\nrx 8900\ntx 898037fa213d' }],
      holds: [{ log: '# writer: client\n# extensions: none\nrx 8900' }],
    },
  }),
  defineRule({
    id: 'log/unknown-extension',
    severity: 'note',
    basis: 'tool',
    by: NOBODY,
    section: 'wire log',
    title: 'An extension is agreed that wirelog does not know',
    reaction: 'none',
    on: 'header',
    when: SIGN.FIRST,
    check: (_, { unknownExtension, rx, tx }) =>
      unknownExtension !== null &&
      rx.frames + tx.frames === 1 &&
      `the extension ${unknownExtension} may give reserved bits, opcodes and payloads a meaning`,
    examples: {
      violates: [
        { log: '# writer: client\n# extensions: foo\nrx 8900' },
        { log: '# writer: client\n# extensions: foo\nrx 8900\ntx 898037fa213d' },
      ],
      holds: [{ log: '# writer: client\n# extensions: permessage-deflate\nrx 8900' }],
    },
  }),
  defineRule({
    id: 'log/octets-after-fin',
    severity: 'error',
    basis: 'tool',
    by: NOBODY,
    section: 'wire log',
    title: 'Octets of an endpoint that had ended the TCP connection',
    reaction: 'none',
    on: 'row',
    when: SIGN.TCP_ENDED,
    check: ({ row }, { tcpEnd }) =>
      row.kind === 'octets' &&
      tcpEnd !== null &&
      (tcpEnd.by === 'peer') === (row.direction === 'rx') &&
      `the sender of these octets had ended TCP in row ${tcpEnd.row}: the order of the rows cannot be right`,
    examples: {
      violates: [
        { log: 'rx 8900\nTCP DROPPED BY PEER\nrx 8900', also: ['close/abnormal-drop'] },
        { log: 'rx 8900\nTCP DROPPED BY ME\ntx 898037fa213d', also: ['close/abnormal-drop'] },
      ],
      holds: [
        { log: 'rx 8900\nrx 8900\nTCP DROPPED BY PEER', also: ['close/abnormal-drop'] },
        // They may have been on their way.
        {
          log: 'rx 8900\nTCP DROPPED BY ME\nrx 8900',
          also: ['close/abnormal-drop', 'phase/octets-after-peer-closed'],
        },
      ],
    },
  }),
  defineRule({
    id: 'log/role-unknown',
    severity: 'note',
    basis: 'tool',
    by: NOBODY,
    section: 'wire log',
    title: 'Nothing tells which side is the client',
    reaction: 'none',
    on: 'header',
    when: SIGN.FIRST,
    check: ({ frame }, { roleGuessed, rx, tx }) =>
      roleGuessed &&
      rx.frames + tx.frames === 1 &&
      `the first frame is ${frame.masked ? '' : 'not '}masked, so its sender is taken for the ${frame.masked ? 'client' : 'server'}`,
    examples: {
      violates: [{ log: '# extensions: none\nrx 8900' }, { log: '# extensions: none\ntx 898037fa213d\nrx 8900' }],
      holds: [{ log: '# writer: client\n# extensions: none\nrx 8900' }],
    },
  }),
];
