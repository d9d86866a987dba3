// How the connection ended: RFC 6455 §7.1. What only the end can prove is judged at the end, and not at all where the log
// does not hold it.

import type { Connection, Endpoint } from '../protocol/connection.ts';
import { isSeenSince, isWriter, mayHideFrames, otherEnd } from '../protocol/connection.ts';
import { classOfCloseCode } from '../protocol/frame/close-code.ts';
import { closeCodeOf, endOf, type Frame, startOf } from '../protocol/frame/frame.ts';
import { hasRead } from '../protocol/reading.ts';
import { isFailureClose, isValidClose } from './kit/close-frame.ts';
import {
  closeInTime,
  dropper,
  isAllSeen,
  isNeverOpened,
  isOpen,
  LOST_WITH_RESET,
  lastClose,
  mayHaveLeftBefore101,
  nothingFailed,
  unlessProvoked,
  waitedForReply,
  wasSending,
  wasSendingToTheEnd,
} from './kit/ending.ts';
import { answered, logOf, response } from './kit/handshake-examples.ts';
import { hasPassed } from './kit/reaction-time.ts';
import { type Check, defineRule, EITHER, type Found, type Rule } from './kit/rule.ts';
import { waitedForTcpEnd } from './reaction-tcp.ts';
import { doubtfulInput } from './reaction-unprovoked.ts';

const HIDDEN_FRAMES = 'whether frames follow the 101, which the log cuts off';

/** Judges each endpoint in turn at the end of the log. */
function forEach(connection: Connection, judge: (endpoint: Endpoint, other: Endpoint) => Found | null): Check {
  const found = [connection.rx, connection.tx].map((endpoint) => {
    const one = judge(endpoint, otherEnd(connection, endpoint));
    return one && { by: endpoint.role, ...one };
  });
  return found.filter((one) => one !== null);
}

function checkReplyMissing(connection: Connection): Check {
  const { tcpEnd } = connection;
  if (!tcpEnd || !isAllSeen(connection) || isNeverOpened(connection)) return null;
  return forEach(connection, (endpoint, other) => {
    const close = closeInTime(other, connection);
    if (endpoint.close || !close || !isValidClose(close) || other.expectation || endpoint.expectation) return null;
    if (isFailureClose(close) || wasSending(endpoint, close)) return null;
    const endedIt = dropper(connection) === endpoint;
    if (endedIt ? mayBeRefused(close) : !waitedForReply(connection, other)) return null;
    const { row } = startOf(close);
    const found = { says: `it never answered the Close of row ${row} with a Close`, on: tcpEnd.row, cause: row };
    const missing = missingForReply(connection, endpoint, other, close);
    return missing === null ? found : { ...found, missing };
  });
}

/** Why nobody can say that it had read the Close, did not answer it, and had no reason not to; null where that is so. */
function missingForReply(connection: Connection, endpoint: Endpoint, other: Endpoint, close: Frame): string | null {
  if (mayHideFrames(connection, endpoint)) return HIDDEN_FRAMES;
  const { row } = startOf(close);
  const unread = `whether it had read the Close of row ${row}`;
  if (dropper(connection) !== endpoint) return wasSendingToTheEnd(connection, endpoint, row) ? unread : null;
  if (connection.tcpEnd?.reset) return LOST_WITH_RESET;
  return mayHaveLeftBefore(connection, endpoint, other, close) ? unread : doubtfulInput(other, connection);
}

/**
 * It may have ended TCP before the other's Close reached it: then the two crossed, on the wire or, where the rows stand one
 * after the other, at the tap. In a case of the suite the peer ends TCP only in answer.
 */
function mayHaveLeftBefore(connection: Connection, endpoint: Endpoint, other: Endpoint, close: Frame): boolean {
  const { header, tcpEnd, gaveUpAt } = connection;
  if (header.case !== null || hasRead(endpoint.reading, close)) return false;
  const isOfWriter = isWriter(connection, endpoint);
  // It leaves when its timer runs out, whatever it reads after that.
  const left = isOfWriter && gaveUpAt ? gaveUpAt : tcpEnd;
  if (isOfWriter && (left?.row ?? 0) > endOf(close).row + 1) return false;
  return !hasPassed({ row: endOf(close).row, time: other.closeTime }, left);
}

/** A code that the printed RFC does not know: who takes it for invalid may fail the connection by ending TCP. */
function mayBeRefused(close: Frame): boolean {
  const code = closeCodeOf(close);
  return code !== null && classOfCloseCode(code) === 'post-rfc';
}

function checkDroppedBeforeReply(connection: Connection): Check {
  const { tcpEnd } = connection;
  const endpoint = dropper(connection);
  if (!tcpEnd || !endpoint?.close || !isAllSeen(connection)) return null;
  const other = otherEnd(connection, endpoint);
  if (closeInTime(other, connection) || other.expectation || isFailureClose(endpoint.close)) return null;
  if (waitedForReply(connection, endpoint)) return null;
  const { row } = endOf(endpoint.close);
  const says = `it sent its Close in row ${startOf(endpoint.close).row} and ended TCP without waiting for the answer`;
  const found = { says, on: tcpEnd.row, by: endpoint.role };
  if (mayHideFrames(connection, other)) return { ...found, missing: HIDDEN_FRAMES };
  // Nobody sends a Close when it has ended TCP: then the rows are in the wrong order.
  if (row > tcpEnd.row) return { ...found, missing: 'the order of the rows' };
  // What the other one went on to send took a while, and nobody knows how long.
  const isUnclear = tcpEnd.time === null && (other.latestRows.last?.row ?? -1) > row;
  if (isUnclear) return { ...found, missing: `how long it had waited for the answer to the Close of row ${row}` };
  return unlessProvoked(connection, found);
}

function checkServerDidNotDrop(connection: Connection): Check {
  const { tcpEnd, rx, tx } = connection;
  const last = lastClose(connection);
  if (!tcpEnd || last === null || dropper(connection)?.role !== 'client') return null;
  if (rx.expectation || tx.expectation) return null;
  if (!waitedForTcpEnd(connection, last)) return null;
  const says = 'it left TCP open after both Closes until the client ended it';
  return { says, on: tcpEnd.row, by: 'server' };
}

function checkClientDroppedFirst(connection: Connection): Check {
  const { tcpEnd, rx, tx } = connection;
  const endpoint = dropper(connection);
  const last = lastClose(connection);
  if (!tcpEnd || endpoint?.role !== 'client' || last === null || rx.expectation || tx.expectation) {
    return null;
  }
  // Who fails the connection need not wait.
  if (endpoint.close && isFailureClose(endpoint.close)) return null;
  // The end of TCP by the server may be lost with what it sent last.
  if (!isSeenSince(otherEnd(connection, endpoint), last)) return null;
  if (waitedForTcpEnd(connection, last)) return null;
  const says = 'it ended TCP first, which after the closing handshake is for the server to do';
  const found: Found = { says, on: tcpEnd.row, by: 'client' };
  return tookLong(connection, endpoint)
    ? { ...found, missing: 'whether it gave up: the closing handshake took long' }
    : unlessProvoked(connection, found);
}

/** It had closed first, and the other one went on for a while before it answered: its patience may have been at an end. */
function tookLong(connection: Connection, { close, closeTime, closeIsReply, direction }: Endpoint): boolean {
  const { tcpEnd, rx, tx } = connection;
  if (!close || closeIsReply || !tcpEnd) return false;
  const { row } = endOf(close);
  if (tcpEnd.time !== null) return hasPassed({ row, time: closeTime }, tcpEnd);
  const other = direction === 'rx' ? tx : rx;
  return (other.closeBegan?.before?.row ?? -1) > row;
}

function checkAbnormalDrop(connection: Connection): Check {
  const { tcpEnd, rx, tx, gaveUpAt } = connection;
  const endpoint = dropper(connection);
  if (!tcpEnd || !endpoint || !isOpen(connection) || !isAllSeen(connection)) return null;
  if (closeInTime(rx, connection) || closeInTime(tx, connection) || !nothingFailed(connection)) return null;
  if (tcpEnd.by === 'writer' && gaveUpAt !== null) return null;
  const says = 'it ended TCP and neither side had sent a Close: both report 1006';
  const found = { says, on: tcpEnd.row, by: endpoint.role };
  if (mayHaveLeftBefore101(connection)) return { ...found, missing: 'whether the client had accepted the 101' };
  return unlessProvoked(connection, found);
}

export const CLOSE_END_RULES: readonly Rule[] = [
  defineRule({
    id: 'close/reply-missing',
    severity: 'error',
    basis: 'MUST',
    by: EITHER,
    section: 'RFC 6455 §5.5.1',
    title: 'A Close is never answered',
    reaction: 'none',
    needs: 'beginning',
    on: 'end',
    check: (_, connection) => checkReplyMissing(connection),
    examples: {
      violates: [
        { log: 'rx 880203e8\ntx 89809c51e07b\nTCP DROPPED BY ME' },
        { log: 'tx 888237fa213d3412 @0\nTCP DROPPED BY PEER @2.5' },
      ],
      holds: [
        { log: 'tx 888237fa213d3412\nrx 880203e8\nTCP DROPPED BY PEER' },
        // A peer that does not know the code may fail the connection.
        { log: 'tx 888237fa213d340e\nTCP DROPPED BY PEER', also: ['close/code-post-rfc', 'close/code-role-unusual'] },
        // It is inside a frame, or in a message that goes on: there is no place for its Close.
        { log: 'rx 810568 @0\ntx 888237fa213d3412 @0.1\nrx 65 @2\nTCP DROPPED BY ME @6' },
        { log: 'rx 010161 @0\ntx 888237fa213d3412 @0.1\nrx 000162 @2\nTCP DROPPED BY ME @6' },
        {
          log: 'tx 818137fa213d56\nTCP DROPPED BY PEER\ntx 88829c51e07b9fb9',
          also: ['close/abnormal-drop', 'phase/octets-after-peer-closed'],
        },
        // The timer was set before, and ran out at once.
        {
          log: 'FAIL CONNECTION AFTER 1 sec @0\ntx 888237fa213d3412 @0.999\nFAILING CONNECTION @1\nTCP DROPPED BY ME @1.001',
          also: ['close/dropped-before-reply'],
        },
        // It ran out before the Close, or is not the peer's.
        { log: 'FAILING CONNECTION\ntx 888237fa213d3412\nTCP DROPPED BY ME', also: ['close/dropped-before-reply'] },
        { log: 'rx 880203e8\nFAILING CONNECTION\nTCP DROPPED BY PEER', also: ['close/dropped-before-reply'] },
        // The answer may be what is lost.
        { log: 'tx 888237fa213d3412 @0\nRX OCTETS: 88zz\nTCP DROPPED BY PEER @2.5', also: ['log/gap'] },
        // The connection is failed: it never opened, a frame before the Close was wrong, or the Close itself is, or fails it.
        {
          log: `${logOf(response('Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA='))}\nrx 880203e8\nTCP DROPPED BY ME`,
          also: ['response/accept-mismatch'],
        },
        // The client may have refused it, though it need not.
        {
          log: `${logOf(response('Content-Length: 0'))}\nrx 880203e8\nTCP DROPPED BY ME`,
          also: ['response/content-framing-on-101'],
        },
        {
          log: `${logOf(answered(['Sec-WebSocket-Protocol: a']))}\nrx 880203e8\nTCP DROPPED BY ME`,
          also: ['response/protocol-none-selected'],
        },
        { log: 'rx 8300\nrx 880203e8\nTCP DROPPED BY ME', also: ['frame/opcode-reserved-data'] },
        { log: 'rx 88021388\ntx 8980a10ac044\nTCP DROPPED BY ME', also: ['close/code-above-4999'] },
        { log: 'rx 880203ea\ntx 8980a10ac044\nTCP DROPPED BY ME' },
      ],
    },
  }),
  defineRule({
    id: 'close/server-did-not-drop',
    severity: 'error',
    basis: 'MUST',
    by: ['server'],
    section: 'RFC 6455 §7.1.1',
    title: 'The server does not end TCP after the closing handshake',
    reaction: 'none',
    on: 'end',
    check: (_, connection) => checkServerDidNotDrop(connection),
    examples: {
      violates: [
        { log: 'tx 888237fa213d3412 @0\nrx 880203e8 @0.1\nTCP DROPPED BY ME @5.1' },
        { log: 'tx 888237fa213d3412\nrx 880203e8\nFAILING CONNECTION\nTCP DROPPED BY ME' },
      ],
      holds: [
        { log: 'tx 888237fa213d3412 @0\nrx 880203e8 @0.1\nTCP DROPPED BY PEER @0.2' },
        { log: 'tx 888237fa213d3412 @0\nrx 880203e8 @0.1\nTCP DROPPED BY PEER @5.1' },
        // The client fails the connection.
        {
          log: 'rx 8300 @0\ntx 888237fa213d3410 @0.1\nrx 880203ea @0.2\nTCP DROPPED BY ME @5.1',
          also: ['frame/opcode-reserved-data'],
        },
        {
          log: 'tx 888237fa213d3412 @0.9\nrx 880203e8 @0.999\nFAILING CONNECTION @1\nTCP DROPPED BY ME @1.001',
          also: ['close/client-dropped-first'],
        },
      ],
    },
  }),
  defineRule({
    id: 'close/client-dropped-first',
    severity: 'warning',
    basis: 'SHOULD',
    by: ['client'],
    section: 'RFC 6455 §7.1.1',
    title: 'The client ends TCP before the server does',
    reaction: 'none',
    on: 'end',
    check: (_, connection) => checkClientDroppedFirst(connection),
    examples: {
      violates: [{ log: 'tx 888237fa213d3412\nrx 880203e8\nTCP DROPPED BY ME' }],
      holds: [
        { log: 'tx 888237fa213d3412\nrx 880203e8\nTCP DROPPED BY PEER' },
        { log: 'rx 88021388\ntx 888237fa213d3410\nTCP DROPPED BY ME', also: ['close/code-above-4999'] },
        // The code that is cut off may be one with which a connection is failed.
        {
          log: `tx 82b437fa213d${'61'.repeat(52)}88829c51e07b ... LEN=66\nrx 880203e8\nTCP DROPPED BY ME`,
          also: ['log/elided-octets'],
        },
        {
          log: 'tx 888237fa213d3412\nTCP DROPPED BY ME\nrx 880203e8',
          also: ['close/dropped-before-reply', 'phase/octets-after-peer-closed'],
        },
        { log: 'tx 888237fa213d3412\nrx 880203e8\nRX OCTETS: 88zz\nTCP DROPPED BY ME', also: ['log/gap'] },
        // One timer for the Close, and one for the end of TCP.
        {
          log: 'CLOSING CONNECTION\ntx 888237fa213d3412\nrx 880203e8\nFAIL CONNECTION AFTER 1 sec\nFAILING CONNECTION\nTCP DROPPED BY ME',
          also: ['close/server-did-not-drop'],
        },
        // It fails the connection, or has to see it failed.
        {
          log: 'rx 8300\ntx 888237fa213d3412\nrx 880203e8\nTCP DROPPED BY ME',
          also: ['frame/opcode-reserved-data', 'reaction/wrong-close-code'],
        },
        {
          log: 'tx 838137fa213d56\nrx 880203ea\ntx 88829c51e07b9fb9\nTCP DROPPED BY ME',
          also: ['frame/opcode-reserved-data'],
        },
      ],
    },
  }),
  defineRule({
    id: 'close/dropped-before-reply',
    severity: 'warning',
    basis: 'SHOULD',
    by: EITHER,
    section: 'RFC 6455 §7.1.2',
    title: 'TCP is ended right after a Close, without waiting for the answer',
    reaction: 'none',
    needs: 'beginning',
    on: 'end',
    check: (_, connection) => checkDroppedBeforeReply(connection),
    examples: {
      violates: [
        { log: 'rx 880203e8\nTCP DROPPED BY PEER' },
        {
          log: 'rx 880203e8\nTCP DROPPED BY PEER\ntx 888237fa213d3412',
          also: ['phase/octets-after-peer-closed'],
        },
      ],
      holds: [
        { log: 'rx 880203e8\ntx 888237fa213d3412\nTCP DROPPED BY PEER' },
        { log: 'rx 880203e8\nTX OCTETS: 88zz\nTCP DROPPED BY PEER', also: ['log/gap'] },
      ],
    },
  }),
  defineRule({
    id: 'close/abnormal-drop',
    severity: 'warning',
    basis: 'SHOULD NOT (client), procedure (server)',
    by: EITHER,
    section: 'RFC 6455 §7.1.5',
    title: 'TCP ends and nobody sent a Close',
    reaction: 'none',
    needs: 'beginning',
    on: 'end',
    check: (_, connection) => checkAbnormalDrop(connection),
    examples: {
      violates: [{ log: 'rx 810548656c6c6f\nTCP DROPPED BY ME' }],
      holds: [
        { log: 'rx 810548656c6c6f\nrx 880203e8\ntx 888237fa213d3412\nTCP DROPPED BY PEER' },
        {
          log: `${logOf(answered(['Sec-WebSocket-Protocol: chat']))}\nrx 810548656c6c6f\nTCP DROPPED BY ME`,
          also: ['response/protocol-none-selected'],
        },
        // It gave up on a peer that had nothing more to say.
        { log: 'rx 810548656c6c6f\nFAIL CONNECTION AFTER 1 sec\nFAILING CONNECTION\nTCP DROPPED BY ME' },
        // A Close may be what is lost.
        { log: 'rx 810548656c6c6f\nRX OCTETS: 88zz\nTCP DROPPED BY ME', also: ['log/gap'] },
        { log: 'rx 810548656c6c6f\nTX OCTETS: 88zz\nTCP DROPPED BY ME', also: ['log/gap'] },
        // What came was wrong, or no WebSocket at all.
        {
          log: '# writer: server\n# extensions: permessage-deflate\ntx c10bf248cdc9c907000000ffff\nTCP DROPPED BY PEER',
          also: ['deflate/tail-not-removed'],
        },
        { log: 'rx "SSH-2.0-OpenSSH_9.6\\r\\n"\nTCP DROPPED BY ME', also: ['phase/not-websocket'] },
        // The client refuses the 101, whatever its reason.
        { log: `${logOf(response())}\nTCP DROPPED BY ME`, also: ['reaction/too-strict-handshake'] },
        // The first octet is enough to fail on.
        { log: 'tx 83\nTCP DROPPED BY PEER' },
        // The client left before the 101 came: there was no connection to close.
        {
          log: `${logOf(response()).replace(/(?=\nrx )/, '\nTCP DROPPED BY ME')}`,
          also: ['phase/octets-after-peer-closed'],
        },
      ],
    },
  }),
  defineRule({
    id: 'close/tcp-reset',
    severity: 'warning',
    basis: 'SHOULD',
    by: EITHER,
    section: 'RFC 6455 §7.1.1',
    title: 'TCP is reset instead of ended in order',
    reaction: 'none',
    on: 'end',
    check: (_, connection) => {
      const { tcpEnd } = connection;
      if (!tcpEnd?.reset || !isOpen(connection) || !nothingFailed(connection)) return null;
      const says = 'TCP was reset: octets that were on their way may be lost';
      const found = unlessProvoked(connection, { says, on: tcpEnd.row, by: dropper(connection)?.role ?? null });
      // Who has answered the Close and is gone resets what is sent to it then.
      return isAllSeen(connection) ? found : { ...found, missing: 'the octets that the log leaves out' };
    },
    examples: {
      violates: [{ log: 'tx 888237fa213d3412\nrx 880203e8\nTCP RESET BY PEER' }],
      holds: [
        { log: 'tx 888237fa213d3412\nrx 880203e8\nTCP DROPPED BY PEER' },
        { log: 'tx 838137fa213d56\nTCP RESET BY PEER', also: ['frame/opcode-reserved-data', 'reaction/close-omitted'] },
      ],
    },
  }),
];
