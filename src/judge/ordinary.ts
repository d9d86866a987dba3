// The rows about which there is nothing to say, which are nearly all: octets that are one whole data message in one frame,
// and the log's own row for such a frame. They are read in their batch. Whether a frame is one is told by the signs that
// the rules look for, and by nothing else; what it does to the connection is what any frame does.

import { isUtf8 } from 'node:buffer';
import type { Direction } from '../model/row.ts';
import { DIRECTIONS, ROW, type RowBatch, TX } from '../model/row-batch.ts';
import { areSequence, keyOf } from '../protocol/frame/key-history.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { stepOctets } from '../protocol/steps/ending.ts';
import { type Content, isSettled, stepMoment, stepOrdinary } from '../protocol/steps/ordinary.ts';
import { SIGN, SIGNED_MOMENTS, signOfText, signsOfHeader } from '../rules/kit/signs.ts';
import { OrdinaryFrameRow, OrdinaryOctets, type OrdinaryRow } from './ordinary-row.ts';
import type { Run } from './run.ts';
import { saysFrame } from './witness.ts';

interface Head {
  opcode: number;
  fin: boolean;
  rsv: number;
  masked: boolean;
  length: number;
  lengthBits: 7 | 16 | 64;
}

export class OrdinaryRows {
  readonly #run: Run;
  /** The signs that any rule looks for. */
  readonly #signs: number;
  /** One for all headers. */
  readonly #head: Head = { opcode: 0, fin: true, rsv: 0, masked: false, length: 0, lengthBits: 7 };
  #unmasked = new Uint8Array(256);
  readonly #content: Content = { octets: this.#unmasked, from: 0, length: 0 };

  constructor(run: Run) {
    this.#run = run;
    this.#signs = SIGNED_MOMENTS.reduce((signs, moment) => signs | run.judge.signsOf(moment), 0);
  }

  /** Reads the row at that place of the batch, if it is an ordinary one; else null, and nothing has changed. */
  take(batch: RowBatch, at: number): OrdinaryRow | null {
    // A rule that is always asked looks for signs that nobody can see.
    if (this.#signs < 0 || this.#run.queue.length > 0) return null;
    const kind = batch.kinds[at];
    if (kind === ROW.OCTETS) return this.#takeOctets(batch, at);
    return kind === ROW.FRAME ? this.#takeFrameRow(batch, at) : null;
  }

  #takeFrameRow(batch: RowBatch, at: number): OrdinaryFrameRow | null {
    const run = this.#run;
    const number = batch.directions[at] as number;
    const direction = DIRECTIONS[number] as Direction;
    if (run.header.framesFromRows || !run.announced[direction] || run.connection.tcpEnd) return null;
    if (direction === 'rx' && run.streams.rx.phase === 'lost') return null;
    const row = new OrdinaryFrameRow(batch, at);
    const partner = run.witnesses[direction].reachOrdinary(row);
    if (number !== TX && !partner) return null;
    if (partner) pair(row, partner);
    this.#begin(batch, at);
    return row;
  }

  #takeOctets(batch: RowBatch, at: number): OrdinaryOctets | null {
    const run = this.#run;
    const direction = DIRECTIONS[batch.directions[at] as number] as Direction;
    const stream = run.streams[direction];
    if (!stream.isBetweenFrames || !isSettled(run.connection, direction)) return null;
    if (run.pairs.size > 0 || (run.header.unlogged?.[direction] ?? 0) > 0) return null;
    const content = this.#contentOf(batch, at, direction);
    if (!content) return null;
    const witness = run.witnesses[direction];
    const expected = witness.expected(batch.rows[at] as number);
    if (expected === undefined) return null;
    if (expected && !saysFrame(expected.batch, expected.at, batch, at)) return null;
    this.#begin(batch, at);
    stepOctets(run.connection, direction);
    run.hasOctets = true;
    run.announced[direction] = true;
    const { offset } = stream.decoder;
    const ordinal = stream.passFrame(batch.known[at] as number);
    const key = this.#head.masked ? this.#keyOf(batch, at) : null;
    const found = stepOrdinary(run.connection, direction, ordinal, key, content);
    const row = new OrdinaryOctets(batch, at, ordinal, offset, found);
    witness.beginOrdinary(row);
    run.subjects[direction] = null;
    if (expected) pair(expected, row);
    return row;
  }

  #begin(batch: RowBatch, at: number): void {
    const time = batch.times[at] as number;
    stepMoment(this.#run.connection, { row: batch.rows[at] as number, time: Number.isNaN(time) ? null : time });
  }

  /** The payload, unmasked, where the row is one whole frame without a sign; only until the next one is asked for. */
  #contentOf(batch: RowBatch, at: number, direction: Direction): Content | null {
    const size = this.#readHeader(batch, at);
    const { opcode, fin, rsv, length } = this.#head;
    if (size === 0 || !fin || rsv !== 0 || (opcode !== OPCODE.TEXT && opcode !== OPCODE.BINARY)) return null;
    const { connection } = this.#run;
    if (length > connection.maxMessage) return null;
    const { [direction]: sender, [direction === 'rx' ? 'tx' : 'rx']: receiver } = connection;
    if (signsOfHeader(this.#head, false, sender, receiver, connection) & this.#signs) return null;
    if (this.#head.masked && this.#isOddKey(batch, at, direction)) return null;
    const content = this.#unmask(batch, at, size);
    return opcode === OPCODE.TEXT && this.#isOddText(content) ? null : content;
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

  #isOddKey(batch: RowBatch, at: number, direction: Direction): boolean {
    const key = this.#keyOf(batch, at);
    const { keys } = this.#run.connection[direction];
    if (key === 0 || !keys.isNew(key)) return (this.#signs & SIGN.KEY) !== 0;
    const { recent } = keys;
    const last = recent.length;
    if (last < 3) return false;
    return areSequence(recent[last - 3] as number, recent[last - 2] as number, recent[last - 1] as number, key);
  }

  /** Unmasks the payload, where it has a mask. */
  #unmask(batch: RowBatch, at: number, size: number): Content {
    const { arena } = batch;
    const { masked, length } = this.#head;
    const from = (batch.starts[at] as number) + size;
    const content = this.#content;
    content.length = length;
    content.octets = masked ? this.#roomFor(length) : arena;
    content.from = masked ? 0 : from;
    if (!masked) return content;
    const clear = this.#unmasked;
    const [a, b, c, d] = [arena[from - 4], arena[from - 3], arena[from - 2], arena[from - 1]] as Quad;
    let i = 0;
    for (; i + 3 < length; i += 4) {
      clear[i] = (arena[from + i] as number) ^ a;
      clear[i + 1] = (arena[from + i + 1] as number) ^ b;
      clear[i + 2] = (arena[from + i + 2] as number) ^ c;
      clear[i + 3] = (arena[from + i + 3] as number) ^ d;
    }
    for (; i < length; i++) clear[i] = (arena[from + i] as number) ^ (arena[from - 4 + (i & 3)] as number);
    return content;
  }

  #roomFor(length: number): Uint8Array {
    if (this.#unmasked.length < length) this.#unmasked = new Uint8Array(2 * length);
    return this.#unmasked;
  }

  /** Not UTF-8, or with octets that may be those of an odd character. */
  #isOddText({ octets, from, length }: Content): boolean {
    const end = from + length;
    let all = 0;
    for (let i = from; i < end; i++) {
      const octet = octets[i] as number;
      all |= octet | (octet - 1);
    }
    // Below 0x80 and no NUL: nothing more to see.
    if (all >= 0 && all < 0x80) return false;
    const text = octets.subarray(from, end);
    return !isUtf8(text) || (signOfText(text) & this.#signs) !== 0;
  }
}

type Quad = [number, number, number, number];

/** The log's row says what the octets say. */
function pair(row: OrdinaryFrameRow, octets: OrdinaryOctets): void {
  row.partner = octets;
  row.agrees = true;
}
