// One direction's octets after the handshake, made into frames (RFC 6455 §5.2). The decoder never judges and never
// throws: any octets give frames, "needs more", "needs the log's own word" or "lost". It takes octets in any chops and
// gives the same frames. A cut row never moves the position in the stream: what is hidden is stepped over by its
// length, and only a header that is hidden needs the log's own frame row.

import { concatOctets, NO_OCTETS, type Octets } from '../../model/octets.ts';
import type { Direction, FrameRow } from '../../model/row.ts';
import type { Frame, Span } from './frame.ts';
import { type Header, headerLengthOf, headerOfOctets, headerOfRow } from './frame-header.ts';
import { unmask } from './masking.ts';

/** Octets of one row, or what is left of them. */
export interface Piece {
  readonly row: number;
  /** Position of the piece's first octet within its row. */
  readonly octet: number;
  readonly octets: Octets;
}

export type Step =
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

const MORE: Step = { type: 'more' };

const NEEDS_WITNESS: Step = { type: 'witness' };

const LONGEST_HEADER = 14;
/** A frame row shows so many payload octets at the most. */
const SHOWN_IN_ROWS = 64;

export interface FrameDecoder {
  push(piece: Piece): void;
  next(witnessing: Witnessing): Step;
  /** Drops what is buffered and any open frame; the next piece begins a frame at `offset`, that of number `ordinal`. */
  restart(offset: number, ordinal?: number): void;
  /** No octet waits, and no frame is open. */
  readonly isBetweenFrames: boolean;
  /** A whole frame of so many octets was read elsewhere, just behind what was read before. Returns its ordinal. */
  pass(octets: number): number;
  /** Whether it is only a guess that frames begin where they are read, from the next one on. */
  isGuess: boolean;
  /** Position in the stream of the next octet to be read. */
  readonly offset: number;
  /** The frame whose octets have not all come. */
  readonly open: Frame | null;
  /** The known octets of a header that is not complete. */
  readonly partialHeader: Uint8Array;
}

/** `keep`: how many payload octets of one frame are kept at the most. */
export function frameDecoder(direction: Direction, start: number, keep: number): FrameDecoder {
  let pieces: Piece[] = [];
  let first = 0; // index of the piece that is being read
  let used = 0; // octets of it that have been read
  let offset = start;
  let ordinal = 0;
  let isGuess = false;
  let open: Frame | null = null;
  let parts: Uint8Array[] = [];
  let kept = 0;
  const headerOctets = new Uint8Array(LONGEST_HEADER);

  /** Copies header octets ahead of the position; says how many are known and whether a hidden one stopped it. */
  function lookAhead(): { count: number; hidden: boolean } {
    let count = 0;
    let at = used;
    for (let i = first; i < pieces.length && count < LONGEST_HEADER; i++) {
      const { known, length, exact } = (pieces[i] as Piece).octets;
      while (at < known.length && count < LONGEST_HEADER) headerOctets[count++] = known[at++] as number;
      if (count < LONGEST_HEADER && (at < length || !exact)) return { count, hidden: true };
      at = 0;
    }
    return { count, hidden: false };
  }

  /** Steps over `count` octets and notes where they stand. */
  function advance(count: number, frame: Frame, from: number): void {
    let left = count;
    let at = from;
    while (left > 0) {
      const piece = pieces[first];
      if (!piece) return;
      const take = Math.min(left, piece.octets.length - used);
      addSpan(frame.spans, { at, row: piece.row, octet: piece.octet + used, length: take });
      used += take;
      offset += take;
      at += take;
      left -= take;
      if (used < piece.octets.length) return;
      if (!piece.octets.exact) return;
      dropPiece();
    }
  }

  function dropPiece(): void {
    first++;
    used = 0;
    if (first === pieces.length) {
      pieces = [];
      first = 0;
    } else if (first > 1024) {
      pieces = pieces.slice(first);
      first = 0;
    }
  }

  /** The usual case, for speed: the whole header is in sight, and nothing is copied. */
  function headerInPiece(): Uint8Array | null {
    const known = pieces[first]?.octets.known;
    const needed = known ? headerLengthOf(known, used) : null;
    if (!known || needed === null || used + needed > known.length) return null;
    return known.subarray(used, used + needed);
  }

  function beginFrame(witness: Witness): Step {
    const header = headerInPiece();
    if (header) return open_(headerOfOctets(header));
    const { count, hidden } = lookAhead();
    if (count === 0 && !hidden) return MORE;
    const known = headerOctets.subarray(0, count);
    const needed = headerLengthOf(known, 0);
    if (needed !== null && count >= needed) return open_(headerOfOctets(known.slice(0, needed)));
    return hidden ? beginHidden(known.slice(), needed, witness()) : MORE;
  }

  /** A cut hides part of the header. */
  function beginHidden(known: Uint8Array, needed: number | null, row: FrameRow | null | undefined): Step {
    if (row === undefined) return NEEDS_WITNESS;
    const header = headerOfRow(known, needed, row);
    if (!header) return lost('frame header hidden by the cut');
    const come = octetsCome(pieces, first, used);
    if (come === null) return lost('length of a row is not known');
    return come < header.length ? MORE : open_(header);
  }

  function open_(header: Header): Step {
    const piece = pieces[first];
    const begin = { at: 0, row: piece?.row ?? -1, octet: (piece?.octet ?? 0) + used, length: 0 };
    const frame: Frame = {
      direction,
      ordinal: ordinal++,
      offset,
      via: header.via,
      isGuessed: isGuess,
      fin: header.fin,
      rsv: header.rsv,
      opcode: header.opcode,
      masked: header.masked,
      maskingKey: header.maskingKey,
      lengthBits: header.lengthBits,
      length: header.payloadLength,
      headerLength: header.length,
      header: header.known,
      payload: NO_OCTETS,
      witnessed: null,
      received: 0,
      finished: false,
      spans: [begin],
      answers: null,
    };
    advance(header.length, frame, 0);
    open = frame;
    parts = [];
    kept = 0;
    return { type: 'header', frame };
  }

  function readPayload(frame: Frame): Step {
    const piece = pieces[first];
    if (!piece) return MORE;
    const { known, length, exact } = piece.octets;
    const take = Math.min(frame.length - frame.received, length - used);
    if (take === 0 && !exact) return lost('length of a row is not known');
    if (!Number.isSafeInteger(offset + take)) return lost('more octets than can be counted');
    const wire = known.subarray(used, Math.min(used + take, known.length));
    const at = frame.received;
    const clear = plainOctets(frame, wire, at);
    advance(take, frame, frame.headerLength + at);
    frame.received += take;
    if (kept === at && clear.length > 0 && kept < keep) {
      parts.push(clear);
      kept += clear.length;
    }
    return { type: 'payload', frame, at, octets: clear, hidden: clear.length < take };
  }

  function finish(frame: Frame, forOpen: Witness): Step {
    if (kept < frame.length && kept < SHOWN_IN_ROWS) {
      const row = forOpen();
      if (row === undefined) return NEEDS_WITNESS;
      frame.witnessed = row && witnessedPayload(frame, row, parts);
    }
    settle(frame);
    frame.finished = true;
    open = null;
    return { type: 'frame', frame };
  }

  function settle(frame: Frame): void {
    frame.payload = parts.length === 0 ? NO_OCTETS : concatOctets(parts);
    parts = parts.length === 0 ? parts : [frame.payload];
  }

  function lost(why: string): Step {
    const piece = pieces[first];
    return { type: 'lost', why, row: piece?.row ?? -1 };
  }

  return {
    push: (piece) => {
      if (piece.octets.length > 0 || !piece.octets.exact) pieces.push(piece);
    },
    next: (witnessing) => {
      if (open && open.received === open.length) return finish(open, witnessing.forOpen);
      const inexact = pieces[first];
      if (inexact && !inexact.octets.exact && used === inexact.octets.length)
        return lost('length of a row is not known');
      return open ? readPayload(open) : beginFrame(witnessing.forNext);
    },
    restart: (at, count = ordinal) => {
      if (open) settle(open);
      ordinal = count;
      pieces = [];
      first = 0;
      used = 0;
      offset = at;
      open = null;
    },
    get isBetweenFrames() {
      return open === null && pieces.length === 0;
    },
    pass: (octets) => {
      offset += octets;
      return ordinal++;
    },
    get isGuess() {
      return isGuess;
    },
    set isGuess(value) {
      isGuess = value;
    },
    get offset() {
      return offset;
    },
    get partialHeader() {
      return open ? NO_OCTETS : headerOctets.slice(0, lookAhead().count);
    },
    get open() {
      if (open) settle(open);
      return open;
    },
  };
}

/** How many octets are there, known or not, as far as a header can need them; null where that cannot be told. */
function octetsCome(pieces: readonly Piece[], first: number, used: number): number | null {
  let come = -used;
  for (let i = first; i < pieces.length && come < LONGEST_HEADER; i++) {
    const { length, exact } = (pieces[i] as Piece).octets;
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

function addSpan(spans: Span[], span: Span): void {
  const last = spans.at(-1);
  if (last && last.row === span.row && last.octet + last.length === span.octet) {
    spans[spans.length - 1] = { at: last.at, row: last.row, octet: last.octet, length: last.length + span.length };
  } else if (span.length > 0) spans.push(span);
}

function plainOctets(frame: Frame, wire: Uint8Array, at: number): Uint8Array {
  if (!frame.masked) return wire;
  return frame.maskingKey ? unmask(wire, frame.maskingKey, at) : NO_OCTETS;
}
