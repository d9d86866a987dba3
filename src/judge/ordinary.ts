// The rows about which there is nothing to say, which are nearly all: octets that are one whole data message in one frame,
// and the log's own row for such a frame. They are read in their batch. Whether a frame is one is told by the signs that
// the rules look for, and by nothing else; what it does to the connection is what any frame does.

import { type Direction, otherDirection } from '../model/row.ts';
import { DIRECTIONS, ROW, type RowBatch } from '../model/row-batch.ts';
import type { Endpoint } from '../protocol/connection.ts';
import type { Content } from '../protocol/echo.ts';
import { keyOf } from '../protocol/frame/key-history.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { stepOctets } from '../protocol/steps/ending.ts';
import { isSettled, stepMoment, stepOrdinary } from '../protocol/steps/ordinary.ts';
import type { Stream } from '../protocol/stream.ts';
import { SIGNED_MOMENTS, signOfNextKey, signsOfHeader } from '../rules/kit/signs.ts';
import { isOddText, orOf, unmaskInto } from './ordinary-frame.ts';
import { AGREES, type JudgedBatch, NOWHERE } from './ordinary-row.ts';
import type { Run } from './run.ts';
import { saysFrame, type Witnesses } from './witness.ts';

interface Head {
  opcode: number;
  fin: boolean;
  rsv: number;
  masked: boolean;
  length: number;
  lengthBits: 7 | 16 | 64;
}

/** What a row of one direction has to do with. */
interface Way {
  readonly direction: Direction;
  readonly stream: Stream;
  readonly witness: Witnesses;
  readonly sender: Endpoint;
  readonly receiver: Endpoint;
}

export class OrdinaryRows {
  readonly #run: Run;
  /** The signs that any rule looks for. */
  readonly #signs: number;
  readonly #ways: readonly Way[];
  /** One for all headers. */
  readonly #head: Head = { opcode: 0, fin: true, rsv: 0, masked: false, length: 0, lengthBits: 7 };
  #unmasked = new DataView(new ArrayBuffer(256));
  /** What `orOf` says of the content. */
  #all = 0;
  readonly #content: Content = { view: this.#unmasked, from: 0, length: 0 };

  constructor(run: Run) {
    const { streams, witnesses, connection } = run;
    this.#run = run;
    this.#signs = SIGNED_MOMENTS.reduce((signs, moment) => signs | run.judge.signsOf(moment), 0);
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
    // A rule that is always asked looks for signs that nobody can see.
    if (this.#signs < 0 || this.#run.queue.length > 0) return false;
    const { kinds, directions } = batch.rows;
    const way = this.#ways[directions[at] as number] as Way;
    if (kinds[at] === ROW.OCTETS) return this.#takeOctets(batch, at, way);
    return kinds[at] === ROW.FRAME && this.#takeFrameRow(batch, at, way);
  }

  #takeFrameRow(batch: JudgedBatch, at: number, { direction, stream, witness }: Way): boolean {
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

  #takeOctets(batch: JudgedBatch, at: number, way: Way): boolean {
    const run = this.#run;
    const { rows } = batch;
    const { direction, stream, witness } = way;
    const isReceived = direction === 'rx';
    if (!stream.isBetweenFrames || !isSettled(run.connection, direction) || run.pairs.size > 0) return false;
    const { unlogged } = run.header;
    if (unlogged && (isReceived ? unlogged.rx : unlogged.tx) > 0) return false;
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
  #note(batch: JudgedBatch, at: number, { direction, stream }: Way, content: Content): void {
    const { rows } = batch;
    const { offset } = stream.decoder;
    const ordinal = stream.passFrame(rows.known[at] as number);
    const key = this.#head.masked ? this.#keyOf(rows, at) : null;
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
  #contentOf(batch: RowBatch, at: number, { sender, receiver }: Way): Content | null {
    const size = this.#readHeader(batch, at);
    const { opcode, fin, rsv, length, masked } = this.#head;
    if (size === 0 || !fin || rsv !== 0 || (opcode !== OPCODE.TEXT && opcode !== OPCODE.BINARY)) return null;
    const { connection } = this.#run;
    if (length > connection.maxMessage) return null;
    let signs = signsOfHeader(this.#head, false, sender, receiver, connection);
    if (masked) signs |= signOfNextKey(sender.keys, this.#keyOf(batch, at));
    if (signs & this.#signs) return null;
    const content = this.#unmask(batch, (batch.starts[at] as number) + size);
    return opcode === OPCODE.TEXT && isOddText(content, this.#all, this.#signs) ? null : content;
  }

  /** Reads the header of the frame that the row is; returns how long that is, 0 where the row is no frame or not just one. */
  #readHeader(batch: RowBatch, at: number): number {
    const { arena } = batch;
    const start = batch.starts[at] as number;
    const count = batch.known[at] as number;
    if (count < 2) return 0;
    const head = this.#head;
    const first = arena[start] as number;
    const second = arena[start + 1] as number;
    const short = second & 0x7f;
    head.opcode = first & 15;
    head.fin = first >= 0x80;
    head.rsv = (first >> 4) & 7;
    head.masked = second >= 0x80;
    head.length = short;
    head.lengthBits = 7;
    let size = head.masked ? 6 : 2;
    if (short === 126) {
      if (count < 4) return 0;
      head.length = ((arena[start + 2] as number) << 8) | (arena[start + 3] as number);
      head.lengthBits = 16;
      size += 2;
    } else if (short === 127) {
      if (count < 10) return 0;
      let length = 0;
      for (let i = start + 2; i < start + 10; i++) length = length * 256 + (arena[i] as number);
      head.length = length;
      head.lengthBits = 64;
      size += 8;
    }
    return size + head.length === count ? size : 0;
  }

  #keyOf(batch: RowBatch, at: number): number {
    const { lengthBits } = this.#head;
    return keyOf(batch.arena, (batch.starts[at] as number) + (lengthBits === 7 ? 2 : lengthBits === 16 ? 4 : 10));
  }

  /** The payload, which begins there: without its mask, if it has one. */
  #unmask(batch: RowBatch, from: number): Content {
    const { masked, length } = this.#head;
    const content = this.#content;
    content.length = length;
    content.view = masked ? this.#roomFor(length) : batch.view;
    content.from = masked ? 0 : from;
    this.#all = masked ? unmaskInto(this.#unmasked, batch.view, from, length) : orOf(content);
    return content;
  }

  #roomFor(length: number): DataView {
    if (this.#unmasked.byteLength < length) this.#unmasked = new DataView(new ArrayBuffer(2 * length));
    return this.#unmasked;
  }
}
