// What a Pong answers (RFC 6455 §5.5.3): the newest Ping, an older one, one that was answered before, or none.

import { counted } from '../model/counted.ts';
import { endOf, startOf } from '../protocol/frame/frame.ts';
import type { PongMatch } from '../protocol/ping-pong.ts';
import { isOverAfter } from './kit/reaction-time.ts';
import { type Check, defineRule, EITHER, type FrameSubject, type Rule } from './kit/rule.ts';
import { SIGN } from './kit/signs.ts';
import { payloadOctets } from './ping.ts';

/** Asks about the Pong that was just matched. */
function onPong(judge: (pong: PongMatch, subject: FrameSubject) => string | null | undefined | false) {
  return (subject: FrameSubject): Check => {
    const { frame, pong } = subject;
    if (!pong) return null;
    const says = judge(pong, subject);
    return says ? { says, octets: payloadOctets(frame) } : null;
  };
}

export const PONG_RULES: readonly Rule[] = [
  defineRule({
    id: 'ping/pong-late',
    severity: 'warning',
    basis: 'SHOULD',
    by: EITHER,
    section: 'RFC 6455 §5.5.2',
    title: 'A Pong is held back until the fragmented message around its Ping has ended',
    reaction: 'none',
    on: 'frame',
    when: SIGN.PONG,
    check: onPong(
      ({ ping }) =>
        ping?.inside?.finished &&
        isOverAfter(ping.waited, { row: startOf(ping.frame).row, time: ping.time }) &&
        `it answered the Ping of row ${startOf(ping.frame).row} only after the end of the message around it, though there was time before`,
    ),
    examples: {
      violates: [
        {
          log: 'tx 018537fa213d7f9f4d5158\ntx 89819c51e07b9d\nDELAY TIMEOUT on TAG None\ntx 80855d0b8ea2156ee2ce32\nrx 8a0101',
          at: [4, 2, 3],
        },
      ],
      holds: [
        {
          log: 'tx 018537fa213d7f9f4d5158\ntx 89819c51e07b9d\nDELAY TIMEOUT on TAG None\nrx 8a0101\ntx 80855d0b8ea2156ee2ce32',
        },
        // By the times of the rows there was none.
        {
          log: 'tx 018537fa213d7f9f4d5158 @0\ntx 89819c51e07b9d @0.1\nDELAY TIMEOUT on TAG A @0.2\ntx 80855d0b8ea2156ee2ce32 @0.3\nrx 8a0101 @0.4',
        },
      ],
    },
  }),
  defineRule({
    id: 'ping/pong-superseded',
    severity: 'note',
    basis: 'legal',
    by: EITHER,
    section: 'RFC 6455 §5.5.3',
    title: 'Only a newer Ping was answered',
    reaction: 'none',
    on: 'frame',
    when: SIGN.PONG,
    check: onPong(
      ({ ping, superseded }) =>
        ping &&
        superseded.length > 0 &&
        `this Pong answers the Ping of row ${startOf(ping.frame).row}, and with it ${counted(superseded.length, 'older Ping')}`,
    ),
    examples: {
      violates: [{ log: 'tx 898137fa213d36\ntx 89819c51e07b9e\nrx 8a0102', at: [2, 2, 3] }],
      holds: [{ log: 'tx 898137fa213d36\ntx 89819c51e07b9e\nrx 8a0101\nrx 8a0102' }],
    },
  }),
  defineRule({
    id: 'ping/pong-reordered',
    severity: 'note',
    basis: 'odd',
    by: EITHER,
    section: 'RFC 6455 §5.5.3',
    title: 'The Pong for an older Ping comes after the Pong for a newer one',
    reaction: 'none',
    on: 'frame',
    when: SIGN.PONG,
    check: onPong(
      ({ ping, isReordered }) =>
        ping &&
        isReordered &&
        `this Pong answers the Ping of row ${startOf(ping.frame).row} after a newer Ping was answered`,
    ),
    examples: {
      violates: [
        {
          log: 'tx 898137fa213d36\ntx 89819c51e07b9e\nrx 8a0102\nrx 8a0101',
          at: [3, 2, 3],
          also: ['ping/pong-superseded'],
        },
      ],
      holds: [{ log: 'tx 898137fa213d36\ntx 89819c51e07b9e\nrx 8a0101\nrx 8a0102' }],
    },
  }),
  defineRule({
    id: 'ping/pong-duplicate',
    severity: 'note',
    basis: 'legal',
    by: EITHER,
    section: 'RFC 6455 §5.5.3',
    title: 'A second Pong for one Ping',
    reaction: 'none',
    on: 'frame',
    when: SIGN.PONG,
    check: onPong(
      ({ ping, isDuplicate }) =>
        ping?.answer &&
        isDuplicate &&
        `the Ping of row ${startOf(ping.frame).row} was already answered in row ${endOf(ping.answer).row}`,
    ),
    examples: {
      violates: [{ log: 'tx 898537fa213d7f9f4d5158\nrx 8a0548656c6c6f\nrx 8a0548656c6c6f', at: [2, 2, 7] }],
      holds: [{ log: 'tx 898537fa213d7f9f4d5158\nrx 8a0548656c6c6f' }],
    },
  }),
  defineRule({
    id: 'ping/pong-unsolicited',
    severity: 'note',
    basis: 'legal',
    by: EITHER,
    section: 'RFC 6455 §5.5.3',
    title: 'A Pong that answers no Ping',
    reaction: 'none',
    on: 'frame',
    when: SIGN.PONG,
    check: onPong(
      ({ ping }, { receiver }) => ping === null && !receiver.gap && 'this Pong answers no Ping that the log holds',
    ),
    examples: {
      violates: [{ log: 'rx 8a0548656c6c6f', at: [0, 2, 7] }],
      holds: [
        { log: 'tx 898537fa213d7f9f4d5158\nrx 8a0548656c6c6f' },
        { log: 'TX OCTETS: 8985zz\nrx 8a0548656c6c6f', also: ['log/gap'] },
      ],
    },
  }),
];
