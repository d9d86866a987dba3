// The rows about which there is nothing to say, which are nearly all: octets that are one whole data message in one frame,
// and the log's own row for such a frame. They are read in their batch. Whether a frame is one is told by the signs that
// the rules look for, and by nothing else; what it does to the connection is what any frame does.

import { type Direction, otherDirection } from '../model/row.ts';
import { DIRECTIONS, ROW, type RowBatch } from '../model/row-batch.ts';
import type { Endpoint } from '../protocol/connection.ts';
import type { PayloadView } from '../protocol/echo.ts';
import { stepOctets } from '../protocol/steps/ending.ts';
import { isSettled, stepMoment, stepOrdinary } from '../protocol/steps/ordinary.ts';
import type { Stream } from '../protocol/stream.ts';
import { isSkipDue } from './gap.ts';
import { FrameSight } from './ordinary-frame.ts';
import { AGREES, type JudgedBatch, NOWHERE } from './ordinary-row.ts';
import type { Run } from './run.ts';
import { saysFrame, type Witnesses } from './witness.ts';

/** What a row of one direction has to do with. */
interface DirectionContext {
  readonly direction: Direction;
  readonly stream: Stream;
  readonly witness: Witnesses;
  readonly sender: Endpoint;
  readonly receiver: Endpoint;
}

export class OrdinaryRows {
  readonly #run: Run;
  readonly #sight: FrameSight;
  readonly #ways: readonly DirectionContext[];

  constructor(run: Run) {
    const { streams, witnesses, connection } = run;
    this.#run = run;
    this.#sight = new FrameSight(run.rules.signs);
    this.#ways = DIRECTIONS.map((direction) => ({
      direction,
      stream: streams[direction],
      witness: witnesses[direction],
      sender: connection[direction],
      receiver: connection[otherDirection(direction)],
    }));
  }

  /** Reads the row at that place of the batch, if it is an ordinary one; else false, and nothing has changed. */
  take(batch: JudgedBatch, at: number): boolean {
    if (this.#run.queue.length > 0) return false;
    const { kinds, directions } = batch.rows;
    const way = this.#ways[directions[at] as number] as DirectionContext;
    if (kinds[at] === ROW.OCTETS) return this.#takeOctets(batch, at, way);
    return kinds[at] === ROW.FRAME && this.#takeFrameRow(batch, at, way);
  }

  #takeFrameRow(batch: JudgedBatch, at: number, { direction, stream, witness }: DirectionContext): boolean {
    const { header, announced, connection } = this.#run;
    const isReceived = direction === 'rx';
    if (header.framesFromRows || !(isReceived ? announced.rx : announced.tx) || connection.tcpEnd) return false;
    if (isReceived && stream.phase === 'lost') return false;
    const partner = witness.reachOrdinary(batch, at);
    if (isReceived && partner === NOWHERE) return false;
    batch.partners[at] = partner;
    if (partner !== NOWHERE) batch.agrees[at] = AGREES.YES;
    this.#begin(batch.rows, at);
    return true;
  }

  #takeOctets(batch: JudgedBatch, at: number, way: DirectionContext): boolean {
    const run = this.#run;
    const { rows } = batch;
    const { direction, stream, witness } = way;
    const isReceived = direction === 'rx';
    if (!stream.isBetweenFrames || !isSettled(run.connection, direction) || run.pairs.size > 0) return false;
    if (isSkipDue(run, direction)) return false;
    const content = this.#contentOf(rows, at, way);
    if (!content) return false;
    const expected = witness.expected(batch, rows.rows[at] as number);
    if (expected === null || (expected !== NOWHERE && !saysFrame(rows, expected, at))) return false;
    this.#begin(rows, at);
    stepOctets(run.connection, direction);
    run.hasOctets = true;
    if (isReceived) run.announced.rx = true;
    else run.announced.tx = true;
    this.#note(batch, at, way, content);
    witness.beginOrdinary(batch, at);
    if (isReceived) run.subjects.rx = null;
    else run.subjects.tx = null;
    if (expected !== NOWHERE) {
      batch.partners[expected] = at;
      batch.agrees[expected] = AGREES.YES;
    }
    return true;
  }

  /** The frame has come. */
  #note(batch: JudgedBatch, at: number, { direction, stream }: DirectionContext, content: PayloadView): void {
    const { rows } = batch;
    const { offset } = stream.decoder;
    const ordinal = stream.passFrame(rows.known[at] as number);
    const key = this.#sight.masked ? this.#sight.key : null;
    const { answers, a, b } = stepOrdinary(this.#run.connection, direction, ordinal, key, content);
    batch.ordinals[at] = ordinal;
    batch.offsets[at] = offset;
    batch.answers[at] = answers ? answers.ordinal : -1;
    batch.answerRows[at] = answers ? answers.row : -1;
    batch.contentA[at] = a;
    batch.contentB[at] = b;
  }

  #begin(batch: RowBatch, at: number): void {
    const time = batch.times[at] as number;
    stepMoment(this.#run.connection, batch.rows[at] as number, Number.isNaN(time) ? null : time);
  }

  /** The payload, unmasked, where the row is one whole frame without a sign; only until the next one is asked for. */
  #contentOf(
    { arena, starts, known }: RowBatch,
    at: number,
    { sender, receiver }: DirectionContext,
  ): PayloadView | null {
    const sight = this.#sight;
    const start = starts[at] as number;
    const size = known[at] as number;
    if (!sight.read(arena, start, start + size) || sight.size + sight.length !== size || sight.rsv !== 0) return null;
    if (!sight.isUsual(sender, receiver, this.#run.connection)) return null;
    const content = sight.content();
    return sight.hasOddText(content) ? null : content;
  }
}
