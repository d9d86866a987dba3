// What comes behind a head in either direction: frames, content first, another head, or nothing that is ours.

import { otherDirection } from '../model/row.ts';
import type { Connection } from '../protocol/connection.ts';
import { type ContentFraming, framingOf } from '../protocol/handshake/content.ts';
import { type Head, isInterim, statusOf } from '../protocol/handshake/handshake.ts';
import type { Due } from '../protocol/phase.ts';
import { isAnsweredEarly, stepAnswerDue } from '../protocol/steps/head.ts';
import type { Stream } from '../protocol/stream.ts';
import { leaveOpen, losePlace } from './gap.ts';
import type { Run } from './run.ts';

/** What comes next in either direction. */
export function expectAfter(run: Run, stream: Stream, head: Head): void {
  const { connection } = run;
  const other = run.streams[otherDirection(stream.direction)];
  if (head.kind === 'request') expectAfterRequest(connection, stream, other, head);
  else if (isInterim(head)) stream.expect('answer');
  else if (statusOf(head) === 101 || mayBe101(head)) {
    if (head.complete) expectBehind(stream, framingOf(head, connection.request), 'frames');
    // The log does not show where the head ends. One write holds it alone; one read may hold frames behind it as well,
    // and the last of them may go on in the next.
    else if (stream.direction === 'tx') stream.expect('frames');
    else loseStream(run, stream);
    // Content that comes later than the answer cannot be told from frames.
    if (other.phase === 'content') loseStream(run, other);
    else if (connection.request && MAY_GO_ON.has(other.phase)) other.expect('frames');
  } else {
    expectBehind(stream, head.complete ? framingOf(head, connection.request) : 'endless', 'idle');
    // The client may ask again on the same connection: what it was inside of is no frame.
    leaveOpen(run, other.direction);
    other.expect('start');
  }
}

/** The log cuts the start line within its status. */
function mayBe101({ complete, startLine }: Head): boolean {
  return !complete && 'HTTP/1.1 101'.startsWith(startLine);
}

/** Another request, or the rest of one, may follow as well as frames, until the answer tells. */
const MAY_GO_ON: ReadonlySet<string> = new Set(['start', 'rest', 'idle']);

function expectAfterRequest(connection: Connection, stream: Stream, responses: Stream, head: Head): void {
  expectBehind(stream, framingOf(head, null), head.complete ? 'start' : 'frames');
  const { response } = connection;
  if (!response) responses.expect('answer');
  else if (!isAnsweredEarly(connection) && statusOf(response) !== 101) {
    stepAnswerDue(connection);
    responses.expect('answer');
  }
}

function expectBehind(stream: Stream, content: ContentFraming, after: Due): void {
  if (content === 0) stream.expect(after);
  else stream.expectContent(content, after);
}

function loseStream(run: Run, stream: Stream): void {
  stream.skip(null);
  losePlace(run, stream.direction);
}
