// What comes of an endpoint's first fatal violation: the other one's Close or end of TCP, a timer that runs out, the end of
// the log.

import type { Direction } from '../model/row.ts';
import { type Endpoint, isSeenSince, otherEnd } from '../protocol/connection.ts';
import type { ReactionOutcome } from '../protocol/expectation.ts';
import { endOf, type Frame } from '../protocol/frame/frame.ts';
import { statusOf } from '../protocol/handshake/handshake.ts';
import { hasRead } from '../protocol/reading.ts';
import { stepGaveUp, stepOutcome, stepPending, stepTcpEnd } from '../protocol/steps/ending.ts';
import { stepUnfinishedContent } from '../protocol/steps/head.ts';
import { waitedForReply, wasSendingToTheEnd } from '../rules/kit/ending.ts';
import {
  dueAt,
  hasPassed,
  isOvertaken,
  mayHaveCrossed,
  timerRanOut,
  waitedByTheClock,
} from '../rules/kit/reaction-time.ts';
import { verdictOn } from '../rules/reaction.ts';
import { ask, type Run } from './run.ts';

export function endTcp(run: Run, by: 'writer' | 'peer', reset: boolean): void {
  const { connection } = run;
  const row = connection.now.row;
  stepTcpEnd(connection, by, reset, { rx: isInsideFrame(run, 'rx'), tx: isInsideFrame(run, 'tx') });
  const [dropper, other] = by === 'writer' ? [connection.tx, connection.rx] : [connection.rx, connection.tx];
  if (!dropper.close) notePending(run, other);
  for (const endpoint of [dropper, other]) noteContent(run, endpoint);
  settle(run, other, { kind: 'tcp-drop', row, close: null, hadTime: true });
  const wasBusy = other.isInsideFrame || wasSendingToTheEnd(connection, other, dropper.expectation?.row ?? row);
  const hadTime = waitedForReply(connection, dropper) && !wasBusy;
  settle(run, dropper, { kind: 'gave-up', row, close: null, hadTime });
  const { request, response } = connection;
  if (request && response && statusOf(response) === 101) {
    ask(run, 'refusal', { request, response, by: dropper }, { row, sender: dropper });
  }
}

/** A frame of that direction has begun and not ended. */
export function isInsideFrame({ streams }: Run, direction: Direction): boolean {
  const { open, partialHeader } = streams[direction].decoder;
  return open !== null || partialHeader.length > 0;
}

/** What of the content of an endpoint's latest head has not come. */
function noteContent({ connection, streams }: Run, { direction }: Endpoint): void {
  const missing = streams[direction].missingContent;
  if (missing) stepUnfinishedContent(connection, direction, { missing: missing.octets, hasBegun: missing.hasBegun });
}

/** The writer's timer ran out. Where nothing was due yet, or only just now, it tells nothing. */
export function giveUp(run: Run): void {
  const { connection } = run;
  stepGaveUp(connection);
  const due = dueAt(connection.tx);
  // Who is inside a frame cannot send a Close yet.
  if (!due || !timerRanOut(connection, due) || isInsideFrame(run, 'rx')) return;
  settle(run, connection.tx, { kind: 'gave-up', row: connection.now.row, close: null, hadTime: true });
}

/** Judges what came of the violator's first fatal violation. */
function settle(run: Run, violator: Endpoint, seen: SeenOutcome): void {
  const isReaction = seen.kind === 'close' || seen.kind === 'tcp-drop';
  const isUnclear = isReaction && isOvertaken(violator, seen.close);
  const receiver = otherEnd(run.connection, violator);
  const outcome = isUnclear ? unclear(run, violator, seen) : withClock(run, violator, seen);
  const isSeen = isSeenSince(receiver, violator.expectation?.row ?? -1);
  const expectation = stepOutcome(run.connection, violator.direction, { ...outcome, isSeen });
  if (!expectation?.outcome) return;
  const subject = { expectation, outcome: expectation.outcome, violator, receiver };
  ask(run, 'reaction', subject, { row: outcome.row, sender: receiver });
  run.ledger.settle(expectation, verdictOn(expectation, receiver, mayHaveCrossed(run.connection, violator, receiver)));
}

type SeenOutcome = Omit<ReactionOutcome, 'framesBetween' | 'isSeen'>;

/**
 * The violator had closed: the end of TCP may answer that or the violation, and so may a Close, unless the violator had
 * waited, or the Close answers what came after the violation.
 */
function unclear(run: Run, violator: Endpoint, seen: SeenOutcome): SeenOutcome {
  const { reading } = otherEnd(run.connection, violator);
  const isAnswer = violator.close !== null && hasRead(reading, violator.close);
  const hadTime = seen.kind === 'close' && (isAnswer || waitedByTheClock(violator, run.connection.now));
  return { row: seen.row, kind: 'gave-up', close: null, hadTime };
}

/** Where nothing came of the violation, the rows' times tell whether there was time. */
function withClock(run: Run, violator: Endpoint, seen: SeenOutcome): SeenOutcome {
  if (seen.hadTime) return seen;
  const { now } = run.connection;
  const receiver = otherEnd(run.connection, violator);
  const last = receiver.latestRows.last;
  // Who is inside a frame cannot send a Close, and who has much to send may come to it late.
  const isBusy = isInsideFrame(run, receiver.direction) || (last !== null && !hasPassed(last, now));
  return { ...seen, hadTime: waitedByTheClock(violator, now) && !isBusy };
}

/** What of an endpoint's latest frame has come so far. */
export function notePending({ connection, streams }: Run, { direction }: Endpoint): void {
  const { partialHeader: header, open: frame } = streams[direction].decoder;
  stepPending(connection, direction, { header, frame });
}

/** The receiver may have failed on the octet that was wrong, before the header was complete. */
export function settleEarly(run: Run, frame: Frame, sender: Endpoint, { close }: Endpoint): void {
  if (sender.expectation?.frame !== frame || !close || sender.expectation.row >= endOf(close).row) return;
  settle(run, sender, { kind: 'close', row: endOf(close).row, close, hadTime: true });
}

/** A Close is a reaction to the other endpoint's violation. */
export function settleByClose(run: Run, frame: Frame): void {
  const violator = otherEnd(run.connection, run.connection[frame.direction]);
  settle(run, violator, { kind: 'close', row: endOf(frame).row, close: frame, hadTime: true });
}

/** The log is over: nothing more comes of what is still open. */
export function settleAtEnd(run: Run): void {
  for (const violator of [run.connection.rx, run.connection.tx]) {
    settle(run, violator, { kind: 'log-end', row: run.lastRow, close: null, hadTime: false });
  }
}
