// The log's own frame rows, paired with the frames that the octets hold. A received frame is logged after its octets, a
// sent one before them, so the two directions pair differently. The pairing also lends the decoder what a cut hides,
// and confirms where frames begin after a gap.

import type { Direction, FrameRow, OctetsRow } from '../model/row.ts';
import type { Frame } from '../protocol/frame/frame.ts';
import { startOf } from '../protocol/frame/frame.ts';
import { saysFrame } from './frame-row-comparison.ts';
import { JudgedBatch, NOWHERE, type OrdinaryOctets } from './ordinary-row.ts';
import { WitnessQueue } from './witness-queue.ts';

export interface FramePair {
  readonly row: FrameRow;
  readonly frame: Frame;
}

export interface Witnesses {
  /** Every row of this direction, as soon as it is read, well before it is judged. */
  announce(row: FrameRow | OctetsRow): void;
  /** The frame row is judged now: gives the pair if its frame has come. */
  reach(row: FrameRow): FramePair | null;
  /** A frame begins: gives the pair if its row has been reached. */
  begin(frame: Frame): FramePair | null;
  /** The row that describes the frame that begins now; undefined while it may yet come. */
  forNext(ended: boolean): FrameRow | null | undefined;
  /** The row that describes the frame that began last; undefined while it may yet come. */
  forOpen(ended: boolean): FrameRow | null | undefined;
  /**
   * The rows that describe the frames of that row, read from its start: null where there are none, none at all where the
   * log has no rows for its frames; undefined while they may yet come.
   */
  confirming(row: OctetsRow, ended: boolean): readonly FrameRow[] | null | undefined;
  /** The frame row that was reached last has no octets in the log. */
  drop(): void;
  /** Octets are missing from the log here, and with them those of the rows that were reached and have no frame. */
  lose(): void;
  /**
   * For a row of the log's own that stands at that place of a batch. Of RX: where in it the octets stand whose frame it tells
   * of, if those came last and are ordinary too. Of TX it waits for its frame. Else `NOWHERE`, and nothing has changed.
   */
  reachOrdinary(batch: JudgedBatch, at: number): number;
  /**
   * The frame that is to begin in that row is ordinary, as its octets are. Returns where in the batch the row of the log's
   * own stands that tells of it: `NOWHERE` if there is none, null where that has to be found out by `begin`.
   */
  expected(batch: JudgedBatch, row: number): number | null;
  /** It has begun: its octets stand there. */
  beginOrdinary(batch: JudgedBatch, at: number): void;
  /** A frame has begun in a log that has no rows for its frames. */
  pass(): void;
  /** Frames are read again from that row's first octet on: what came before pairs no more. */
  resume(row: number): void;
}

// Memory must not grow with the log. No read holds so many frames, and no row waits for so many others.
const REMEMBERED = 1 << 14;
/** Nor so many octets of frames before it. */
const REMEMBERED_OCTETS = 16 << 20;

/** `onlyOctets`: the log has no frame rows. */
export function witnesses(direction: Direction, onlyOctets = false): Witnesses {
  return direction === 'rx' ? new ReceivedWitnesses(onlyOctets) : new SentWitnesses();
}

/** RX: the n-th row describes the n-th frame. */
class ReceivedWitnesses implements Witnesses {
  readonly #onlyOctets: boolean;
  /** Rows without a frame yet. */
  #announced: FrameRow[] = [];
  /** How many of them were judged before their frame came. */
  #reached = 0;
  /** Frames without a row yet. */
  readonly #begun = new WitnessQueue<Frame>();
  /** The octets of all of these but the last. */
  #octets = 0;
  /** The row of the frame that began last, if that was there already. */
  #paired: FrameRow | null = null;
  #hasRows = false;
  /** The log has no rows for its frames. */
  #isWithout = false;
  /** Frames that wait for no row, as there are none. */
  #passed = 0;
  /** The numbers of the rows of octets. */
  readonly #octetRows: number[] = [];

  constructor(onlyOctets: boolean) {
    this.#onlyOctets = onlyOctets;
  }

  announce(row: FrameRow | OctetsRow): void {
    if (row.kind === 'frame') {
      this.#announced.push(row);
      this.#hasRows = true;
    } else this.#noteOctets(row.row);
  }

  reach(row: FrameRow): FramePair | null {
    if (this.#isWithout) {
      this.#announced.shift();
      return null;
    }
    const { first, firstAt } = this.#begun;
    if (!first) {
      this.#reached++;
      return null;
    }
    this.#shift();
    this.#announced.shift();
    return { row, frame: first instanceof JudgedBatch ? (first.view(firstAt) as OrdinaryOctets).decoded : first };
  }

  reachOrdinary(batch: JudgedBatch, at: number): number {
    const { first, firstAt } = this.#begun;
    // A batch knows of no other one: else the oldest would keep all that come after it.
    if (this.#isWithout || this.#reached > 0 || this.#announced.length > 0 || first !== batch) return NOWHERE;
    if (!saysFrame(batch.rows, at, firstAt)) return NOWHERE;
    this.#shift();
    this.#hasRows = true;
    return firstAt;
  }

  expected(): number | null {
    return this.#reached === 0 || this.#isWithout ? NOWHERE : null;
  }

  beginOrdinary(batch: JudgedBatch, at: number): void {
    this.#paired = null;
    this.#noteOctets(batch.rows.rows[at] as number);
    if (!this.#isWithout) this.#wait(batch, at);
  }

  begin(frame: Frame): FramePair | null {
    this.#paired = null;
    if (this.#isWithout) return null;
    if (this.#reached === 0) {
      this.#wait(frame);
      return null;
    }
    this.#reached--;
    this.#paired = this.#announced.shift() ?? null;
    return this.#paired && { row: this.#paired, frame };
  }

  forNext(ended: boolean): FrameRow | null | undefined {
    if (this.#isWithout) return null;
    return this.#announced[this.#begun.length] ?? (ended ? null : undefined);
  }

  forOpen(ended: boolean): FrameRow | null | undefined {
    if (this.#isWithout) return null;
    return this.#paired ?? this.#announced[this.#begun.length - 1] ?? (ended ? null : undefined);
  }

  confirming(row: OctetsRow, ended: boolean): readonly FrameRow[] | null | undefined {
    const octetRows = this.#octetRows;
    while (octetRows.length > 0 && (octetRows[0] as number) <= row.row) octetRows.shift();
    const next = octetRows[0];
    if (next === undefined && !ended) return undefined;
    const rows = this.#announced.filter((one) => one.row > row.row && (next === undefined || one.row < next));
    return rows.length > 0 || !this.#hasRows ? rows : null;
  }

  drop(): void {
    this.#announced.shift();
    this.#reached--;
  }

  lose(): void {}

  pass(): void {
    if (!this.#isWithout) this.#isWithout = ++this.#passed > REMEMBERED;
  }

  resume(row: number): void {
    this.#announced = this.#announced.filter((one) => one.row > row);
    this.#forget();
    this.#passed = 0;
    this.#reached = 0;
    this.#isWithout = false;
  }

  #noteOctets(row: number): void {
    if (this.#octetRows.push(row) > 2 * REMEMBERED) this.#octetRows.splice(0, REMEMBERED);
  }

  #wait(frame: Frame | JudgedBatch, at = 0): void {
    if (this.#onlyOctets) {
      this.pass();
      return;
    }
    const begun = this.#begun;
    const { last, lastAt } = begun;
    if (last) this.#octets += octetsOf(last, lastAt);
    begun.push(frame, at);
    const { first = frame, firstAt } = begun;
    const isTooMuch = this.#octets > REMEMBERED_OCTETS && beginOf(first, firstAt) < beginOf(frame, at);
    this.#isWithout = (isTooMuch || begun.length > REMEMBERED) && this.#announced.length === 0;
    if (this.#isWithout) this.#forget();
  }

  #shift(): void {
    const { first, firstAt } = this.#begun;
    this.#begun.shift();
    if (first && this.#begun.length > 0) this.#octets -= octetsOf(first, firstAt);
  }

  #forget(): void {
    this.#begun.drop(this.#begun.length);
    this.#octets = 0;
  }
}

function octetsOf(frame: Frame | JudgedBatch, at: number): number {
  return frame instanceof JudgedBatch ? frame.octetsAt(at) : frame.payload.length;
}

/** The row of its first octet. */
function beginOf(frame: Frame | JudgedBatch, at: number): number {
  return frame instanceof JudgedBatch ? (frame.rows.rows[at] as number) : startOf(frame).row;
}

/** TX: the oldest row that stands before the frame's octets describes it; a streamed frame has none. */
class SentWitnesses implements Witnesses {
  readonly #waiting = new WitnessQueue<FrameRow>();
  #paired: FrameRow | null = null;
  #hasRows = false;
  /** Rows that were to confirm the octets asked about last. */
  #tried = 0;

  announce(row: FrameRow | OctetsRow): void {
    this.#hasRows ||= row.kind === 'frame';
  }

  reach(row: FrameRow): null {
    this.#waiting.push(row);
    return null;
  }

  reachOrdinary(batch: JudgedBatch, at: number): number {
    this.#hasRows = true;
    this.#waiting.push(batch, at);
    return NOWHERE;
  }

  expected(batch: JudgedBatch, row: number): number | null {
    if (!this.#isFirstBefore(row)) return NOWHERE;
    return this.#waiting.first === batch ? this.#waiting.firstAt : null;
  }

  beginOrdinary(batch: JudgedBatch, at: number): void {
    this.#paired = null;
    if (this.#isFirstBefore(batch.rows.rows[at] as number)) this.#waiting.shift();
  }

  begin(frame: Frame): FramePair | null {
    const row = this.forNext();
    this.#paired = row && row.row < startOf(frame).row ? row : null;
    if (!this.#paired) return null;
    this.#waiting.shift();
    return { row: this.#paired, frame };
  }

  forNext(): FrameRow | null {
    const { first, firstAt } = this.#waiting;
    return first ? frameRowOf(first, firstAt) : null;
  }

  forOpen(): FrameRow | null {
    return this.#paired;
  }

  confirming(row: OctetsRow): readonly FrameRow[] | null {
    // They have not: what they are about is passed.
    this.#waiting.drop(this.#tried);
    const rows = this.#waiting.map(frameRowOf).filter((one) => one.row < row.row);
    this.#tried = rows.length;
    return rows.length > 0 || !this.#hasRows ? rows : null;
  }

  drop(): void {}

  lose(): void {
    this.#waiting.drop(this.#waiting.length);
    this.#tried = 0;
  }

  pass(): void {}

  resume(): void {
    this.#tried = 0;
  }

  #isFirstBefore(row: number): boolean {
    const { first, firstAt } = this.#waiting;
    return (
      first !== undefined && (first instanceof JudgedBatch ? (first.rows.rows[firstAt] as number) : first.row) < row
    );
  }
}

function frameRowOf(one: FrameRow | JudgedBatch, at: number): FrameRow {
  return one instanceof JudgedBatch ? one.frameRowAt(at) : one;
}
