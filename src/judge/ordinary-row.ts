// A row about which there is nothing to say, as it stands in its batch: a whole data frame, or the log's own row for one.
// Whoever asks for the row, its frame or its message gets them made; nobody asks for most of them.

import type { FrameRow, OctetsRow, Row } from '../model/row.ts';
import { DIRECTIONS, type RowBatch } from '../model/row-batch.ts';
import { pushUtf8 } from '../model/utf8.ts';
import type { Answered, Frame } from '../protocol/frame/frame.ts';
import { frameOfHeader, headerLengthOf, headerOfOctets } from '../protocol/frame/frame-header.ts';
import { unmask } from '../protocol/frame/masking.ts';
import { type Message, openMessage } from '../protocol/frame/message.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import type { Head } from '../protocol/handshake/handshake.ts';
import type { Ordinary } from '../protocol/steps/ordinary.ts';
import type { AnnotatedRow, Annotation, DecodedFrame } from './annotation.ts';

const NO_HEADS: Head[] = [];

abstract class BatchRow implements AnnotatedRow {
  readonly batch: RowBatch;
  /** Its place in the batch. */
  readonly at: number;
  readonly number: number;
  /** Octets of the wire in it. */
  readonly octets: number;
  agrees: boolean | null = null;
  #row: Row | null = null;
  #annotations: Annotation[] | null = null;

  constructor(batch: RowBatch, at: number, octets: number) {
    this.octets = octets;
    this.batch = batch;
    this.at = at;
    this.number = batch.rows[at] as number;
  }

  abstract readonly frames: DecodedFrame[];
  abstract frame: Frame | null;

  get row(): Row {
    this.#row ??= this.batch.rowAt(this.at);
    return this.#row;
  }

  get heads(): Head[] {
    return NO_HEADS;
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
  readonly ordinal: number;
  readonly offset: number;
  readonly answers: Answered | null;
  readonly frame = null;
  #frames: DecodedFrame[] | null = null;

  /** Numbers that two contents share only if they are the same, but for chance; 0 for an empty one. */
  readonly contentA: number;
  readonly contentB: number;

  constructor(batch: RowBatch, at: number, ordinal: number, offset: number, { answers, a, b }: Ordinary) {
    super(batch, at, batch.known[at] as number);
    this.contentA = a;
    this.contentB = b;
    this.ordinal = ordinal;
    this.offset = offset;
    this.answers = answers;
  }

  get opcode(): number {
    return (this.batch.arena[this.batch.starts[this.at] as number] as number) & 15;
  }

  /** The form of the length. */
  get lengthBits(): 7 | 16 | 64 {
    const short = (this.batch.arena[(this.batch.starts[this.at] as number) + 1] as number) & 0x7f;
    return short === 127 ? 64 : short === 126 ? 16 : 7;
  }

  /** Of the payload. */
  get length(): number {
    const second = this.batch.arena[(this.batch.starts[this.at] as number) + 1] as number;
    const { lengthBits } = this;
    return this.octets - (lengthBits === 7 ? 2 : lengthBits === 16 ? 4 : 10) - (second >= 0x80 ? 4 : 0);
  }

  get frames(): DecodedFrame[] {
    this.#frames ??= this.#made();
    return this.#frames;
  }

  get decoded(): Frame {
    return (this.frames[0] as DecodedFrame).frame;
  }

  #made(): DecodedFrame[] {
    const { octets } = this.row as OctetsRow;
    const size = headerLengthOf(octets.known, 0) ?? 0;
    const header = headerOfOctets(octets.known.subarray(0, size));
    const wire = octets.known.subarray(size);
    const place = {
      direction: DIRECTIONS[this.batch.directions[this.at] as number] as 'rx' | 'tx',
      ordinal: this.ordinal,
      offset: this.offset,
      isGuessed: false,
    };
    const frame = frameOfHeader(header, place, { at: 0, row: this.number, octet: 0, length: octets.length });
    frame.payload = header.maskingKey ? unmask(wire, header.maskingKey) : wire;
    frame.received = header.payloadLength;
    frame.finished = true;
    frame.answers = this.answers;
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
export class OrdinaryFrameRow extends BatchRow {
  /** The octets that say the same, once they have come. */
  partner: OrdinaryOctets | null = null;
  #frames: DecodedFrame[] | null = null;
  #frame: Frame | null = null;

  constructor(batch: RowBatch, at: number) {
    super(batch, at, 0);
  }

  get frames(): DecodedFrame[] {
    this.#frames ??= [];
    return this.#frames;
  }

  get frame(): Frame | null {
    return this.#frame ?? this.partner?.decoded ?? null;
  }

  set frame(frame: Frame | null) {
    this.#frame = frame;
  }

  get frameRow(): FrameRow {
    return this.row as FrameRow;
  }
}

export type OrdinaryRow = OrdinaryOctets | OrdinaryFrameRow;

/** The number of a row that is held. */
export function numberOfRow(annotated: AnnotatedRow): number {
  return annotated instanceof BatchRow ? annotated.number : annotated.row.row;
}
