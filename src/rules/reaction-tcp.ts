// A connection that was failed with a Close, and TCP that nobody ends (RFC 6455 §7.1.7).

import type { Connection } from '../protocol/connection.ts';
import { otherEnd } from '../protocol/connection.ts';
import { hasPassed, timerRanOut } from './kit/reaction-time.ts';
import { type Check, defineRule, type Rule } from './kit/rule.ts';

function checkTcpNotClosed(connection: Connection): Check {
  const { tcpEnd } = connection;
  if (!tcpEnd) return null;
  for (const violator of [connection.rx, connection.tx]) {
    const outcome = violator.expectation?.outcome;
    const isEndedByViolator = (tcpEnd.by === 'writer') === (violator.direction === 'tx');
    if (outcome?.kind !== 'close' || !outcome.close || !isEndedByViolator) continue;
    if (!waitedForTcpEnd(connection, outcome.row)) continue;
    const receiver = otherEnd(connection, violator);
    // A client waits for the server to end TCP (RFC 6455 §7.1.1), and no log shows how long it would.
    if (receiver.role !== 'server') continue;
    return {
      says: `it sent its Close in row ${outcome.row} and left TCP open until the client ended it`,
      on: tcpEnd.row,
      by: receiver.role,
      cause: outcome.row,
    };
  }
  return null;
}

/** Did the one that ended TCP wait for the other one to do it? By its timer, by its own word, or by the clock. */
export function waitedForTcpEnd(connection: Connection, since: number): boolean {
  const { tcpEnd, closedAt, header, tx } = connection;
  if (!tcpEnd) return false;
  if (tcpEnd.by === 'writer' && timerRanOut(connection, { row: since, time: closedAt?.time ?? null })) return true;
  if (tcpEnd.by === 'writer' && tx.role === 'client' && header.report?.wasServerConnectionDropTimeout === true)
    return true;
  return hasPassed(closedAt, tcpEnd);
}

export const REACTION_TCP_RULES: readonly Rule[] = [
  defineRule({
    id: 'reaction/tcp-not-closed',
    severity: 'error',
    basis: 'MUST',
    by: ['server'],
    section: 'RFC 6455 §7.1.7',
    title: 'The connection is failed with a Close, and TCP stays open',
    reaction: 'none',
    on: 'end',
    check: (_, connection) => checkTcpNotClosed(connection),
    examples: {
      violates: [
        {
          log: 'tx 838537fa213d7f9f4d5158 @0\nrx 880203ea @0.1\nTCP DROPPED BY ME @5.1',
          also: ['frame/opcode-reserved-data'],
        },
        {
          log: 'tx 838137fa213d56 @0\nrx 880203ea @0.1\ntx 88829c51e07b9fbb @0.2\nTCP DROPPED BY ME @5',
          also: ['frame/opcode-reserved-data'],
        },
      ],
      holds: [
        {
          log: 'tx 838537fa213d7f9f4d5158 @0\nrx 880203ea @0.1\nTCP DROPPED BY PEER @0.2',
          also: ['frame/opcode-reserved-data'],
        },
        // Late, but by itself.
        {
          log: 'tx 838537fa213d7f9f4d5158 @0\nrx 880203ea @0.1\nTCP DROPPED BY PEER @5.1',
          also: ['frame/opcode-reserved-data'],
        },
        // Its own timer ran out, and the client was quicker.
        {
          log: '# writer: server\n# extensions: none\nrx 838137fa213d56\ntx 880203ea\nFAILING CONNECTION\nTCP DROPPED BY PEER',
          also: ['frame/opcode-reserved-data'],
        },
        {
          log: '# writer: server\n# extensions: none\ntx 830548656c6c6f @0\nrx 888237fa213d3410 @0.01\ntx 880203ea @0.02\nTCP DROPPED BY ME @3',
          also: ['frame/opcode-reserved-data'],
        },
        // The timer was set before, and ran out at once.
        {
          log: 'tx 838537fa213d7f9f4d5158 @0\nrx 880203ea @0.999\nFAILING CONNECTION @1\nTCP DROPPED BY ME @1.001',
          also: ['frame/opcode-reserved-data'],
        },
      ],
    },
  }),
];
