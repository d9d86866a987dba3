// What each row means to the connection: octets go through their direction's decoder, each thing that comes out of it is
// a step of the connection, and at each step the rules are asked.
//
// `rx 81 05 48 65 6c 6c 6f`, the text "Hello" of a server, on an open connection:
//
//   readOctets    gives the row to the stream of its direction, and takes what comes out until the stream needs more.
//   takeHeader    81 05 is a header, if `takeAlien` does not find that something else stands there.
//   beginFrame    pairs the frame with its witness if that has come, makes the step, and asks the rules about `header`.
//   takePayload   reads the text. The rules are asked about `text` only where it broke.
//   takeFrame     makes the step, lists the frame at the row of its last octet, and asks about `frame`. A Close may be the
//                 reaction that the other endpoint's fault asked for, and settles it.
//   endMessage    the frame has ended a message: asks about `message`.
//   compare       holds frame and witness against each other once both have come, and asks about `frame-row`.
//
// Heads go through `takeHead`. A frame row is a witness, or goes through `takeFrameRow` where the log has no
// octets of its direction: then it is the frame. All other rows go through `readEvent`. `endLog` asks about what is
// unfinished, and settles what is still open.
//
// The words:
//
//   witness   what the log's own frame row says of a frame whose octets the log holds as well. It is compared with the
//             frame, tells the decoder what a cut hides, and confirms where frames begin after a gap. Of RX it stands after
//             the octets, of TX before them. Where only a witness that may yet come can tell, the row waits in the queue.
//   gap       octets that the log leaves out: it was switched off, a row is damaged, rows are missing.
//   place     where in the octets a frame begins. A gap loses it; witnesses or the look of the octets find it again.
//   guess     a place that nothing but the look of the octets speaks for. Its frames have `isGuessed`.
//   late      a log that begins late does not hold the opening handshake. A late annotation became known when its row had
//             left the window; it is handed out by itself.
//   sight     the known octets that wait to be read, up to the first that is cut: heads are searched there.
//   alien     what stands where a frame should begin and is none: a TLS record, HTTP, text without a frame.
//   stray     octets where only a response may stand, which begin none; or octets of a server before its 101.
//   foreign   what is remembered of an endpoint's first alien, or of octets that begin no response.
//   subject   what a rule is handed. `run.subjects` has that of each direction's latest frame, and null where an alien or
//             a gap came after it.
//
// The rules of this file:
//
//   - It says in which order things happen, and never what is right. `step…` alone writes the connection, the rules alone
//     judge it, and `ask` of `run.ts` is the only way to them.
//   - The step comes first, then the rules: they see what has become of the connection. What was before it, such as the
//     message that a frame came into, is in the subject. Only `inside` is asked before its step.
//   - A lookup miss is no error. A frame without a witness is not compared. A row that is not held any more has left: what
//     is found of it goes to `changed`, if anybody gave one, and else annotations alone are kept, as late ones.
//   - Ordinary rows of a batch do not come here: `ordinary.ts` and `whole-frames.ts` take them. What a whole data message
//     does here it has to do there.

import type { Direction, FrameRow, OctetsRow, Row } from '../model/row.ts';
import { endOf, type Frame, isWithoutOctets } from '../protocol/frame/frame.ts';
import type { DecoderStep } from '../protocol/frame/frame-decoder.ts';
import type { Message } from '../protocol/frame/message.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { type Head, isInterim } from '../protocol/handshake/handshake.ts';
import { stepOctets, stepWaited } from '../protocol/steps/ending.ts';
import { stepFrame, stepHeader, stepPayload } from '../protocol/steps/frame.ts';
import { stepHead, stepNextRequest } from '../protocol/steps/head.ts';
import { stepInside, stepResumed } from '../protocol/steps/loss.ts';
import type { Stream, StreamStep } from '../protocol/stream.ts';
import { retriesVersion } from '../rules/kit/handshake-rule.ts';
import type { FrameSubject } from '../rules/kit/rule.ts';
import { expectAfter } from './after-head.ts';
import { keepInflated } from './bounds.ts';
import { judgeEarly, takeAlien, takeProxy, takeStray } from './foreign.ts';
import { frameOfRow, sourceOfFrames } from './frame-rows.ts';
import { isSkipDue, listFrame, losePlace, loseWith, skip } from './gap.ts';
import type { FindingContext } from './ledger.ts';
import { endTcp, giveUp, isInsideFrame, notePending, settleAtEnd, settleByClose, settleEarly } from './reaction.ts';
import { type Around, ask, changeRow, mayStillCome, type Run } from './run.ts';
import { agreement, differences, type FramePair } from './witness.ts';

type PayloadStep = Extract<DecoderStep, { type: 'payload' }>;

/** False where the row has to wait for rows to come. */
export function readOther(run: Run, row: Exclude<Row, OctetsRow>): boolean {
  if (row.kind === 'frame') return readFrameRow(run, row);
  readEvent(run, row);
  ask(run, 'row', { row }, { row: row.row });
  return true;
}

/** What the log's writer says of a frame is held against its octets; where the log has none of them, it is the frame. */
function readFrameRow(run: Run, row: FrameRow): boolean {
  const source = sourceOfFrames(run, row);
  if (source === 'unclear') return false;
  if (source === 'rows') {
    takeFrameRow(run, row);
    return true;
  }
  const pair = run.witnesses[row.direction].reach(row);
  if (pair) joinPair(run, pair);
  else if (row.direction === 'rx' && run.streams.rx.phase === 'lost') run.witnesses.rx.drop();
  ask(run, 'row', { row }, { row: row.row });
  return true;
}

function readEvent(run: Run, row: Exclude<Row, OctetsRow | FrameRow>): void {
  if (row.kind === 'damaged') loseWith(run, row);
  else if (row.kind === 'log-off') {
    skip(run, 'rx', row.row);
    skip(run, 'tx', row.row);
  } else if (row.kind === 'tcp-drop') endTcp(run, row.by, row.reset);
  else if (row.kind === 'failing' || row.kind === 'closing') giveUp(run);
  else if (row.kind === 'delay-over') stepWaited(run.connection, isInsideFrame(run, 'rx'));
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

/** Decodes the row; false where it has to wait for rows to come. */
export function readOctets(run: Run, row: OctetsRow): boolean {
  const stream = run.streams[row.direction];
  if (!run.fed) {
    if (stream.phase === 'frames' && isSkipDue(run, row.direction)) skip(run, row.direction, row.row);
    stepOctets(run.connection, row.direction);
    stream.push(row);
    run.fed = true;
    run.hasOctets = true;
    ask(run, 'row', { row }, { row: row.row });
  }
  const { witnessing, confirmation, following } = aroundOf(run, row.direction);
  for (;;) {
    const step = stream.next(witnessing, confirmation, following);
    if (step.type === 'witness') return false;
    if (step.type === 'more') return true;
    take(run, stream, step);
    if (step.type === 'lost') return true;
    if (step.type === 'frame') run.takeRest?.(stream, row);
  }
}

/** What the log's other rows tell of the octets that are read: made once for each direction. */
function aroundOf(run: Run, direction: Direction): Around {
  run.around[direction] ??= openAround(run, direction);
  return run.around[direction];
}

function openAround(run: Run, direction: Direction): Around {
  const witness = run.witnesses[direction];
  const hasEnded = () => !mayStillCome(run);
  const isAll = () => hasEnded() || run.hasPaused;
  return {
    witnessing: { forNext: () => witness.forNext(hasEnded()), forOpen: () => witness.forOpen(hasEnded()) },
    confirmation: (row) => witness.confirming(row, isAll()),
    following: () => {
      const { row } = run.connection.now;
      const next = run.queue.find((one) => one.row > row && one.kind === 'octets' && one.direction === direction);
      return next?.kind === 'octets' ? next.octets : isAll() ? null : undefined;
    },
  };
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
  stepHead(connection, head);
  if (retriesVersion(connection))
    run.ledger.soften('request/version-not-13', ', and the client asks again with one that the server listed');
  const row = head.spans[0]?.row ?? -1;
  changeRow(run, row, ({ heads }) => heads.push(head));
  ask(run, 'head', { head, sender }, { row, head, sender });
  ask(run, kind, { head, sender }, { row, head, sender });
  const { request, unanswered } = connection;
  // What is wrong with a request is known of the latest one only: the answer to an earlier one is not judged with it.
  if (kind === 'response' && request && !isInterim(head) && unanswered.length === 0) {
    ask(run, 'handshake', { request, response: head, sender }, { row, head, sender });
    ask(run, 'refusal', { request, response: head, by: sender }, { row, head, sender });
  }
  judgeEarly(run, head);
  expectAfter(run, stream, head);
  if (kind === 'response' && !isInterim(head) && stepNextRequest(connection)) stream.expect('answer');
}

function takeHeader(run: Run, frame: Frame): void {
  if (!takeAlien(run, frame)) beginFrame(run, frame);
}

/** The header of a frame is read, and a frame it is. */
export function beginFrame(run: Run, frame: Frame): void {
  const { connection } = run;
  const sender = connection[frame.direction];
  const receiver = frame.direction === 'rx' ? connection.tx : connection.rx;
  const pair = isWithoutOctets(frame) ? null : run.witnesses[frame.direction].begin(frame);
  if (pair) run.pairs.set(frame, pair.row);
  const before = stepHeader(connection, frame);
  const { inside, insideUnknown, followsControl } = before;
  const { message } = sender;
  // Spelt out: an object that is spread into another takes several times as long.
  const subject: FrameSubject = {
    frame,
    sender,
    receiver,
    inside,
    insideUnknown,
    followsControl,
    message,
    pong: null,
  };
  const about = { row: endOf(frame).row, frame, sender };
  run.subjects[frame.direction] = subject;
  ask(run, 'header', subject, about);
  settleEarly(run, frame, sender, receiver);
}

export function takePayload(run: Run, { frame, at, octets, hidden }: PayloadStep): void {
  const broke = stepPayload(run.connection, frame, at, octets, hidden);
  const subject = run.subjects[frame.direction];
  if (!broke || !subject?.message) return;
  const { sender, message } = subject;
  ask(run, 'text', { ...subject, message, broke }, { row: endOf(frame).row, frame, sender });
}

export function takeFrame(run: Run, frame: Frame): void {
  const begun = run.subjects[frame.direction];
  if (!begun) return;
  const { sender } = begun;
  const about = { row: endOf(frame).row, frame, sender };
  if (frame.opcode === OPCODE.CLOSE) notePending(run, begun.receiver);
  const { message, pong } = stepFrame(run.connection, frame);
  const subject = pong ? { ...begun, pong } : begun;
  listFrame(run, frame, message);
  ask(run, 'frame', subject, about);
  if (frame.opcode === OPCODE.CLOSE) settleByClose(run, frame);
  if (message) endMessage(run, subject.message === message ? subject : { ...subject, message }, message, about);
  const row = run.pairs.get(frame);
  if (row) compare(run, { row, frame });
}

function endMessage(run: Run, subject: FrameSubject, message: Message, about: FindingContext): void {
  judgeMessage(run, subject, message, about);
  if (!run.isUnseen) keepInflated(run.weight, message);
}

function judgeMessage(run: Run, subject: FrameSubject, message: Message, about: FindingContext): void {
  ask(run, 'message', subject, about);
  // A compressed text shows its fault only now; that of a plain one was told as its octets came.
  const broke = message.compressed ? message.brokenAt : null;
  if (message.opcode !== OPCODE.TEXT || (!broke && message.brokenAt)) return;
  const { frame, sender, receiver, inside, insideUnknown, followsControl, pong } = subject;
  ask(run, 'text', { frame, sender, receiver, inside, insideUnknown, followsControl, pong, message, broke }, about);
}

function joinPair(run: Run, pair: FramePair): void {
  if (pair.frame.finished) compare(run, pair);
  else run.pairs.set(pair.frame, pair.row);
}

function compare(run: Run, { row, frame }: FramePair): void {
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
    if (isSkipDue(run, direction)) skip(run, direction, run.lastRow);
    const { open } = run.streams[direction].decoder;
    const subject = run.subjects[direction];
    if (!open || subject?.frame !== open) continue;
    listFrame(run, open, null);
    const row = run.pairs.get(open);
    if (row) compare(run, { row, frame: open });
    ask(run, 'unfinished', subject, { row: endOf(open).row, frame: open, sender: subject.sender });
  }
  settleAtEnd(run);
  const partialOf = (direction: Direction) => run.streams[direction].decoder.partialHeader.length;
  const partial = { rx: partialOf('rx'), tx: partialOf('tx') };
  ask(run, 'end', { row: run.lastRow, partial }, { row: run.lastRow });
}
