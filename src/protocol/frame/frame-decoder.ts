// One direction's octets after the handshake, made into frames (RFC 6455 §5.2). The decoder never judges and never
// throws: any octets give frames, "needs more", "needs the log's own word" or "lost". It takes octets in any chops and
// gives the same frames. A cut row never moves the position in the stream: what is hidden is stepped over by its
// length, and only a header that is hidden needs the log's own frame row.

import { concatOctets, isWhole, NO_OCTETS, type Octets } from '../../model/octets.ts';
import type { Direction, FrameRow } from '../../model/row.ts';
import { addSpan, type Frame } from './frame.ts';
import { frameOfHeader, type Header, headerLengthOf, headerOfOctets, headerOfRow } from './frame-header.ts';
import { unmaskPart } from './masking.ts';

/** Octets of one row, or what is left of them. */
export interface RowPiece {
  readonly row: number;
  /** Position of the piece's first octet within its row. */
  readonly octet: number;
  readonly octets: Octets;
}

/** A piece of which so many octets are read. */
export interface Rest extends RowPiece {
  readonly used: number;
}

export type DecoderStep =
  | { readonly type: 'header'; readonly frame: Frame }
  /** More payload came, from payload octet `at` on; `octets` are the known ones, unmasked; `hidden`: some were not. */
  | {
      readonly type: 'payload';
      readonly frame: Frame;
      readonly at: number;
      readonly octets: Uint8Array;
      readonly hidden: boolean;
    }
  | { readonly type: 'frame'; readonly frame: Frame }
  | { readonly type: 'more' }
  | { readonly type: 'witness' }
  /** The position in the stream is lost from here on. */
  | { readonly type: 'lost'; readonly why: string; readonly row: number };

/** The log's own frame row for a frame: null where there is none, undefined where it may yet come. */
type Witness = () => FrameRow | null | undefined;

/** What the log's own rows say of the frame that begins now, and of the one that is open. */
export interface Witnessing {
  readonly forNext: Witness;
  readonly forOpen: Witness;
}

/** For a log whose own rows are not asked. */
export const NO_WITNESS: Witnessing = { forNext: () => null, forOpen: () => null };

const MORE: DecoderStep = { type: 'more' };
const NO_PARTS: Uint8Array[] = [];

const NEEDS_WITNESS: DecoderStep = { type: 'witness' };

const LONGEST_HEADER = 14;
/** A frame row shows so many payload octets at the most. */
const SHOWN_IN_ROWS = 64;

export class FrameDecoder {
  /** Whether it is only a guess that frames begin where they are read, from the next one on. */
  isGuess = false;
  readonly #direction: Direction;
  readonly #keep: number;
  #pieces: RowPiece[] = [];
  /** Index of the piece that is being read, and how many octets of it have been read. */
  #first = 0;
  #used = 0;
  #offset: number;
  #ordinal = 0;
  #open: Frame | null = null;
  #parts: Uint8Array[] = NO_PARTS;
  #kept = 0;
  readonly #headerOctets = new Uint8Array(LONGEST_HEADER);

  /** `start`: position in the stream of the first octet; `keep`: payload octets of a frame that are kept at the most. */
  constructor(direction: Direction, start: number, keep: number) {
    this.#direction = direction;
    this.#offset = start;
    this.#keep = keep;
  }

  /** No octet waits, and no frame is open. */
  get isBetweenFrames(): boolean {
    return this.#open === null && this.#pieces.length === 0;
  }

  /** Position in the stream of the next octet to be read. */
  get offset(): number {
    return this.#offset;
  }

  /** The frame whose octets have not all come. */
  get open(): Frame | null {
    if (this.#open) this.#settle(this.#open);
    return this.#open;
  }

  /** The known octets of a header that is not complete. */
  get partialHeader(): Uint8Array {
    return this.#open ? NO_OCTETS : this.#headerOctets.slice(0, this.#lookAhead().count);
  }

  push(piece: RowPiece): void {
    if (piece.octets.length > 0 || !piece.octets.exact) this.#pieces.push(piece);
  }

  next(witnessing: Witnessing): DecoderStep {
    const open = this.#open;
    if (open && open.received === open.length) return this.#finish(open, witnessing.forOpen);
    const inexact = this.#pieces[this.#first];
    if (inexact && !inexact.octets.exact && this.#used === inexact.octets.length)
      return this.#lost('length of a row is not known');
    return open ? this.#readPayload(open) : this.#beginFrame(witnessing.forNext);
  }

  /** Drops what is buffered and any open frame; the next piece begins a frame at `offset`, that of number `ordinal`. */
  restart(offset: number, ordinal = this.#ordinal): void {
    if (this.#open) this.#settle(this.#open);
    this.#ordinal = ordinal;
    this.#pieces = [];
    this.#first = 0;
    this.#used = 0;
    this.#offset = offset;
    this.#open = null;
  }

  /** A whole frame of so many octets was read elsewhere, just behind what was read before. Returns its ordinal. */
  pass(octets: number): number {
    this.#offset += octets;
    return this.#ordinal++;
  }

  /** What is left to read, between two frames, where that is of one row and all known. */
  get rest(): Rest | null {
    const piece = this.#pieces[this.#first];
    if (this.#open || !piece || this.#first + 1 < this.#pieces.length || !isWhole(piece.octets)) return null;
    return { row: piece.row, octet: piece.octet, octets: piece.octets, used: this.#used };
  }

  /** So many octets of the rest are frames that were read elsewhere, each of which was passed. */
  skip(octets: number): void {
    this.#used += octets;
    if (this.#used === this.#pieces[this.#first]?.octets.length) this.#dropPiece();
  }

  /** Copies header octets ahead of the position; says how many are known and whether a hidden one stopped it. */
  #lookAhead(): { count: number; hidden: boolean } {
    let count = 0;
    let at = this.#used;
    for (let i = this.#first; i < this.#pieces.length && count < LONGEST_HEADER; i++) {
      const { known, length, exact } = (this.#pieces[i] as RowPiece).octets;
      while (at < known.length && count < LONGEST_HEADER) this.#headerOctets[count++] = known[at++] as number;
      if (count < LONGEST_HEADER && (at < length || !exact)) return { count, hidden: true };
      at = 0;
    }
    return { count, hidden: false };
  }

  /** Steps over `count` octets and notes where they stand. */
  #advance(count: number, frame: Frame, from: number): void {
    let left = count;
    let at = from;
    while (left > 0) {
      const piece = this.#pieces[this.#first];
      if (!piece) return;
      const take = Math.min(left, piece.octets.length - this.#used);
      addSpan(frame.spans, at, piece.row, piece.octet + this.#used, take);
      this.#used += take;
      this.#offset += take;
      at += take;
      left -= take;
      if (this.#used < piece.octets.length) return;
      if (!piece.octets.exact) return;
      this.#dropPiece();
    }
  }

  #dropPiece(): void {
    this.#first++;
    this.#used = 0;
    if (this.#first === 1 && this.#pieces.length === 1) {
      // Nearly always: the array keeps its room.
      this.#pieces.pop();
      this.#first = 0;
    } else if (this.#first === this.#pieces.length) {
      this.#pieces = [];
      this.#first = 0;
    } else if (this.#first > 1024) {
      this.#pieces = this.#pieces.slice(this.#first);
      this.#first = 0;
    }
  }

  /** The usual case, for speed: the whole header is in sight, and nothing is copied. */
  #headerInPiece(): Uint8Array | null {
    const known = this.#pieces[this.#first]?.octets.known;
    const needed = known ? headerLengthOf(known, this.#used) : null;
    if (!known || needed === null || this.#used + needed > known.length) return null;
    return known.subarray(this.#used, this.#used + needed);
  }

  #beginFrame(witness: Witness): DecoderStep {
    const header = this.#headerInPiece();
    if (header) return this.#begin(headerOfOctets(header));
    const { count, hidden } = this.#lookAhead();
    if (count === 0 && !hidden) return MORE;
    const known = this.#headerOctets.subarray(0, count);
    const needed = headerLengthOf(known, 0);
    if (needed !== null && count >= needed) return this.#begin(headerOfOctets(known.slice(0, needed)));
    return hidden ? this.#beginHidden(known.slice(), needed, witness()) : MORE;
  }

  /** A cut hides part of the header. */
  #beginHidden(known: Uint8Array, needed: number | null, row: FrameRow | null | undefined): DecoderStep {
    if (row === undefined) return NEEDS_WITNESS;
    const header = headerOfRow(known, needed, row);
    if (!header) return this.#lost('frame header hidden by the cut');
    const come = octetsCome(this.#pieces, this.#first, this.#used);
    if (come === null) return this.#lost('length of a row is not known');
    return come < header.length ? MORE : this.#begin(header);
  }

  #begin(header: Header): DecoderStep {
    const piece = this.#pieces[this.#first];
    const begin = { at: 0, row: piece?.row ?? -1, octet: (piece?.octet ?? 0) + this.#used, length: 0 };
    const place = {
      direction: this.#direction,
      ordinal: this.#ordinal++,
      offset: this.#offset,
      isGuessed: this.isGuess,
    };
    const frame = frameOfHeader(header, place, begin);
    this.#advance(header.length, frame, 0);
    this.#open = frame;
    this.#parts = NO_PARTS;
    this.#kept = 0;
    return { type: 'header', frame };
  }

  #readPayload(frame: Frame): DecoderStep {
    const piece = this.#pieces[this.#first];
    if (!piece) return MORE;
    const { known, length, exact } = piece.octets;
    const take = Math.min(frame.length - frame.received, length - this.#used);
    if (take === 0 && !exact) return this.#lost('length of a row is not known');
    if (!Number.isSafeInteger(this.#offset + take)) return this.#lost('more octets than can be counted');
    const at = frame.received;
    const clear = plainOctets(frame, known, this.#used, Math.min(this.#used + take, known.length), at);
    this.#advance(take, frame, frame.headerLength + at);
    frame.received += take;
    if (this.#kept === at && clear.length > 0 && this.#kept < this.#keep) {
      if (this.#parts.length === 0) this.#parts = [clear];
      else this.#parts.push(clear);
      this.#kept += clear.length;
    }
    return { type: 'payload', frame, at, octets: clear, hidden: clear.length < take };
  }

  #finish(frame: Frame, forOpen: Witness): DecoderStep {
    if (this.#kept < frame.length && this.#kept < SHOWN_IN_ROWS) {
      const row = forOpen();
      if (row === undefined) return NEEDS_WITNESS;
      frame.witnessed = row && witnessedPayload(frame, row, this.#parts);
    }
    this.#settle(frame);
    frame.finished = true;
    this.#open = null;
    return { type: 'frame', frame };
  }

  #settle(frame: Frame): void {
    if (this.#parts.length > 1) this.#parts = [concatOctets(this.#parts)];
    frame.payload = this.#parts[0] ?? NO_OCTETS;
  }

  #lost(why: string): DecoderStep {
    const piece = this.#pieces[this.#first];
    return { type: 'lost', why, row: piece?.row ?? -1 };
  }
}

/** How many octets are there, known or not, as far as a header can need them; null where that cannot be told. */
function octetsCome(pieces: readonly RowPiece[], first: number, used: number): number | null {
  let come = -used;
  for (let i = first; i < pieces.length && come < LONGEST_HEADER; i++) {
    const { length, exact } = (pieces[i] as RowPiece).octets;
    if (!exact) return null;
    come += length;
  }
  return come;
}

/** The row's payload, where it shows more than the octets and says the same as far as they go. */
function witnessedPayload(
  frame: Frame,
  { payload, length, repeat }: FrameRow,
  parts: readonly Uint8Array[],
): Uint8Array | null {
  if (!payload || repeat !== null || length !== frame.length || (frame.rsv & 4) !== 0) return null;
  const known = parts.length === 0 ? NO_OCTETS : concatOctets(parts);
  const shared = payload.known.subarray(0, known.length);
  return payload.known.length > known.length && Buffer.compare(shared, known) === 0 ? payload.known : null;
}

/** What stands from `from` up to `to`, which is payload octet `at` of the frame and what follows. */
function plainOctets(frame: Frame, known: Uint8Array, from: number, to: number, at: number): Uint8Array {
  if (!frame.masked) return known.subarray(from, to);
  return frame.maskingKey && to > from ? unmaskPart(known, from, to - from, frame.maskingKey, at) : NO_OCTETS;
}
