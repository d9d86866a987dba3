// Pings that are not answered, or wrongly (RFC 6455 §5.5.2 and §5.5.3). Answering only the newest Ping is legal, and so is
// a Pong that nobody asked for; a missing one needs proof that the endpoint had read the Ping. Its own Close is no excuse
// then: only a Close that it had received before the Ping would be. What a Pong does answer is in pong.ts.

import type { Connection, Endpoint } from '../protocol/connection.ts';
import { lacksBeginning, mayHideFrames, otherEnd } from '../protocol/connection.ts';
import { CLOSE_CODE } from '../protocol/frame/close-code.ts';
import { closeCodeOf, endOf, type Frame, startOf } from '../protocol/frame/frame.ts';
import { unmask } from '../protocol/frame/masking.ts';
import type { Ping, StrayPong } from '../protocol/ping-pong.ts';
import { hasRead } from '../protocol/reading.ts';
import { hasPassed, isOverAfter } from './kit/reaction-time.ts';
import { type Check, defineRule, EITHER, type Found, NEVER_MASKED, type Rule } from './kit/rule.ts';

/** The whole frame's payload, or its length octet where it has none. */
export function payloadOctets(frame: Frame): readonly [number, number] {
  return frame.length === 0 ? [1, 2] : [frame.headerLength, frame.headerLength + frame.length];
}

/**
 * The endpoint's Close looks as if it answered the pinger's, which came after the Ping; usual ones may have crossed, and one
 * with a reason of its own answers nothing.
 */
function answersClose(endpoint: Endpoint, pinger: Endpoint): boolean {
  const { close } = endpoint;
  if (!close || !pinger.close || !endpoint.closeIsReply) return false;
  const code = closeCodeOf(close);
  if (code === null) return close.length === 0;
  if (close.length > 2 && Buffer.compare(close.payload, pinger.close.payload) !== 0) return false;
  return code === CLOSE_CODE.NORMAL || code === closeCodeOf(pinger.close);
}

/** Between the Ping and the first octet of the endpoint's Close there was time to answer, and it sent nothing else. */
function hadTime({ waited }: Connection, endpoint: Endpoint, pinger: Endpoint, { frame, time }: Ping): boolean {
  if (!endpoint.closeBegan) return false;
  const { at, before } = endpoint.closeBegan;
  const sent = { row: endOf(frame).row, time };
  if (pinger.direction === 'tx' && waited && waited.row < at.row && isOverAfter(waited, sent)) return true;
  return hasPassed(before && before.row > sent.row ? before : sent, at);
}

type PingReading = 'certain' | 'likely' | 'not known';

/**
 * Had the endpoint read the Ping? Without proof it takes two signs that have nothing to do with each other: an equal
 * message, a Close that looks like an answer, time to answer, a Pong that is wrong.
 */
function readingOf(
  connection: Connection,
  endpoint: Endpoint,
  pinger: Endpoint,
  ping: Ping,
  isWrong: boolean,
): PingReading {
  const { reading } = endpoint;
  if (hasRead(reading, ping.frame)) return 'certain';
  const signs = [
    isWrong,
    reading.likely >= ping.frame.ordinal,
    answersClose(endpoint, pinger),
    hadTime(connection, endpoint, pinger, ping),
  ].filter(Boolean).length;
  if (signs >= 2) return 'certain';
  return signs === 1 ? 'likely' : 'not known';
}

/** No Pong can come any more, nor can one have been on its way when TCP ended. */
function isOver({ tcpEnd }: Connection, { close, closeIsReply }: Endpoint, isWrong: boolean): boolean {
  return close === null ? isWrong && tcpEnd !== null : closeIsReply || tcpEnd !== null;
}

/** The log seems to show payloads before they are masked: others, or these two, which are alike then. */
function isShownClear(pinger: Endpoint, endpoint: Endpoint, ping: Frame, pong: Frame): boolean {
  if (pinger.clearOnWire || endpoint.clearOnWire) return true;
  const shown = ({ payload, maskingKey: key }: Frame) => (key ? unmask(payload, key) : payload);
  return Buffer.compare(shown(ping), shown(pong)) === 0;
}

/** Why a Pong that is missing, or wrong, is no certain fault; null where it is one. */
function missingProof(connection: Connection, endpoint: Endpoint, pinger: Endpoint, ping: Ping, stray?: StrayPong) {
  const { row } = startOf(ping.frame);
  if (stray && !stray.isSettled && (lacksBeginning(connection) || mayHideFrames(connection, pinger)))
    return 'the Pings that the log does not hold: this Pong may answer one of them';
  if (stray && isShownClear(pinger, endpoint, ping.frame, stray.frame)) return NEVER_MASKED;
  if (!isOver(connection, endpoint, stray !== undefined))
    return `the end of the connection: a Pong for the Ping of row ${row} may follow`;
  // What it still sends behind its Close it sends by itself.
  const isWrong = stray !== undefined && !(endpoint.close && endpoint.close.ordinal < stray.frame.ordinal);
  const reading = readingOf(connection, endpoint, pinger, ping, isWrong);
  return reading === 'certain' ? null : `whether it had read the Ping of row ${row}`;
}

/** The finding as it is, or as one that cannot be told. */
function unless(missing: string | null, found: Found): Found {
  return missing === null ? found : { ...found, missing };
}

/** Pings that are still to be answered: what comes after the pinger's own Close need not be (RFC 6455 §5.5.2). */
function openPings({ pings, close }: Endpoint): Ping[] {
  const isDue = ({ frame }: Ping) => close === null || frame.ordinal < close.ordinal;
  return pings.filter((ping) => !ping.answer && !ping.supersededBy && isDue(ping));
}

/**
 * A Pong for an older Ping follows: Pings are answered in their order, so this one answers no newer one. Older it is where
 * a Ping is still open: what is before one that is answered is superseded.
 */
function isBeforeOlderAnswer({ frame }: StrayPong, { pings }: Endpoint): boolean {
  return pings.some(({ answer }) => answer !== null && answer.ordinal > frame.ordinal);
}

/** The last wrong Pong answers the newest Ping that was open, the one before it the Ping before that. */
function wrongPongs(endpoint: Endpoint, pinger: Endpoint): { readonly stray: StrayPong; readonly ping: Ping }[] {
  const open = openPings(pinger);
  const pairs: { stray: StrayPong; ping: Ping }[] = [];
  for (const stray of endpoint.pongs.stray.toReversed()) {
    while ((open.at(-1)?.frame.ordinal ?? 0) > stray.instead.frame.ordinal) open.pop();
    const ping = open.pop();
    if (ping && !isBeforeOlderAnswer(stray, pinger)) pairs.unshift({ stray, ping });
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
        const last = Math.max(-1, ...endpoint.pongs.stray.map(({ instead }) => instead.frame.ordinal));
        // Many logs end with an open Ping, and nothing tells that it was read.
        return openPings(pinger)
          .filter((ping) => ping.frame.ordinal > last)
          .filter((ping) => readingOf(connection, endpoint, pinger, ping, false) !== 'not known')
          .map((ping) => {
            const missing = missingProof(connection, endpoint, pinger, ping);
            const says =
              missing === null ? 'it read this Ping and sent no Pong for it' : 'it sent no Pong for this Ping';
            return unless(missing, { says, on: ping.frame, octets: [0, 1] });
          });
      }),
    examples: {
      violates: [
        {
          log: 'tx 898537fa213d7f9f4d5158\ntx 81859c51e07bd4348c17f3\nrx 810548656c6c6f\ntx 88825d0b8ea25ee3\nrx 880203e8\nTCP DROPPED BY PEER',
          at: [0, 0, 1],
        },
        // It had echoed what came after the Ping when it closed.
        {
          log: 'rx 890170\nrx 810161\ntx 81819c51e07bfd\ntx 88825d0b8ea25ee3\nrx 880203e8\nTCP DROPPED BY PEER',
          at: [0, 0, 1],
        },
        { log: 'tx 89819c51e07bec @1\ntx 88825d0b8ea25ee3 @4\nrx 880203e8 @4.1', at: [0, 0, 1] },
        // An empty Close answers one with a code as well.
        {
          log: 'tx 89819c51e07bec @1\ntx 88825d0b8ea25ee3 @4\nrx 8800 @4.1',
          at: [0, 0, 1],
          also: ['close/no-status', 'close/reply-code-differs'],
        },
        { log: 'tx 89819c51e07bec\nDELAY TIMEOUT on TAG A\ntx 88825d0b8ea25ee3\nrx 880203e8', at: [0, 0, 1] },
      ],
      holds: [
        // The Ping comes after the Close of its sender.
        { log: 'tx 888437fa213d34124e56\ntx 89819c51e07bec\nrx 880403e86f6b', also: ['close/control-after-close'] },
        // A newer Ping is answered.
        {
          log: 'rx 890170\nrx 890171\ntx 8a819c51e07bed\nrx 880203e8\ntx 88825d0b8ea25ee3',
          also: ['ping/pong-superseded'],
        },
        { log: 'tx 898537fa213d7f9f4d5158\nrx 8a0548656c6c6f\ntx 88825d0b8ea25ee3\nrx 880203e8' },
        // The code that is cut off need not be that of an answer.
        {
          log: `tx 898537fa213d7f9f4d5158\ntx 88825d0b8ea25ee3\nrx 8a3c${'61'.repeat(60)}8802 ... LEN=66\nTCP DROPPED BY PEER`,
          also: ['log/elided-octets', 'ping/pong-unsolicited'],
        },
        // Nothing tells that it was read: the log ends, the Closes may have crossed, or the reply has a reason of its own.
        { log: 'tx 898537fa213d7f9f4d5158' },
        { log: 'tx 89819c51e07bec\nrx 880203e8\ntx 88825d0b8ea25ee3' },
        { log: 'tx 89819c51e07bec\ntx 88825d0b8ea25ee3\nrx 880203e9', also: ['close/simultaneous'] },
        { log: 'tx 89819c51e07bec\ntx 88825d0b8ea25ee3\nrx 880503e8627965' },
        // The wait was over only after its Close, or was its own; or it was sending all the time.
        { log: 'tx 89819c51e07bec\nrx 880203e8\nDELAY TIMEOUT on TAG None\ntx 88825d0b8ea25ee3' },
        { log: 'rx 890170\nDELAY TIMEOUT on TAG None\ntx 88825d0b8ea25ee3\nrx 880203e8' },
        { log: 'tx 89819c51e07bec @1\nrx 810161 @3.9\nrx 880203e8 @4\ntx 88825d0b8ea25ee3 @4.1' },
        // The Pong may be what is lost, or a Close after which none is due.
        {
          log: 'tx 898537fa213d7f9f4d5158\nRX OCTETS: 8a85zz\nrx 810161\ntx 88825d0b8ea25ee3\nrx 880203e8',
          also: ['log/gap'],
        },
        {
          log: 'TX OCTETS: 8882zz\ntx 898537fa213d7f9f4d5158\ntx 88825d0b8ea25ee3\nrx 880203e8',
          also: ['log/gap'],
        },
        // It fails the connection, or has to see it failed.
        {
          log: 'tx 89819c51e07bec @1\ntx 838137fa213d56 @4\nrx 880203ea @4.1',
          also: ['frame/opcode-reserved-data'],
        },
        { log: 'tx 89819c51e07bec\nrx 8300\ntx 88825d0b8ea25ee1\nrx 880203ea', also: ['frame/opcode-reserved-data'] },
      ],
    },
  }),
  defineRule({
    id: 'ping/pong-payload-mismatch',
    severity: 'error',
    basis: 'must (lower case)',
    by: EITHER,
    section: 'RFC 6455 §5.5.3',
    title: 'A Pong does not have the payload of the Ping that it should answer',
    reaction: 'none',
    on: 'end',
    check: (_, connection) =>
      judgePings(connection, (endpoint, pinger) =>
        wrongPongs(endpoint, pinger).map(({ stray, ping }) =>
          unless(missingProof(connection, endpoint, pinger, ping, stray), {
            says: `the payload of this Pong is that of no Ping, and the Ping of row ${startOf(ping.frame).row} stays unanswered`,
            on: stray.frame,
            octets: payloadOctets(stray.frame),
            cause: startOf(ping.frame).row,
          }),
        ),
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
        // It closed itself, and had echoed what came after the Ping.
        {
          log: 'rx 890170\ntx 8a819c51e07bed\nrx 810161\ntx 818137fa213d56\ntx 88825d0b8ea25ee3\nrx 880203e8\nTCP DROPPED BY PEER',
          at: [1, 6, 7],
          also: ['ping/pong-unsolicited'],
        },
      ],
      holds: [
        { log: 'tx 898537fa213d7f9f4d5158\nrx 8a0548656c6c6f\ntx 88829c51e07b9fb9\nrx 880203e8\nTCP DROPPED BY PEER' },
        // It sends such Pongs by itself, and the Ping came too late for one.
        {
          log: 'rx 8a00\ntx 89819c51e07bec\nrx 8a00\nrx 880203e9\ntx 88825d0b8ea25ee2\nTCP DROPPED BY PEER',
          also: ['ping/pong-unsolicited'],
        },
        // So it does with others, before or after that.
        {
          log: 'rx 8a0131\ntx 89819c51e07bec\nrx 8a0132\ntx 88825d0b8ea25ee3\nrx 880203e8\nTCP DROPPED BY PEER',
          also: ['ping/pong-unsolicited'],
        },
      ],
    },
  }),
];
