// Rows as columns: what a reader hands over a chunk at a time, so that rows of the usual kinds need no objects. A batch
// holds rows of one log in their order. Octets rows, and frame rows without anything unusual about them, stand in typed
// arrays, their octets one after the other in one arena; any other row stands in the batch as the object that it is.
//
// Any reader can fill one:
//
//     let batch = new RowBatch();
//     if (!batch.hasRoom(count)) batch = handOver(batch);         // `LogSink.batch`, then a new one
//     batch.addOctets(RX, row, time, count);                      // and copy or decode the octets ...
//     batch.arena.set(octets, batch.used - count);                // ... to where they were reserved
//     batch.addRow(other);                                        // whatever is no such row
//
// Who takes a batch owns it from then on: the reader does not touch it again.

import { isWhole, NO_OCTETS, type Octets } from './octets.ts';
import type { Direction, FrameRow, OctetsRow, Row } from './row.ts';

/** What stands at a place of a batch. */
export const ROW = { OCTETS: 0, FRAME: 1, OTHER: 2 } as const;

/** The numbers of the two directions in columns. */
export const RX = 0;
export const TX = 1;
export const DIRECTIONS: readonly Direction[] = ['rx', 'tx'];

/** Bits of the column `bits` of a frame row, beside those of a frame's first octet (FIN, RSV, opcode). */
export const FRAME_ROW = { MASKED: 0x100, HAS_KEY: 0x200 } as const;

/** So many rows are in a batch at the most. */
const BATCH_ROWS = 2048;
/** So many octets, but for a batch of a single row that has more. */
export const BATCH_OCTETS = 192 << 10;

const COLUMNS = ['kinds', 'directions', 'rows', 'times', 'starts', 'known', 'lengths', 'bits', 'keys'] as const;

/** A batch of which this part of the rows or octets is used wastes little. */
const WELL_USED = 8;

export class RowBatch {
  /** How many rows there are. */
  count = 0;
  /** The octets of all rows, and how many of the arena are taken. */
  arena: Uint8Array;
  /** The arena, to be read and written several octets at a time. */
  view: DataView;
  used = 0;
  /** One of `ROW`. */
  readonly kinds: Uint8Array;
  /** `RX` or `TX`; of other rows nothing. */
  readonly directions: Uint8Array;
  /** The row's number in the log. */
  readonly rows: Float64Array;
  /** Seconds since the log's start; NaN where the log has no times. */
  readonly times: Float64Array;
  /** Where in the arena the octets begin that are known (of a frame row: of its payload), and how many they are. */
  readonly starts: Int32Array;
  readonly known: Int32Array;
  /** How many there were, whether known or not. */
  readonly lengths: Float64Array;
  /** Of a frame row: its first octet as RFC 6455 §5.2 has it, and the bits of `FRAME_ROW`. */
  readonly bits: Uint16Array;
  /** Of a frame row with a masking key: its four octets as one number, the first the highest. */
  readonly keys: Int32Array;
  /** How many rows there can be. */
  private readonly most: number;
  /** Rows that are objects. */
  private readonly others: (Row | undefined)[] = [];

  /** `octets`: room for so many; one row that has more is taken all the same. */
  constructor(octets: number = BATCH_OCTETS, rows: number = BATCH_ROWS) {
    this.arena = Buffer.allocUnsafeSlow(octets);
    this.view = new DataView(this.arena.buffer);
    this.most = rows;
    this.kinds = new Uint8Array(rows);
    this.directions = new Uint8Array(rows);
    this.rows = new Float64Array(rows);
    this.times = new Float64Array(rows);
    this.starts = new Int32Array(rows);
    this.known = new Int32Array(rows);
    this.lengths = new Float64Array(rows);
    this.bits = new Uint16Array(rows);
    this.keys = new Int32Array(rows);
  }

  /** Is there room for one more row with so many octets? An empty batch has room for any. */
  hasRoom(octets: number): boolean {
    return this.count === 0 || (this.count < this.most && this.used + octets <= this.arena.length);
  }

  /**
   * Adds an octets row of which all is known, and reserves the room for its octets: they have to be written to the arena
   * from `used - octets` on.
   */
  addOctets(direction: number, row: number, time: number, octets: number): number {
    return this.add(ROW.OCTETS, direction, row, time, octets);
  }

  /**
   * Adds a frame row whose payload is all shown, with nothing about it that the columns cannot say: no orders to its writer,
   * a mask bit, a length below 2^53. Reserves the room for the payload as `addOctets` does. `key`: null for none.
   */
  addFrame(
    direction: number,
    row: number,
    time: number,
    bits: number,
    masked: boolean,
    key: number | null,
    length: number,
  ): number {
    const i = this.add(ROW.FRAME, direction, row, time, length);
    this.bits[i] = bits | (masked ? FRAME_ROW.MASKED : 0) | (key === null ? 0 : FRAME_ROW.HAS_KEY);
    this.keys[i] = key ?? 0;
    return i;
  }

  /**
   * Adds a row of any kind: in columns where they can say all of it, its octets copied, else as the object that it is. There
   * has to be room for its octets.
   */
  push(row: Row): void {
    if (row.kind === 'octets' && isPlainOctetsRow(row)) this.pushOctets(row);
    else if (row.kind === 'frame' && isPlainFrameRow(row)) this.pushFrame(row);
    else this.addRow(row);
  }

  private pushOctets({ direction, row, time, octets }: OctetsRow): void {
    this.addOctets(numberOf(direction), row, time ?? Number.NaN, octets.length);
    this.arena.set(octets.known, this.used - octets.length);
  }

  private pushFrame({ direction, row, time, opcode, fin, rsv, masked, maskingKey, length, payload }: FrameRow): void {
    const bits = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
    const key = maskingKey === null ? null : Number.parseInt(maskingKey, 16);
    this.addFrame(numberOf(direction), row, time ?? Number.NaN, bits, masked, key, length ?? 0);
    if (payload) this.arena.set(payload.known, this.used - payload.length);
  }

  /** Adds a row as it is. */
  addRow(row: Row): number {
    const i = this.add(
      ROW.OTHER,
      row.kind === 'octets' || row.kind === 'frame' ? numberOf(row.direction) : 0,
      row.row,
      0,
      0,
    );
    this.others[i] = row;
    return i;
  }

  /** Takes the row back that was added last. */
  dropLast(): void {
    this.count--;
    this.used -= this.known[this.count] as number;
    this.others.length = Math.min(this.others.length, this.count);
  }

  /** The latest row of that direction, from the row `from` on; -1 where there is none. */
  lastOf(direction: number, from: number): number {
    let i = this.count - 1;
    while (i >= from && (this.directions[i] !== direction || this.kinds[i] === ROW.OTHER)) i--;
    return i < from ? -1 : i;
  }

  /** The time of the latest row that has one, in seconds; null where none has. */
  lastTime(): number | null {
    for (let i = this.count - 1; i >= 0; i--) {
      const time = this.kinds[i] === ROW.OTHER ? this.others[i]?.time : timeOf(this.times[i] as number);
      if (time != null) return time;
    }
    return null;
  }

  private add(kind: number, direction: number, row: number, time: number, octets: number): number {
    const i = this.count++;
    if (this.used + octets > this.arena.length) this.grow(octets);
    this.kinds[i] = kind;
    this.directions[i] = direction;
    this.rows[i] = row;
    this.times[i] = time;
    this.starts[i] = this.used;
    this.known[i] = octets;
    this.lengths[i] = octets;
    this.used += octets;
    return i;
  }

  private grow(octets: number): void {
    const arena = Buffer.allocUnsafeSlow(this.used + octets);
    arena.set(this.arena.subarray(0, this.used));
    this.arena = arena;
    this.view = new DataView(arena.buffer);
  }

  /** For who holds it for long: with no more room than its rows take; the batch itself, where that is well used. */
  fitted(): RowBatch {
    if (this.count * WELL_USED >= this.most || this.used * WELL_USED >= this.arena.length) return this;
    const fitted = new RowBatch(this.used, this.count);
    fitted.count = this.count;
    fitted.used = this.used;
    fitted.arena.set(this.arena.subarray(0, this.used));
    for (const column of COLUMNS) fitted[column].set(this[column].subarray(0, this.count));
    for (const [i, row] of this.others.entries()) fitted.others[i] = row;
    return fitted;
  }

  /** The row as an object that does not keep the batch: it may be held for long. */
  copyAt(i: number): Row {
    const row = this.rowAt(i);
    if (this.kinds[i] === ROW.OTHER || (this.known[i] as number) > LARGE) return row;
    if (row.kind === 'octets') return { ...row, octets: copyOf(row.octets) };
    return row.kind === 'frame' ? { ...row, payload: row.payload && copyOf(row.payload) } : row;
  }

  /** The row as an object. Its octets are a view of the arena. */
  rowAt(i: number): Row {
    const kind = this.kinds[i];
    if (kind === ROW.OTHER) return this.others[i] as Row;
    return kind === ROW.OCTETS ? this.octetsRowAt(i) : this.frameRowAt(i);
  }

  private octetsAt(i: number): Octets {
    const start = this.starts[i] as number;
    const count = this.known[i] as number;
    const known = count === 0 ? NO_OCTETS : this.arena.subarray(start, start + count);
    return { length: this.lengths[i] as number, known, exact: true };
  }

  private octetsRowAt(i: number): OctetsRow {
    return {
      kind: 'octets',
      row: this.rows[i] as number,
      time: timeOf(this.times[i] as number),
      direction: DIRECTIONS[this.directions[i] as number] as Direction,
      octets: this.octetsAt(i),
      sync: false,
    };
  }

  private frameRowAt(i: number): FrameRow {
    const bits = this.bits[i] as number;
    const key = this.keys[i] as number;
    return {
      kind: 'frame',
      row: this.rows[i] as number,
      time: timeOf(this.times[i] as number),
      direction: DIRECTIONS[this.directions[i] as number] as Direction,
      opcode: bits & 15,
      fin: (bits & 0x80) !== 0,
      rsv: (bits >> 4) & 7,
      masked: (bits & FRAME_ROW.MASKED) !== 0,
      maskingKey: bits & FRAME_ROW.HAS_KEY ? (key >>> 0).toString(16).padStart(8, '0') : null,
      length: this.lengths[i] as number,
      payload: this.octetsAt(i),
      repeat: null,
      chopSize: null,
      sync: false,
    };
  }
}

/** A row of more octets takes most of its batch. */
const LARGE = 64 << 10;

function copyOf(octets: Octets): Octets {
  const known = new Uint8Array(octets.known.length);
  known.set(octets.known);
  return { length: octets.length, known, exact: octets.exact };
}

/** So many octets of a row stand in the arena. */
export function octetsOfRow(row: Row): number {
  return row.kind === 'octets' ? row.octets.known.length : row.kind === 'frame' ? (row.payload?.known.length ?? 0) : 0;
}

function isPlainOctetsRow({ octets, sync }: OctetsRow): boolean {
  return isWhole(octets) && !sync;
}

function isPlainFrameRow(row: FrameRow): boolean {
  const { payload, length, exactLength, repeat, chopSize, sync, maskUnknown, maskingKey } = row;
  const hasOrders = repeat !== null || chopSize !== null || sync;
  const isShown = payload !== null && isWhole(payload) && payload.length === length && exactLength === undefined;
  return isShown && !hasOrders && !maskUnknown && (maskingKey === null || /^[0-9a-f]{8}$/.test(maskingKey));
}

function numberOf(direction: Direction): number {
  return direction === 'rx' ? RX : TX;
}

function timeOf(time: number): number | null {
  return Number.isNaN(time) ? null : time;
}
