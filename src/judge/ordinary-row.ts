// Rows about which there is nothing to say, as they stand in their batch: whole data frames, and the log's own rows for
// them. What is found out of them stands in columns beside those of the batch. Whoever asks for such a row, its frame or
// its message gets them made; nobody asks for most of them.

import type { FrameRow, OctetsRow, Row } from '../model/row.ts';
import { DIRECTIONS, ROW, type RowBatch } from '../model/row-batch.ts';
import { pushUtf8 } from '../model/utf8.ts';
import type { Answered, Frame } from '../protocol/frame/frame.ts';
import { frameOfHeader, headerLengthOf, headerOfOctets, lengthBitsOf } from '../protocol/frame/frame-header.ts';
import { unmask } from '../protocol/frame/masking.ts';
import { type Message, openMessage } from '../protocol/frame/message.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import type { Head } from '../protocol/handshake/handshake.ts';
import type { AnnotatedRow, Annotation, DecodedFrame } from './annotation.ts';

/** No place in a batch. */
export const NOWHERE = -1;

/** What a frame row's octets say, in a column. */
export const AGREES = { UNKNOWN: 0, YES: 1, NO: 2 } as const;
export const AGREEMENTS: readonly (boolean | null)[] = [null, true, false];

/** A batch, and what is found out of its ordinary rows. */
export class JudgedBatch {
  readonly rows: RowBatch;
  /** Of octets: the frame's ordinal, and its position in the stream. */
  readonly ordinals: Float64Array;
  readonly offsets: Float64Array;
  /** Of octets: ordinal and row of the frame of the other direction that it answers; an ordinal of -1 for none. */
  readonly answers: Float64Array;
  readonly answerRows: Float64Array;
  /** Of octets: numbers that two contents share only if they are the same, but for chance; 0 for an empty one. */
  readonly contentA: Int32Array;
  readonly contentB: Int32Array;
  /** Of a frame row: where the octets stand that say the same, once they have come; and one of `AGREES`. */
  readonly partners: Int32Array;
  readonly agrees: Uint8Array;
  #views: (OrdinaryRow | undefined)[] | null = null;

  constructor(rows: RowBatch) {
    const { count } = rows;
    const memory = new ArrayBuffer(45 * count);
    this.rows = rows;
    this.ordinals = new Float64Array(memory, 0, count);
    this.offsets = new Float64Array(memory, 8 * count, count);
    this.answers = new Float64Array(memory, 16 * count, count);
    this.answerRows = new Float64Array(memory, 24 * count, count);
    this.contentA = new Int32Array(memory, 32 * count, count);
    this.contentB = new Int32Array(memory, 36 * count, count);
    this.partners = new Int32Array(memory, 40 * count, count);
    this.agrees = new Uint8Array(memory, 44 * count, count);
  }

  /** The row as an object, which is made once. */
  view(at: number): OrdinaryRow {
    this.#views ??= [];
    this.#views[at] ??=
      this.rows.kinds[at] === ROW.OCTETS ? new OrdinaryOctets(this, at) : new OrdinaryFrameRow(this, at);
    return this.#views[at];
  }

  /** The log's own row that stands there. */
  frameRowAt(at: number): FrameRow {
    return this.view(at).row as FrameRow;
  }

  /** What is said about the row; null where nothing is. */
  annotationsAt(at: number): readonly Annotation[] | null {
    const view = this.#views?.[at];
    return view?.hasAnnotations ? view.annotations : null;
  }

  /** Octets of the wire in the row. */
  octetsAt(at: number): number {
    return this.rows.kinds[at] === ROW.OCTETS ? (this.rows.known[at] as number) : 0;
  }

  /** Where in the arena the payload begins of the frame that stands there. */
  payloadAt(at: number): number {
    const { arena, starts } = this.rows;
    const start = starts[at] as number;
    return start + (headerLengthOf(arena, start) as number);
  }

  /** How long the payload of the frame is that stands there. */
  lengthAt(at: number): number {
    return (this.rows.starts[at] as number) + (this.rows.known[at] as number) - this.payloadAt(at);
  }

  opcodeAt(at: number): number {
    return (this.rows.arena[this.rows.starts[at] as number] as number) & 15;
  }

  /** The form of the length of the frame that stands there. */
  lengthBitsAt(at: number): 7 | 16 | 64 {
    return lengthBitsOf(this.rows.arena[(this.rows.starts[at] as number) + 1] as number);
  }

  answeredAt(at: number): Answered | null {
    const ordinal = this.answers[at] as number;
    return ordinal < 0 ? null : { ordinal, row: this.answerRows[at] as number };
  }
}

/** Ordinary rows that follow each other in a batch. */
export class Stretch {
  readonly batch: JudgedBatch;
  readonly from: number;
  /** Exclusive. */
  to: number;

  constructor(batch: JudgedBatch, from: number, to: number) {
    this.batch = batch;
    this.from = from;
    this.to = to;
  }
}

/** Rows that leave together: one that is an object, or ordinary ones. */
export type RowOrStretch = AnnotatedRow | Stretch;

/** The rows, each as an object. */
export function rowsOf(leaving: readonly RowOrStretch[]): readonly AnnotatedRow[] {
  const rows: AnnotatedRow[] = [];
  for (const one of leaving) {
    if (!(one instanceof Stretch)) rows.push(one);
    else for (let at = one.from; at < one.to; at++) rows.push(one.batch.view(at));
  }
  return rows;
}

/** Those of which something is said. */
export function annotatedRowsOf(leaving: RowOrStretch): readonly AnnotatedRow[] {
  if (!(leaving instanceof Stretch)) return leaving.annotations.length > 0 ? [leaving] : [];
  const { batch, from, to } = leaving;
  const rows: AnnotatedRow[] = [];
  for (let at = from; at < to; at++) if (batch.annotationsAt(at)) rows.push(batch.view(at));
  return rows;
}

const NO_HEADS: Head[] = [];

abstract class BatchRow implements AnnotatedRow {
  readonly batch: JudgedBatch;
  /** Its place in the batch. */
  readonly at: number;
  #row: Row | null = null;
  #annotations: Annotation[] | null = null;

  constructor(batch: JudgedBatch, at: number) {
    this.batch = batch;
    this.at = at;
  }

  abstract readonly frames: DecodedFrame[];
  abstract frame: Frame | null;

  get row(): Row {
    this.#row ??= this.batch.rows.rowAt(this.at);
    return this.#row;
  }

  get heads(): Head[] {
    return NO_HEADS;
  }

  get agrees(): boolean | null {
    return AGREEMENTS[this.batch.agrees[this.at] as number] as boolean | null;
  }

  set agrees(agrees: boolean | null) {
    this.batch.agrees[this.at] = AGREEMENTS.indexOf(agrees);
  }

  get annotations(): Annotation[] {
    this.#annotations ??= [];
    return this.#annotations;
  }

  get hasAnnotations(): boolean {
    return this.#annotations !== null && this.#annotations.length > 0;
  }
}

/** The octets of one whole data frame that is a message of its own, not compressed, and wrong in nothing. */
export class OrdinaryOctets extends BatchRow {
  readonly frame = null;
  #frames: DecodedFrame[] | null = null;

  get frames(): DecodedFrame[] {
    this.#frames ??= this.#made();
    return this.#frames;
  }

  get decoded(): Frame {
    return (this.frames[0] as DecodedFrame).frame;
  }

  #made(): DecodedFrame[] {
    const { batch, at } = this;
    const { octets, row } = this.row as OctetsRow;
    const size = headerLengthOf(octets.known, 0) ?? 0;
    const header = headerOfOctets(octets.known.subarray(0, size));
    const wire = octets.known.subarray(size);
    const place = {
      direction: DIRECTIONS[batch.rows.directions[at] as number] as 'rx' | 'tx',
      ordinal: batch.ordinals[at] as number,
      offset: batch.offsets[at] as number,
      isGuessed: false,
    };
    const frame = frameOfHeader(header, place, { at: 0, row, octet: 0, length: octets.length });
    frame.payload = header.maskingKey ? unmask(wire, header.maskingKey) : wire;
    frame.received = header.payloadLength;
    frame.finished = true;
    frame.answers = batch.answeredAt(at);
    return [{ frame, message: messageOf(frame) }];
  }
}

function messageOf(frame: Frame): Message {
  const message = openMessage(frame.opcode, false, frame.opcode === OPCODE.TEXT);
  if (message.utf8) pushUtf8(message.utf8, frame.payload);
  message.frames.push(frame);
  message.length = frame.length;
  message.finished = true;
  return message;
}

/** The log's own row for a frame. */
class OrdinaryFrameRow extends BatchRow {
  #frames: DecodedFrame[] | null = null;
  #frame: Frame | null = null;

  get frames(): DecodedFrame[] {
    this.#frames ??= [];
    return this.#frames;
  }

  get frame(): Frame | null {
    const partner = this.batch.partners[this.at] as number;
    return this.#frame ?? (partner === NOWHERE ? null : (this.batch.view(partner) as OrdinaryOctets).decoded);
  }

  set frame(frame: Frame | null) {
    this.#frame = frame;
  }
}

export type OrdinaryRow = OrdinaryOctets | OrdinaryFrameRow;
