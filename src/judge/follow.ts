// What each row means to the connection: octets go through their direction's decoder, each thing that comes out of it is
// a step of the connection, and at each step the rules are asked.

import type { Direction, FrameRow, OctetsRow, Row } from '../model/row.ts';
import { assignRoles, type Endpoint, isSeenSince, otherEnd } from '../protocol/connection.ts';
import {
  settleExpectation,
  stepFrame,
  stepGaveUp,
  stepHead,
  stepHeader,
  stepInside,
  stepNextRequest,
  stepOctets,
  stepPayload,
  stepResumed,
  stepTcpEnd,
  stepWaited,
} from '../protocol/connection-steps.ts';
import type { Outcome } from '../protocol/expectation.ts';
import { isClearOnWire } from '../protocol/frame/clear-payload.ts';
import { endOf, type Frame, isWithoutOctets } from '../protocol/frame/frame.ts';
import type { Step } from '../protocol/frame/frame-decoder.ts';
import type { Message } from '../protocol/frame/message.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { type Head, isInterim, statusOf } from '../protocol/handshake/handshake.ts';
import { hasRead } from '../protocol/reading.ts';
import type { Stream, StreamStep } from '../protocol/stream.ts';
import { waitedForReply, wasSendingToTheEnd } from '../rules/kit/ending.ts';
import { retriesVersion } from '../rules/kit/handshake-rule.ts';
import {
  dueAt,
  hasPassed,
  isOvertaken,
  mayHaveCrossed,
  timerRanOut,
  waitedByTheClock,
} from '../rules/kit/reaction-time.ts';
import type { FrameSubject } from '../rules/kit/rule.ts';
import { verdictOn } from '../rules/reaction.ts';
import { expectAfter } from './after-head.ts';
import { keepInflated } from './bounds.ts';
import { judgeEarly, takeAlien, takeProxy, takeStray } from './foreign.ts';
import { frameOfRow, sourceOfFrames } from './frame-rows.ts';
import { listFrame, losePlace, loseWith, skip } from './gap.ts';
import type { About } from './ledger.ts';
import { ask, changeRow, mayStillCome, type Run } from './run.ts';
import { agreement, differences, type Pair } from './witness.ts';

type PayloadStep = Extract<Step, { type: 'payload' }>;

export function readOther(run: Run, row: Exclude<Row, OctetsRow>): boolean {
  if (row.kind === 'frame') {
    const source = sourceOfFrames(run, row);
    if (source === 'unclear') return false;
    if (source === 'rows') {
      takeFrameRow(run, row);
      return true;
    }
    const pair = run.witnesses[row.direction].reach(row);
    if (pair) joinPair(run, pair);
    else if (row.direction === 'rx' && run.streams.rx.phase === 'lost') run.witnesses.rx.drop();
  } else if (row.kind === 'damaged') loseWith(run, row);
  else if (row.kind === 'log-off') {
    skip(run, 'rx', row.row);
    skip(run, 'tx', row.row);
  } else if (row.kind === 'tcp-drop') endTcp(run, row.by, row.reset);
  else if (row.kind === 'failing' || row.kind === 'closing') giveUp(run);
  else if (row.kind === 'delay-over') stepWaited(run.connection, isInsideFrame(run, 'rx'));
  ask(run, 'row', { row }, { row: row.row });
  return true;
}

/** No octet of this direction is in the log: the row is all that tells of the frame. */
function takeFrameRow(run: Run, row: FrameRow): void {
  const { direction } = row;
  ask(run, 'row', { row }, { row: row.row });
  const frame = frameOfRow(row, run.connection[direction].frames);
  const { payload, length } = frame;
  changeRow(run, row.row, (annotated) => {
    annotated.frame = frame;
  });
  takeHeader(run, frame);
  takePayload(run, { type: 'payload', frame, at: 0, octets: payload, hidden: payload.length < length });
  takeFrame(run, frame);
}

function endTcp(run: Run, by: 'writer' | 'peer', reset: boolean): void {
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
function isInsideFrame({ streams }: Run, direction: Direction): boolean {
  const { open, partialHeader } = streams[direction].decoder;
  return open !== null || partialHeader.length > 0;
}

/** What of the content of an endpoint's latest head has not come. */
function noteContent({ connection, streams }: Run, endpoint: Endpoint): void {
  const { request, response } = connection;
  const head = request?.direction === endpoint.direction ? request : response;
  const missing = streams[endpoint.direction].missingContent;
  if (missing && head) endpoint.unfinishedContent = { head, missing: missing.octets, hasBegun: missing.hasBegun };
}

/** The writer's timer ran out. Where nothing was due yet, or only just now, it tells nothing. */
function giveUp(run: Run): void {
  const { connection } = run;
  stepGaveUp(connection);
  const due = dueAt(connection.tx);
  if (!due || !timerRanOut(connection, due)) return;
  settle(run, connection.tx, { kind: 'gave-up', row: connection.now.row, close: null, hadTime: true });
}

/** Judges what came of the violator's first fatal violation. */
function settle(run: Run, violator: Endpoint, seen: Seen): void {
  const isReaction = seen.kind === 'close' || seen.kind === 'tcp-drop';
  const isUnclear = isReaction && isOvertaken(violator, seen.close);
  const receiver = otherEnd(run.connection, violator);
  const outcome = isUnclear ? unclear(run, violator, seen) : withClock(run, violator, seen);
  const isSeen = isSeenSince(receiver, violator.expectation?.row ?? -1);
  const expectation = settleExpectation(violator, { ...outcome, isSeen });
  if (!expectation?.outcome) return;
  const subject = { expectation, outcome: expectation.outcome, violator, receiver };
  ask(run, 'reaction', subject, { row: outcome.row, sender: receiver });
  run.ledger.settle(expectation, verdictOn(expectation, receiver, mayHaveCrossed(run.connection, violator, receiver)));
}

type Seen = Omit<Outcome, 'framesBetween' | 'isSeen'>;

/**
 * The violator had closed: the end of TCP may answer that or the violation, and so may a Close, unless the violator had
 * waited, or the Close answers what came after the violation.
 */
function unclear(run: Run, violator: Endpoint, seen: Seen): Seen {
  const { reading } = otherEnd(run.connection, violator);
  const isAnswer = violator.close !== null && hasRead(reading, violator.close);
  const hadTime = seen.kind === 'close' && (isAnswer || waitedByTheClock(violator, run.connection.now));
  return { row: seen.row, kind: 'gave-up', close: null, hadTime };
}

/** Where nothing came of the violation, the rows' times tell whether there was time. */
function withClock(run: Run, violator: Endpoint, seen: Seen): Seen {
  if (seen.hadTime) return seen;
  const { now } = run.connection;
  const receiver = otherEnd(run.connection, violator);
  const last = receiver.latestRows.at(-1);
  // Who is inside a frame cannot send a Close, and who has much to send may come to it late.
  const isBusy = isInsideFrame(run, receiver.direction) || (last !== undefined && !hasPassed(last, now));
  return { ...seen, hadTime: waitedByTheClock(violator, now) && !isBusy };
}

/** Decodes the row. False where it has to wait for rows to come. */
export function readOctets(run: Run, row: OctetsRow): boolean {
  const stream = run.streams[row.direction];
  const witness = run.witnesses[row.direction];
  if (!run.fed) {
    const missing = run.header.unlogged?.[row.direction] ?? 0;
    if (missing > 0 && stream.phase === 'frames') skip(run, row.direction, row.row);
    stepOctets(run.connection, row.direction);
    stream.push(row);
    run.fed = true;
    run.hasOctets = true;
    ask(run, 'row', { row }, { row: row.row });
  }
  const ended = !mayStillCome(run);
  const isAll = ended || run.hasPaused;
  const following = () => {
    const next = run.queue.find((one) => one.row > row.row && one.kind === 'octets' && one.direction === row.direction);
    return next?.kind === 'octets' ? next.octets : isAll ? null : undefined;
  };
  const witnessing = { forNext: () => witness.forNext(ended), forOpen: () => witness.forOpen(ended) };
  for (;;) {
    const step = stream.next(witnessing, (octets) => witness.confirming(octets, isAll), following);
    if (step.type === 'witness') return false;
    if (step.type === 'more') return true;
    take(run, stream, step);
    if (step.type === 'lost') return true;
  }
}

function take(run: Run, stream: Stream, step: Exclude<StreamStep, { type: 'more' | 'witness' }>): void {
  switch (step.type) {
    case 'head':
      takeHead(run, stream, step.head);
      break;
    case 'proxy':
      takeProxy(run, step);
      break;
    case 'stray':
      takeStray(run, stream, step);
      break;
    case 'header':
      takeHeader(run, step.frame);
      break;
    case 'payload':
      takePayload(run, step);
      break;
    case 'frame':
      takeFrame(run, step.frame);
      break;
    case 'lost':
      losePlace(run, stream.direction);
      break;
    case 'inside':
      ask(run, 'inside', { ...step, direction: stream.direction }, { row: step.row });
      if (stream.phase === 'lost') stepInside(run.connection, stream.direction);
      break;
    case 'resumed':
      run.witnesses[stream.direction].resume(step.row);
      stepResumed(run.connection, stream.direction);
  }
}

function takeHead(run: Run, stream: Stream, head: Head): void {
  const { connection } = run;
  const { direction, kind } = head;
  const sender = connection[direction];
  if (sender.role === null) assignRoles(connection, direction, kind === 'request' ? 'client' : 'server');
  stepHead(connection, head);
  if (retriesVersion(connection))
    run.ledger.soften('request/version-not-13', ', and the client asks again with one that the server listed');
  const row = head.spans[0]?.row ?? -1;
  changeRow(run, row, ({ heads }) => heads.push(head));
  ask(run, 'head', { head, sender }, { row, head, sender });
  ask(run, kind, { head, sender }, { row, head, sender });
  const { request, unanswered } = connection;
  if (kind === 'response' && request && !isInterim(head)) {
    // What is known to be wrong with a request is so of the last one.
    if (unanswered.length === 0) ask(run, 'handshake', { request, response: head, sender }, { row, head, sender });
    if (unanswered.length === 0) ask(run, 'refusal', { request, response: head, by: sender }, { row, head, sender });
  }
  judgeEarly(run, head);
  expectAfter(run, stream, head);
  if (kind === 'response' && !isInterim(head) && stepNextRequest(connection)) stream.expect('answer');
}

function takeHeader(run: Run, frame: Frame): void {
  const { connection } = run;
  const sender = connection[frame.direction];
  const receiver = frame.direction === 'rx' ? connection.tx : connection.rx;
  if (takeAlien(run, frame)) return;
  const pair = isWithoutOctets(frame) ? null : run.witnesses[frame.direction].begin(frame);
  if (pair) run.pairs.set(frame, pair.row);
  const before = stepHeader(connection, frame);
  const subject: FrameSubject = { frame, sender, receiver, ...before, message: sender.message };
  const about = { row: endOf(frame).row, frame, sender };
  run.subjects[frame.direction] = subject;
  ask(run, 'header', subject, about);
  settleEarly(run, frame, sender, receiver);
}

/** The receiver may have failed on the octet that was wrong, before the header was complete. */
function settleEarly(run: Run, frame: Frame, sender: Endpoint, { close }: Endpoint): void {
  if (sender.expectation?.frame !== frame || !close || sender.expectation.row >= endOf(close).row) return;
  settle(run, sender, { kind: 'close', row: endOf(close).row, close, hadTime: true });
}

function takePayload(run: Run, { frame, at, octets, hidden }: PayloadStep): void {
  if (at === 0 && octets.length === frame.length && isClearOnWire(frame, octets)) {
    frame.clearOnWire = true;
    run.connection[frame.direction].clearOnWire ??= frame;
  }
  const subject = run.subjects[frame.direction];
  if (!subject?.message) return;
  const { sender, message } = subject;
  const broke = stepPayload(sender, frame, at, octets, hidden);
  if (broke) ask(run, 'text', { ...subject, message, broke }, { row: endOf(frame).row, frame, sender });
}

function takeFrame(run: Run, frame: Frame): void {
  const subject = run.subjects[frame.direction];
  if (!subject) return;
  const { sender } = subject;
  const about = { row: endOf(frame).row, frame, sender };
  if (frame.opcode === OPCODE.CLOSE) notePending(run, subject.receiver);
  const ended = stepFrame(run.connection, frame);
  listFrame(run, frame, ended);
  ask(run, 'frame', subject, about);
  if (frame.opcode === OPCODE.CLOSE) closeBy(run, frame);
  if (ended) endMessage(run, { ...subject, message: ended }, ended, about);
  const row = run.pairs.get(frame);
  if (row) compare(run, { row, frame });
}

/** What of an endpoint's latest frame has come so far. */
function notePending({ streams }: Run, endpoint: Endpoint): void {
  const { partialHeader, open } = streams[endpoint.direction].decoder;
  endpoint.partialHeader = partialHeader;
  endpoint.openFrame = open;
}

/** A Close is a reaction to the other endpoint's violation. */
function closeBy(run: Run, frame: Frame): void {
  const violator = otherEnd(run.connection, run.connection[frame.direction]);
  settle(run, violator, { kind: 'close', row: endOf(frame).row, close: frame, hadTime: true });
}

function endMessage(run: Run, subject: FrameSubject, message: Message, about: About): void {
  judgeMessage(run, subject, message, about);
  keepInflated(run.weight, message);
}

function judgeMessage(run: Run, subject: FrameSubject, message: Message, about: About): void {
  ask(run, 'message', subject, about);
  // A compressed text shows its fault only now; that of a plain one was told as its octets came.
  const broke = message.compressed ? message.brokenAt : null;
  if (message.opcode === OPCODE.TEXT && (broke || !message.brokenAt))
    ask(run, 'text', { ...subject, message, broke }, about);
}

function joinPair(run: Run, pair: Pair): void {
  if (pair.frame.finished) compare(run, pair);
  else run.pairs.set(pair.frame, pair.row);
}

function compare(run: Run, { row, frame }: Pair): void {
  run.pairs.delete(frame);
  const isCompressed = run.connection.deflate !== null && (frame.rsv & 4) !== 0;
  const found = differences(row, frame, isCompressed);
  changeRow(run, row.row, (annotated) => {
    annotated.agrees = agreement(row, frame, found, isCompressed && row.direction === 'rx');
    annotated.frame = frame;
  });
  ask(run, 'frame-row', { row, frame, differences: found }, { row: row.row });
}

export function endLog(run: Run): void {
  for (const direction of ['rx', 'tx'] as const) {
    // The log never came back.
    if ((run.header.unlogged?.[direction] ?? 0) > 0) skip(run, direction, run.lastRow);
    const { open } = run.streams[direction].decoder;
    const subject = run.subjects[direction];
    if (!open || subject?.frame !== open) continue;
    listFrame(run, open, null);
    const row = run.pairs.get(open);
    if (row) compare(run, { row, frame: open });
    ask(run, 'unfinished', subject, { row: endOf(open).row, frame: open, sender: subject.sender });
  }
  for (const violator of [run.connection.rx, run.connection.tx]) {
    settle(run, violator, { kind: 'log-end', row: run.lastRow, close: null, hadTime: false });
  }
  const partialOf = (direction: Direction) => run.streams[direction].decoder.partialHeader.length;
  const partial = { rx: partialOf('rx'), tx: partialOf('tx') };
  ask(run, 'end', { row: run.lastRow, partial }, { row: run.lastRow });
}
