// The base framing header, RFC 6455 §5.2. Octet 0 holds FIN, RSV and opcode, octet 1 MASK and the 7-bit length.

import type { Connection } from '../protocol/connection.ts';
import { exactLength, type Frame, isWithoutOctets } from '../protocol/frame/frame.ts';
import { isControl, isReservedOpcode, OPCODE } from '../protocol/frame/opcode.ts';
import { type Check, defineRule, EITHER, FIRST_OCTET, type Found, type Rule } from './kit/rule.ts';
import { SIGN } from './kit/signs.ts';

const HUGE = 16 << 20;
const SECOND_OCTET: readonly [number, number] = [1, 2];

/** Where the extended payload length stands. */
export function lengthOctets(frame: Frame): readonly [number, number] {
  return frame.lengthBits === 7 ? SECOND_OCTET : [2, 2 + frame.lengthBits / 8];
}

/** Without the handshake, or with an extension that wirelog does not know, a reserved value may mean something. */
function unlessExtended(connection: Connection, found: Found): Found {
  const missing = missingMeaning(connection);
  return missing === null ? found : { ...found, missing };
}

/** What would tell whether reserved values mean something; null where it is known that they do not. */
export function missingMeaning({ extensions, unknownExtension }: Connection): string | null {
  if (extensions === null) return 'the opening handshake';
  return unknownExtension === null ? null : `what the extension ${unknownExtension} defines`;
}

/** The bits that no agreed extension owns; RSV1 under permessage-deflate has rules of its own. */
function bitsWithoutMeaning(frame: Frame, connection: Connection): number {
  return connection.deflate ? frame.rsv & 3 : frame.rsv;
}

function bitsInWords(rsv: number): string {
  const names = ['RSV1', 'RSV2', 'RSV3'].filter((_, i) => rsv & (4 >> i));
  const [are, them] = names.length === 1 ? ['is', 'it'] : ['are', 'them'];
  const last = names.pop();
  const list = names.length === 0 ? last : `${names.join(', ')} and ${last}`;
  return `${list} ${are} set, and no agreed extension gives ${them} a meaning`;
}

/** What a log of frames without octets cannot tell; said once a connection. */
const HIDDEN_FORM: Found = {
  says: 'the log has no octets, so it does not tell in which form a length is written',
  missing: 'the octets of the frame headers',
};
const HIDDEN_MASK: Found = {
  says: 'the log has no octets, so it does not tell whether a frame is masked',
  missing: 'the mask bits of the frames',
};

function isNotMinimal(frame: Frame): boolean {
  if (frame.via === 'row') return false;
  return frame.lengthBits === 16 ? frame.length <= 125 : frame.lengthBits === 64 && frame.length <= 0xffff;
}

function checkMask(frame: Frame, wanted: boolean, says: string): Check {
  if (frame.maskUnknown) return HIDDEN_MASK;
  if (frame.masked === wanted) return null;
  return { says, octets: SECOND_OCTET };
}

export const FRAME_RULES: readonly Rule[] = [
  defineRule({
    id: 'frame/rsv-set',
    severity: 'error',
    basis: 'MUST',
    by: EITHER,
    section: 'RFC 6455 §5.2',
    title: 'A reserved bit is set that no agreed extension gives a meaning',
    reaction: 'fail-1002',
    on: 'header',
    when: SIGN.RSV,
    check: ({ frame }, connection) => {
      const rsv = bitsWithoutMeaning(frame, connection);
      if (rsv === 0) return null;
      const says = bitsInWords(rsv);
      return unlessExtended(connection, { says, octets: FIRST_OCTET });
    },
    examples: {
      violates: [
        { log: 'rx a10548656c6c6f', at: [0, 0, 1] },
        { log: 'rx c10548656c6c6f', at: [0, 0, 1] },
        { log: '# writer: client\n# extensions: permessage-deflate\nrx a10548656c6c6f', at: [0, 0, 1] },
      ],
      holds: [{ log: 'rx 810548656c6c6f' }],
    },
  }),
  defineRule({
    id: 'frame/opcode-reserved-data',
    severity: 'error',
    basis: 'MUST',
    by: EITHER,
    section: 'RFC 6455 §5.2',
    title: 'A reserved non-control opcode, 3 to 7',
    reaction: 'fail-1002',
    on: 'header',
    when: SIGN.RESERVED_OPCODE,
    check: ({ frame }, connection) =>
      isReservedOpcode(frame.opcode) &&
      !isControl(frame.opcode) &&
      unlessExtended(connection, { says: `opcode ${frame.opcode} is reserved`, octets: FIRST_OCTET }),
    examples: {
      violates: [{ log: 'rx 830548656c6c6f', at: [0, 0, 1] }],
      holds: [{ log: 'rx 820548656c6c6f' }],
    },
  }),
  defineRule({
    id: 'frame/opcode-reserved-control',
    severity: 'error',
    basis: 'MUST',
    by: EITHER,
    section: 'RFC 6455 §5.2',
    title: 'A reserved control opcode, 11 to 15',
    reaction: 'fail-1002',
    on: 'header',
    when: SIGN.RESERVED_OPCODE,
    check: ({ frame }, connection) =>
      isReservedOpcode(frame.opcode) &&
      isControl(frame.opcode) &&
      unlessExtended(connection, { says: `opcode ${frame.opcode} is reserved`, octets: FIRST_OCTET }),
    examples: { violates: [{ log: 'rx 8b00', at: [0, 0, 1] }], holds: [{ log: 'rx 8900' }] },
  }),
];

/** Judged after the control and fragmentation rules, by the precedence within a header. */
export const LENGTH_AND_MASK_RULES: readonly Rule[] = [
  defineRule({
    id: 'frame/length-not-minimal',
    severity: 'error',
    basis: 'MUST',
    by: EITHER,
    section: 'RFC 6455 §5.2',
    title: 'The payload length is not in its shortest form',
    // What binds the sender asks nothing of the receiver: who takes such a frame breaks no rule, who refuses it neither.
    reaction: 'may-fail-1002',
    on: 'header',
    when: SIGN.LONG_FORM,
    check: ({ frame }) => {
      if (isWithoutOctets(frame)) return HIDDEN_FORM;
      if (!isNotMinimal(frame)) return null;
      const says = `the length ${frame.length} is written in ${frame.lengthBits} bits, and ${frame.length <= 125 ? 7 : 16} are enough`;
      return { says, octets: lengthOctets(frame) };
    },
    examples: {
      violates: [
        { log: 'rx 817e000548656c6c6f', at: [0, 2, 4] },
        { log: `rx 827f000000000000007e${'aa'.repeat(126)}`, at: [0, 2, 10] },
        { log: 'tx 81fe000537fa213d7f9f4d5158\nrx 880203ea\nTCP DROPPED BY PEER', at: [0, 2, 4] },
        // The receiver went on: what is wrong later asks for a reaction of its own.
        {
          log: '# writer: client\n# extensions: none\n# case: 6.3.1\ntx 81fe000537fa213d7f9f4d5158\nrx 810548656c6c6f\ntx a1851f2e3d4c574b512070\nrx 880203ea\nTCP DROPPED BY PEER',
          at: [0, 2, 4],
          also: ['frame/rsv-set'],
        },
      ],
      holds: [{ log: 'rx 810548656c6c6f' }, { log: `rx 827e007e${'aa'.repeat(126)}` }],
    },
  }),
  defineRule({
    id: 'frame/length-msb-set',
    severity: 'error',
    basis: 'MUST',
    by: EITHER,
    section: 'RFC 6455 §5.2',
    title: 'The most significant bit of the 64-bit payload length is set',
    reaction: 'fail-1002',
    on: 'header',
    when: SIGN.HUGE,
    check: ({ frame }) =>
      exactLength(frame) >= 1n << 63n && {
        says: `the length ${exactLength(frame)} has its most significant bit set: where the next frame begins is not known`,
        octets: lengthOctets(frame),
      },
    examples: {
      violates: [{ log: 'rx 827f8000000000000001', at: [0, 2, 10] }],
      holds: [
        { log: `rx 827f0000000000010000${'00'.repeat(65536)}` },
        { log: 'rx 827f7fffffffffffffff', also: ['frame/length-huge'] },
      ],
    },
  }),
  defineRule({
    id: 'frame/mask-missing',
    severity: 'error',
    basis: 'MUST',
    by: ['client'],
    section: 'RFC 6455 §5.1',
    title: 'A client frame is not masked',
    reaction: 'fail-1002',
    on: 'header',
    when: SIGN.MASK,
    check: ({ frame, sender }) => sender.role === 'client' && checkMask(frame, true, 'it did not mask this frame'),
    examples: {
      violates: [
        { log: 'tx 810548656c6c6f', at: [0, 1, 2] },
        { log: 'tx 8900', at: [0, 1, 2] },
      ],
      holds: [{ log: 'tx 818537fa213d7f9f4d5158' }],
    },
  }),
  defineRule({
    id: 'frame/mask-present',
    severity: 'error',
    basis: 'MUST NOT',
    by: ['server'],
    section: 'RFC 6455 §5.1',
    title: 'A server frame is masked',
    reaction: 'fail-1002',
    on: 'header',
    when: SIGN.MASK,
    check: ({ frame, sender }) => sender.role === 'server' && checkMask(frame, false, 'it masked this frame'),
    examples: {
      violates: [{ log: 'rx 818537fa213d7f9f4d5158', at: [0, 1, 2] }],
      holds: [{ log: 'rx 810548656c6c6f' }],
    },
  }),
  defineRule({
    id: 'frame/length-huge',
    severity: 'note',
    basis: 'legal',
    by: EITHER,
    section: 'RFC 6455 §10.4',
    title: 'The declared payload length is very large',
    reaction: 'none',
    on: 'header',
    when: SIGN.HUGE,
    check: ({ frame }) =>
      frame.length > HUGE &&
      exactLength(frame) < 1n << 63n && {
        says: `the frame declares ${exactLength(frame)} octets; a receiver may close with 1009`,
        octets: lengthOctets(frame),
      },
    examples: {
      violates: [{ log: 'rx 827f0fffffffffffffff', at: [0, 2, 10] }],
      holds: [{ log: 'rx 820548656c6c6f' }],
    },
  }),
];

/** Opcodes 0 to 2. */
export function isDataOpcode(opcode: number): boolean {
  return opcode <= OPCODE.BINARY;
}
