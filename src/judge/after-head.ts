// What comes behind a head in either direction: frames, content first, another head, or nothing that is ours.

import { otherDirection } from '../model/row.ts';
import type { Connection } from '../protocol/connection.ts';
import { type Content, contentOf } from '../protocol/handshake/content.ts';
import { type Head, isInterim, statusOf } from '../protocol/handshake/handshake.ts';
import type { Stream } from '../protocol/stream.ts';
import { losePlace } from './gap.ts';
import type { Run } from './run.ts';

/** What comes next in either direction. */
export function expectAfter(run: Run, stream: Stream, head: Head): void {
  const { connection } = run;
  const other = run.streams[otherDirection(stream.direction)];
  if (head.kind === 'request') {
    expectFrames(stream, contentOf(head, null));
    beginAgain(connection, other);
  } else if (isInterim(head)) stream.expect('head');
  else if (statusOf(head) === 101) {
    if (head.complete) expectFrames(stream, contentOf(head, connection.request));
    // The log does not show where the head ends. One write holds it alone; one read may hold frames behind it as well,
    // and the last of them may go on in the next.
    else if (stream.direction === 'tx') stream.expect('frames');
    else loseStream(run, stream);
    // Content that comes later than the answer cannot be told from frames.
    if (other.phase === 'content') loseStream(run, other);
  } else {
    // The client may ask again on the same connection.
    stream.expect('body');
    other.expect('start');
  }
}

function expectFrames(stream: Stream, content: Content): void {
  if (content === 0) stream.expect('frames');
  else stream.expectContent(content);
}

function loseStream(run: Run, stream: Stream): void {
  stream.skip(null);
  losePlace(run, stream.direction);
}

/** A second request after an answer that was no 101: its answer is still due. */
function beginAgain(connection: Connection, responses: Stream): void {
  if (!connection.response || connection.answeredEarly || statusOf(connection.response) === 101) return;
  connection.response = null;
  responses.expect('start');
}
