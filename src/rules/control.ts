// Control frames, RFC 6455 §5.5.

import { exactLength } from '../protocol/frame/frame.ts';
import { frameName, isControl, isReservedOpcode } from '../protocol/frame/opcode.ts';
import { lengthOctets } from './frame.ts';
import { defineRule, EITHER, type Rule } from './kit/rule.ts';
import { SIGN } from './kit/signs.ts';

const LONGEST = 125;

export const CONTROL_RULES: readonly Rule[] = [
  defineRule({
    id: 'control/fragmented',
    severity: 'error',
    basis: 'MUST NOT',
    by: EITHER,
    section: 'RFC 6455 §5.5',
    title: 'A control frame is fragmented',
    reaction: 'fail-1002',
    on: 'header',
    when: SIGN.BAD_CONTROL,
    check: ({ frame }) =>
      isControl(frame.opcode) &&
      !isReservedOpcode(frame.opcode) &&
      !frame.fin && { says: `it sent ${frameName(frame.opcode)} without FIN`, octets: [0, 1] },
    examples: {
      violates: [
        { log: 'rx 090548656c6c6f', at: [0, 0, 1] },
        { log: 'rx 090348656c\nrx 80026c6f', at: [0, 0, 1] },
      ],
      holds: [{ log: 'rx 890548656c6c6f' }, { log: 'rx 010161\nrx 890548656c6c6f\nrx 800162' }],
    },
  }),
  defineRule({
    id: 'control/too-long',
    severity: 'error',
    basis: 'MUST',
    by: EITHER,
    section: 'RFC 6455 §5.5',
    title: 'A control frame has more than 125 octets of payload',
    reaction: 'fail-1002',
    on: 'header',
    when: SIGN.BAD_CONTROL,
    check: ({ frame }) =>
      isControl(frame.opcode) &&
      !isReservedOpcode(frame.opcode) &&
      frame.length > LONGEST && {
        says: `it sent ${frameName(frame.opcode)} with a payload of ${exactLength(frame)} octets: at most ${LONGEST} are allowed`,
        octets: lengthOctets(frame),
      },
    examples: {
      violates: [{ log: `rx 897e007e${'fe'.repeat(126)}`, at: [0, 2, 4] }],
      holds: [{ log: `rx 897d${'fe'.repeat(125)}` }],
    },
  }),
];
