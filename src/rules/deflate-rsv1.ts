// RSV1 with permessage-deflate agreed (RFC 7692 §6): it marks the first frame of a compressed message, and no other.

import type { Connection } from '../protocol/connection.ts';
import { isControl, OPCODE } from '../protocol/frame/opcode.ts';
import { unlessExtended } from './frame.ts';
import { type Check, defineRule, EITHER, FIRST_OCTET, type FrameSubject, type Rule } from './kit/rule.ts';
import { SIGN } from './kit/signs.ts';

const PMD = '# writer: client\n# extensions: permessage-deflate\n';
/** Five octets compress to seven. */
const HELLO_IS_LONGER = ['deflate/inflated-larger-than-plain'];

/** RSV1 where it has no place, with permessage-deflate agreed. */
function misplacedRsv1(wanted: (opcode: number) => boolean, says: string) {
  return ({ frame }: FrameSubject, connection: Connection): Check =>
    connection.deflate !== null &&
    (frame.rsv & 4) !== 0 &&
    wanted(frame.opcode) &&
    unlessExtended(connection, { says, octets: FIRST_OCTET });
}

/** Judged with the header, before the rules on opcodes. */
export const RSV1_RULES: readonly Rule[] = [
  defineRule({
    id: 'deflate/rsv1-on-control',
    severity: 'error',
    basis: 'MUST NOT',
    by: EITHER,
    section: 'RFC 7692 §6.1',
    title: 'RSV1 on a control frame',
    reaction: 'fail-1002',
    on: 'header',
    when: SIGN.RSV,
    check: misplacedRsv1(isControl, 'RSV1 on a control frame: control frames are never compressed'),
    examples: {
      violates: [{ log: `${PMD}rx c900`, at: [0, 0, 1] }],
      holds: [
        { log: `${PMD}rx 8900` },
        // Where nothing is agreed the bit itself is the fault.
        { log: '# writer: client\n# extensions: none\nrx c900', also: ['frame/rsv-set'] },
      ],
    },
  }),
  defineRule({
    id: 'deflate/rsv1-on-continuation',
    severity: 'error',
    basis: 'MUST NOT',
    by: EITHER,
    section: 'RFC 7692 §6.1',
    title: 'RSV1 on a continuation frame',
    reaction: 'fail-1002',
    on: 'header',
    when: SIGN.RSV,
    check: misplacedRsv1(
      (opcode) => opcode === OPCODE.CONTINUATION,
      'RSV1 on a continuation frame: only the first fragment says that the message is compressed',
    ),
    examples: {
      violates: [{ log: `${PMD}rx 4103f248cd\nrx c004c9c90700`, at: [1, 0, 1], also: HELLO_IS_LONGER }],
      holds: [{ log: `${PMD}rx 4103f248cd\nrx 8004c9c90700`, also: HELLO_IS_LONGER }],
    },
  }),
];
