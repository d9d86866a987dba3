// Ping and Pong, RFC 6455 §5.5.2 and §5.5.3. Answering only the newest Ping is legal, and so is a Pong that nobody asked
// for; a missing one needs proof that the endpoint had read the Ping.

import type { Connection, Endpoint } from '../protocol/connection.ts';
import { otherEnd } from '../protocol/connection.ts';
import { CLOSE_CODE } from '../protocol/frame/close-code.ts';
import { closeCodeOf, endOf, type Frame, startOf } from '../protocol/frame/frame.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import type { Ping, PongMatch } from '../protocol/ping-pong.ts';
import { type Check, defineRule, EITHER, type Found, type FrameSubject, type Rule } from './kit/rule.ts';

/** The whole frame's payload, or its length octet where it has none. */
function payloadOctets(frame: Frame): readonly [number, number] {
  return frame.length === 0 ? [1, 2] : [frame.headerLength, frame.headerLength + frame.length];
}

/** Asks about the Pong that was just matched. */
function onPong(judge: (pong: PongMatch, subject: FrameSubject) => string | null | undefined | false) {
  return (subject: FrameSubject): Check => {
    const { frame, sender } = subject;
    if (frame.opcode !== OPCODE.PONG || !sender.pong) return null;
    const says = judge(sender.pong, subject);
    return says ? { says, octets: payloadOctets(frame) } : null;
  };
}

/** The endpoint answered the pinger's Close, and so had read all that was sent before it. */
function readUpToClose(endpoint: Endpoint, pinger: Endpoint, ping: Frame): boolean {
  const { close } = endpoint;
  if (!close || !pinger.close || !endpoint.closeIsReply || pinger.close.ordinal < ping.ordinal) return false;
  const code = closeCodeOf(close);
  if (code === null) return close.length === 0;
  return code === CLOSE_CODE.NORMAL || code === closeCodeOf(pinger.close);
}

function isUnanswered({ answer, supersededBy }: Ping): boolean {
  return !answer && !supersededBy;
}

/** The last wrong Pong answers the newest Ping that was open, the one before it the Ping before that. */
function wrongPongs(endpoint: Endpoint, pinger: Endpoint): { readonly pong: Frame; readonly ping: Ping }[] {
  const open = pinger.pings.filter(isUnanswered);
  const pairs: { pong: Frame; ping: Ping }[] = [];
  for (const { frame, instead } of endpoint.strayPongs.toReversed()) {
    while ((open.at(-1)?.frame.ordinal ?? 0) > instead.frame.ordinal) open.pop();
    const ping = open.pop();
    if (ping) pairs.unshift({ pong: frame, ping });
  }
  return pairs;
}

function judgePings(connection: Connection, judge: (endpoint: Endpoint, pinger: Endpoint) => Found[]): Check {
  if (connection.rx.gap || connection.tx.gap) return null;
  return [connection.rx, connection.tx].flatMap((endpoint) => {
    const pinger = otherEnd(connection, endpoint);
    // After a violation the duty is to fail, not to answer.
    if (pinger.expectation || endpoint.expectation) return [];
    return judge(endpoint, pinger).map((found) => ({ by: endpoint.role, ...found }));
  });
}

export const PING_RULES: readonly Rule[] = [
  defineRule({
    id: 'ping/pong-missing',
    severity: 'error',
    basis: 'MUST',
    by: EITHER,
    section: 'RFC 6455 §5.5.2',
    title: 'A Ping is never answered',
    reaction: 'none',
    needs: 'beginning',
    on: 'end',
    check: (_, connection) =>
      judgePings(connection, (endpoint, pinger) => {
        // Where a wrong Pong came, that is the fault.
        const last = Math.max(-1, ...endpoint.strayPongs.map(({ instead }) => instead.frame.ordinal));
        return pinger.pings
          .filter((ping) => isUnanswered(ping) && ping.frame.ordinal > last)
          .filter((ping) => readUpToClose(endpoint, pinger, ping.frame))
          .map(({ frame }) => ({
            says: 'no Pong answers it, though a later Close was read',
            on: frame,
            octets: [0, 1],
          }));
      }),
    examples: {
      violates: [
        {
          log: 'tx 898537fa213d7f9f4d5158\ntx 81859c51e07bd4348c17f3\nrx 810548656c6c6f\ntx 88825d0b8ea25ee3\nrx 880203e8\nTCP DROPPED BY PEER',
          at: [0, 0, 1],
        },
      ],
      holds: [
        { log: 'tx 898537fa213d7f9f4d5158\nrx 8a0548656c6c6f\ntx 88825d0b8ea25ee3\nrx 880203e8' },
        // The code that is cut off need not be that of an answer.
        {
          log: `tx 898537fa213d7f9f4d5158\ntx 88825d0b8ea25ee3\nrx 8a3c${'61'.repeat(60)}8802 ... LEN=66\nTCP DROPPED BY PEER`,
          also: ['log/elided-octets', 'ping/pong-unsolicited'],
        },
      ],
    },
  }),
  defineRule({
    id: 'ping/pong-payload-mismatch',
    severity: 'error',
    basis: 'must (lower case)',
    by: EITHER,
    section: 'RFC 6455 §5.5.3',
    title: 'A Pong has not the payload of the Ping that it should answer',
    reaction: 'none',
    needs: 'beginning',
    on: 'end',
    check: (_, connection) =>
      judgePings(connection, (endpoint, pinger) =>
        wrongPongs(endpoint, pinger)
          .filter(({ ping }) => readUpToClose(endpoint, pinger, ping.frame))
          .map(({ pong, ping }) => ({
            says: `its payload is that of no Ping, and the Ping in row ${startOf(ping.frame).row} stays unanswered`,
            on: pong,
            octets: payloadOctets(pong),
            cause: startOf(ping.frame).row,
          })),
      ),
    examples: {
      violates: [
        {
          log: 'tx 898537fa213d7f9f4d5158\nrx 8a00\ntx 88829c51e07b9fb9\nrx 880203e8\nTCP DROPPED BY PEER',
          at: [1, 1, 2],
          also: ['ping/pong-unsolicited'],
        },
        {
          log: 'tx 898137fa213d06\ntx 89819c51e07bae\nrx 8a00\nrx 8a00\ntx 88825d0b8ea25ee3\nrx 880203e8\nTCP DROPPED BY PEER',
          at: [2, 1, 2],
          also: ['ping/pong-unsolicited'],
        },
      ],
      holds: [
        { log: 'tx 898537fa213d7f9f4d5158\nrx 8a0548656c6c6f\ntx 88829c51e07b9fb9\nrx 880203e8\nTCP DROPPED BY PEER' },
      ],
    },
  }),
  defineRule({
    id: 'ping/pong-late',
    severity: 'warning',
    basis: 'SHOULD',
    by: EITHER,
    section: 'RFC 6455 §5.5.2',
    title: 'A Pong is held back until the fragmented message around its Ping had ended',
    reaction: 'none',
    on: 'frame',
    check: onPong(
      ({ ping }) =>
        ping?.waited &&
        ping.inside?.finished &&
        `the Ping in row ${startOf(ping.frame).row} stood inside a message, and its sender waited before it ended that`,
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
    check: onPong(
      ({ ping, superseded }) =>
        ping &&
        superseded.length > 0 &&
        `it answers the Ping in row ${startOf(ping.frame).row} and so ${superseded.length} older ${superseded.length === 1 ? 'one' : 'ones'} too`,
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
    title: 'A Pong for an older Ping comes after that for a newer one',
    reaction: 'none',
    on: 'frame',
    check: onPong(
      ({ ping, isReordered }) =>
        ping && isReordered && `the Ping in row ${startOf(ping.frame).row} is answered after a newer one`,
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
    check: onPong(
      ({ ping, isDuplicate }) =>
        ping?.answer && isDuplicate && `that Ping was answered in row ${endOf(ping.answer).row} already`,
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
    check: onPong(
      ({ ping }, { receiver }) => ping === null && !receiver.gap && 'it answers no Ping that the log holds',
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
