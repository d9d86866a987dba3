// Where nobody looks at the rows and only the counts are asked for, frames are read one after the other in the row where
// they stand, as far as they are whole. A message about which no rule has anything to say becomes no object; any other
// frame takes the steps and is put to the rules as all frames are. What is left of a row is for the decoder to read.

import { roomFor, wholeOctets } from '../model/octets.ts';
import type { Direction, OctetsRow } from '../model/row.ts';
import { DIRECTIONS, type RowBatch } from '../model/row-batch.ts';
import { alienAt, cannotBegin } from '../protocol/alien.ts';
import { otherEnd } from '../protocol/connection.ts';
import type { PayloadView } from '../protocol/echo.ts';
import { addSpan, type Frame } from '../protocol/frame/frame.ts';
import { frameOfHeader, headerOfOctets } from '../protocol/frame/frame-header.ts';
import { unmaskPart } from '../protocol/frame/masking.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { stepOctets } from '../protocol/steps/ending.ts';
import { isOpenFor, readDeflated, stepDeflated, stepMoment, stepOrdinary } from '../protocol/steps/ordinary.ts';
import type { Stream } from '../protocol/stream.ts';
import { isUsualInflation } from '../rules/kit/signs.ts';
import { beginFrame, takeFrame, takePayload } from './follow.ts';
import { isSkipDue } from './gap.ts';
import { FrameSight, octetsOfView } from './ordinary-frame.ts';
import type { Run } from './run.ts';

/** Larger frames are left to the decoder, which copies nothing. Unit: octets. */
const LARGE = 16 << 10;

/** The row whose frames are read. */
interface RowInReading {
  direction: Direction;
  row: number;
  /** Seconds; null where the log has no times. */
  time: number | null;
  /** Which octet of the row stands at the index 0. */
  start: number;
  /** A frame of it has been read. */
  hasBegun: boolean;
}

export class WholeFrames {
  readonly #run: Run;
  readonly #sight: FrameSight;
  readonly #reading: RowInReading = { direction: 'rx', row: -1, time: null, start: 0, hasBegun: false };

  constructor(run: Run) {
    this.#run = run;
    this.#sight = new FrameSight(run.rules.signs);
  }

  /** Reads what it can of the octets that stand at that place of the batch; returns how many octets that were. */
  takeRow(batch: RowBatch, at: number): number {
    const direction = DIRECTIONS[batch.directions[at] as number] as Direction;
    const run = this.#run;
    const stream = run.streams[direction];
    if (run.queue.length > 0 || !stream.isBetweenFrames || isSkipDue(run, direction)) return 0;
    const from = batch.starts[at] as number;
    const time = batch.times[at] as number;
    const reading = this.#reading;
    reading.direction = direction;
    reading.row = batch.rows[at] as number;
    reading.time = Number.isNaN(time) ? null : time;
    reading.start = -from;
    reading.hasBegun = false;
    const taken = this.#take(stream, batch.arena, from, from + (batch.known[at] as number)) - from;
    stream.pass(taken);
    return taken;
  }

  /** The same for what is left of the row that is being read, if a frame begins there. */
  takeRest(stream: Stream, { row, time }: OctetsRow): void {
    const rest = stream.rest;
    if (!rest) return;
    const { direction, decoder } = stream;
    const reading = this.#reading;
    reading.direction = direction;
    reading.row = row;
    reading.time = time;
    reading.start = rest.octet;
    reading.hasBegun = true;
    const { known } = rest.octets;
    decoder.skip(this.#take(stream, known, rest.used, known.length) - rest.used);
  }

  /** Returns the index of the first octet that is not read. */
  #take(stream: Stream, octets: Uint8Array, from: number, end: number): number {
    const { connection } = this.#run;
    if (!isOpenFor(connection, stream.direction)) return from;
    let at = from;
    while (at < end && this.#sight.read(octets, at, end) && this.#takeFrame(stream, octets, at, end)) {
      at += this.#sight.size + this.#sight.length;
    }
    return at;
  }

  /** The frame that is in sight. */
  #takeFrame(stream: Stream, octets: Uint8Array, at: number, end: number): boolean {
    const sight = this.#sight;
    const { connection } = this.#run;
    const { direction } = stream;
    const { [direction]: sender, [direction === 'rx' ? 'tx' : 'rx']: receiver } = connection;
    if (sight.opcode === OPCODE.CLOSE || sight.length > connection.maxMessage) return false;
    const isUsual = sender.message === null && sight.isUsual(sender, receiver, connection);
    return (isUsual && this.#takeMessage(stream)) || this.#takeAny(stream, octets, at, end);
  }

  /** A whole message, if neither its text nor its stream is odd. */
  #takeMessage(stream: Stream): boolean {
    const sight = this.#sight;
    const content = sight.content();
    return sight.rsv === 0 ? this.#takePlain(stream, content) : this.#takeDeflated(stream, content);
  }

  #takePlain(stream: Stream, content: PayloadView): boolean {
    if (this.#sight.hasOddText(content)) return false;
    this.#step(stream, content);
    return true;
  }

  #takeDeflated(stream: Stream, payload: PayloadView): boolean {
    const { connection } = this.#run;
    const { direction } = stream;
    const read = readDeflated(connection, direction, octetsOfView(payload));
    if (!isUsualInflation(read, payload.length, connection[direction], connection)) return false;
    const { buffer, start, end } = read.run;
    const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    const content = { view, from: start, length: end - start };
    if (this.#sight.hasOddText(content)) return false;
    this.#step(stream, content);
    stepDeflated(connection, direction, read);
    return true;
  }

  #step(stream: Stream, content: PayloadView): void {
    const run = this.#run;
    const sight = this.#sight;
    const { direction, decoder } = stream;
    this.#begin();
    const ordinal = decoder.pass(sight.size + sight.length);
    run.witnesses[direction].pass();
    run.subjects[direction] = null;
    stepOrdinary(run.connection, direction, ordinal, sight.masked ? sight.key : null, content);
  }

  /** Any frame but a Close; not what is none. */
  #takeAny(stream: Stream, octets: Uint8Array, at: number, end: number): boolean {
    const run = this.#run;
    const { size, length } = this.#sight;
    if (length > LARGE || this.#isAlien(stream.direction, octets, at, end)) return false;
    this.#begin();
    const frame = this.#frameAt(stream, octets, at);
    beginFrame(run, frame);
    addSpan(frame.spans, size, this.#reading.row, this.#reading.start + at + size, length);
    frame.received = length;
    const payload = this.#payloadOf(frame, octets, at + size);
    if (length > 0) takePayload(run, { type: 'payload', frame, at: 0, octets: payload, hidden: false });
    frame.payload = payload;
    frame.finished = true;
    takeFrame(run, frame);
    return true;
  }

  /** Its header is read, and nothing more. */
  #frameAt({ direction, decoder }: Stream, octets: Uint8Array, at: number): Frame {
    const { size, length } = this.#sight;
    const { row, start } = this.#reading;
    const { offset } = decoder;
    const place = { direction, ordinal: decoder.pass(size + length), offset, isGuessed: false };
    const header = roomFor(size);
    for (let i = 0; i < size; i++) header[i] = octets[at + i] as number;
    return frameOfHeader(headerOfOctets(header), place, { at: 0, row, octet: start + at, length: size });
  }

  #payloadOf({ maskingKey, length }: Frame, octets: Uint8Array, at: number): Uint8Array {
    return unmaskPart(octets, at, length, maskingKey ?? NO_KEY, 0);
  }

  #isAlien(direction: Direction, octets: Uint8Array, at: number, end: number): boolean {
    const known = octets.subarray(at, end);
    if (!cannotBegin(known)) return false;
    const { connection } = this.#run;
    const { sendings } = otherEnd(connection, connection[direction]);
    const isSent = () => sendings.has(known);
    return alienAt(wholeOctets(known), { isFirst: false, isAgreed: false, isSent }) !== null;
  }

  /** The row is read: what it does by itself. */
  #begin(): void {
    const reading = this.#reading;
    if (reading.hasBegun) return;
    reading.hasBegun = true;
    const run = this.#run;
    stepMoment(run.connection, reading.row, reading.time);
    stepOctets(run.connection, reading.direction);
    run.hasOctets = true;
    run.announced[reading.direction] = true;
  }
}

const NO_KEY = Uint8Array.of(0, 0, 0, 0);
