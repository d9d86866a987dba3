// How a row is packed and made again. What its own octets do not tell is kept as it came: heads, frames and messages that
// lie in several rows, frame rows that say something else than the octets.

import type { AnnotatedRow, Annotation, DecodedFrame } from '../../../src/judge/annotation.ts';
import { AGREES, type JudgedBatch, NOWHERE } from '../../../src/judge/ordinary-row.ts';
import { cutOctets, hexOf } from '../../../src/model/octets.ts';
import type { FrameRow, OctetsRow } from '../../../src/model/row.ts';
import { FRAME_ROW, ROW, TX } from '../../../src/model/row-batch.ts';
import { pushUtf8 } from '../../../src/model/utf8.ts';
import type { InflateResult } from '../../../src/protocol/deflate/inflate.ts';
import type { Frame } from '../../../src/protocol/frame/frame.ts';
import { endOf } from '../../../src/protocol/frame/frame.ts';
import { FrameDecoder, NO_WITNESS } from '../../../src/protocol/frame/frame-decoder.ts';
import { type Message, openMessage } from '../../../src/protocol/frame/message.ts';
import { isControl, OPCODE } from '../../../src/protocol/frame/opcode.ts';
import { openColumn, openSlab } from './columns.ts';

/** Bits of a row's flags; a row without them is kept as it came. */
export const IS = { OCTETS: 1, FRAME_ROW: 2, TX: 4, SYNC: 8, INEXACT: 16, WITH_KEY: 32, WITH_PAYLOAD: 64 } as const;

type Packed = ReturnType<typeof openPacked>;

export function openPacked() {
  return {
    slab: openSlab(),
    flags: openColumn(Uint8Array),
    numbers: openColumn(Uint32Array),
    /** Seconds; NaN where there is no time. */
    times: openColumn(Float64Array),
    /** Octets that are known, of the row or of the frame row's payload, and where they begin in the slab. */
    known: openColumn(Uint32Array),
    places: openColumn(Float64Array),
    /** Of an octets row its length, of a frame row the row in which its frame ends. */
    lengths: openColumn(Float64Array),
    /** Frames that end in the row; ordinal and offset of the first of them. */
    counts: openColumn(Uint32Array),
    ordinals: openColumn(Uint32Array),
    offsets: openColumn(Float64Array),
    /** What the first of them answers: its ordinal and one, and the row in which it ends. */
    answered: openColumn(Uint32Array),
    answeredRows: openColumn(Uint32Array),
    /** What the others answer, by position. */
    moreAnswers: new Map<number, readonly Frame['answers'][]>(),
    /** Rows that are kept as they came, by position, as are annotations and what inflating the row's frames gave. */
    kept: new Map<number, AnnotatedRow>(),
    annotations: new Map<number, Annotation[]>(),
    inflations: new Map<number, readonly (InflateResult | null)[]>(),
    decoders: {
      rx: new FrameDecoder('rx', 0, Number.POSITIVE_INFINITY),
      tx: new FrameDecoder('tx', 0, Number.POSITIVE_INFINITY),
    },
  };
}

/** `rowOfFrame`: the octets row in which the frame of the frame row at that position ends. */
export function make(
  packed: Packed,
  position: number,
  rowOfFrame: (position: number) => AnnotatedRow | null,
): AnnotatedRow | null {
  const about = { heads: [], annotations: packed.annotations.get(position) ?? [] };
  if (packed.flags.get(position) & IS.OCTETS) {
    const row = octetsRowAt(packed, position);
    return { row, frames: framesAt(packed, position, row), ...about, agrees: null, frame: null };
  }
  const ordinal = packed.ordinals.get(position);
  const frame = rowOfFrame(position)?.frames.find((decoded) => decoded.frame.ordinal === ordinal)?.frame;
  return frame ? { row: frameRowAt(packed, position, frame), frames: [], ...about, agrees: true, frame } : null;
}

export function pack(packed: Packed, position: number, annotated: AnnotatedRow): void {
  const { row, frames, annotations } = annotated;
  const flags = packOf(packed, position, annotated);
  packed.numbers.set(position, row.row);
  packed.times.set(position, row.time ?? Number.NaN);
  packed.flags.set(position, flags);
  if (flags === 0) packed.kept.set(position, annotated);
  else packed.kept.delete(position);
  if (annotations.length > 0) packed.annotations.set(position, annotations);
  if (frames.some(({ message }) => message?.inflation)) {
    packed.inflations.set(
      position,
      frames.map(({ message }) => message?.inflation ?? null),
    );
  }
}

/** As `pack`, without the row as an object. */
export function packOrdinary(packed: Packed, position: number, batch: JudgedBatch, at: number): void {
  const { rows } = batch;
  const isOctets = rows.kinds[at] === ROW.OCTETS;
  const isPaired = batch.partners[at] !== NOWHERE && batch.agrees[at] === AGREES.YES;
  // Its octets are no ordinary row, or are still to come.
  if (!isOctets && !isPaired) {
    pack(packed, position, batch.view(at));
    return;
  }
  packed.numbers.set(position, rows.rows[at] as number);
  packed.times.set(position, rows.times[at] as number);
  const flags = isOctets
    ? packOrdinaryOctets(packed, position, batch, at)
    : packOrdinaryFrame(packed, position, batch, at);
  packed.flags.set(position, flags | (rows.directions[at] === TX ? IS.TX : 0));
}

function packOrdinaryOctets(packed: Packed, position: number, batch: JudgedBatch, at: number): number {
  const { arena, starts, known, lengths } = batch.rows;
  const octets = new Uint8Array(arena.buffer, starts[at], known[at]);
  packed.known.set(position, octets.length);
  packed.places.set(position, packed.slab.add(octets));
  packed.lengths.set(position, lengths[at] as number);
  packed.counts.set(position, 1);
  packed.ordinals.set(position, batch.ordinals[at] as number);
  packed.offsets.set(position, batch.offsets[at] as number);
  const answered = batch.answers[at] as number;
  if (answered >= 0) {
    packed.answered.set(position, answered + 1);
    packed.answeredRows.set(position, batch.answerRows[at] as number);
  }
  return IS.OCTETS;
}

function packOrdinaryFrame(packed: Packed, position: number, batch: JudgedBatch, at: number): number {
  const { rows, known, bits } = batch.rows;
  const partner = batch.partners[at] as number;
  packed.known.set(position, known[at] as number);
  packed.lengths.set(position, rows[partner] as number);
  packed.ordinals.set(position, batch.ordinals[partner] as number);
  return IS.FRAME_ROW | IS.WITH_PAYLOAD | ((bits[at] as number) & FRAME_ROW.HAS_KEY ? IS.WITH_KEY : 0);
}

export function repeatsOctets(packed: Packed, position: number): boolean {
  if ((packed.annotations.get(position)?.length ?? 0) > 0) return false;
  const flags = packed.flags.get(position);
  if (flags !== 0) return (flags & IS.FRAME_ROW) > 0;
  const { row, agrees, frame } = packed.kept.get(position) ?? {};
  return row?.kind === 'frame' && agrees !== false && frame?.via === 'octets';
}

/** Returns the flags. */
function packOf(packed: Packed, position: number, annotated: AnnotatedRow): number {
  const { row, frame } = annotated;
  if (row.kind === 'octets' && isOfOctets(annotated)) return packOctets(packed, position, row, annotated.frames);
  if (row.kind !== 'frame' || !frame || annotated.agrees !== true || !isOfFrame(row, frame)) return 0;
  packed.known.set(position, row.payload?.known.length ?? 0);
  packed.lengths.set(position, endOf(frame).row);
  packed.ordinals.set(position, frame.ordinal);
  const { direction, sync, maskingKey, payload } = row;
  return IS.FRAME_ROW | flagsOf(direction, sync) | (maskingKey ? IS.WITH_KEY : 0) | (payload ? IS.WITH_PAYLOAD : 0);
}

function flagsOf(direction: OctetsRow['direction'], sync: boolean): number {
  return (direction === 'tx' ? IS.TX : 0) | (sync ? IS.SYNC : 0);
}

function packOctets(packed: Packed, position: number, row: OctetsRow, frames: readonly DecodedFrame[]): number {
  const { known, length, exact } = row.octets;
  packed.known.set(position, known.length);
  // Octets that are there already are not laid down again: they do not change.
  if (!(packed.flags.get(position) & IS.OCTETS)) packed.places.set(position, packed.slab.add(known));
  packed.lengths.set(position, length);
  packed.counts.set(position, frames.length);
  packed.ordinals.set(position, frames[0]?.frame.ordinal ?? 0);
  packed.offsets.set(position, frames[0]?.frame.offset ?? 0);
  packAnswers(packed, position, frames);
  return IS.OCTETS | flagsOf(row.direction, row.sync) | (exact ? 0 : IS.INEXACT);
}

function packAnswers(packed: Packed, position: number, [first, ...others]: readonly DecodedFrame[]): void {
  const answers = first?.frame.answers;
  if (answers) {
    packed.answered.set(position, answers.ordinal + 1);
    packed.answeredRows.set(position, answers.row);
  }
  if (others.some(({ frame }) => frame.answers)) {
    packed.moreAnswers.set(
      position,
      others.map(({ frame }) => frame.answers),
    );
  }
}

/** What the frame in that place of the row answers. */
function answersAt(packed: Packed, position: number, place: number): Frame['answers'] {
  if (place > 0) return packed.moreAnswers.get(position)?.[place - 1] ?? null;
  const ordinal = packed.answered.get(position) - 1;
  return ordinal < 0 ? null : { ordinal, row: packed.answeredRows.get(position) };
}

/** The row's octets, read from the first on, tell its frames. */
function isOfOctets({ heads, frames }: AnnotatedRow): boolean {
  if (heads.length > 0) return false;
  let at = 0;
  for (const { frame, message } of frames) {
    const { spans, via, isGuessed, witnessed, header, headerLength, finished } = frame;
    if (spans.length !== 1 || spans[0]?.octet !== at || via !== 'octets' || witnessed !== null) return false;
    if (isGuessed) return false;
    if (!finished || header.length < headerLength || !isOwnMessage(frame, message)) return false;
    at += headerLength + frame.length;
  }
  return true;
}

function octetsRowAt(packed: Packed, position: number): OctetsRow {
  const is = packed.flags.get(position);
  const known = packed.slab.at(packed.places.get(position), packed.known.get(position));
  return {
    kind: 'octets',
    row: packed.numbers.get(position),
    time: timeAt(packed.times, position),
    direction: is & IS.TX ? 'tx' : 'rx',
    octets: { length: packed.lengths.get(position), known, exact: (is & IS.INEXACT) === 0 },
    sync: (is & IS.SYNC) !== 0,
  };
}

function timeAt(times: Packed['times'], position: number): number | null {
  const time = times.get(position);
  return Number.isNaN(time) ? null : time;
}

function framesAt(packed: Packed, position: number, { direction, row, octets }: OctetsRow): DecodedFrame[] {
  const count = packed.counts.get(position);
  if (count === 0) return [];
  const inflations = packed.inflations.get(position) ?? [];
  const decoder = packed.decoders[direction];
  decoder.restart(packed.offsets.get(position), packed.ordinals.get(position));
  decoder.push({ row, octet: 0, octets });
  const frames: DecodedFrame[] = [];
  while (frames.length < count) {
    const step = decoder.next(NO_WITNESS);
    if (step.type === 'frame') {
      step.frame.answers = answersAt(packed, position, frames.length);
      const message = ownMessage(step.frame, inflations[frames.length] ?? null);
      frames.push({ frame: step.frame, message });
    } else if (step.type !== 'header' && step.type !== 'payload') break;
  }
  return frames;
}

/** The frame tells all that the log's own row says. */
function isOfFrame(row: FrameRow, frame: Frame): boolean {
  const { repeat, chopSize, length, exactLength, maskingKey, payload } = row;
  if (exactLength !== undefined) return false;
  if (repeat !== null || chopSize !== null || length !== frame.length) return false;
  if (maskingKey !== null && !(frame.maskingKey && hexOf(frame.maskingKey) === maskingKey)) return false;
  if (payload === null) return true;
  const { known, exact } = payload;
  if (!exact || payload.length !== length || known.length > frame.payload.length) return false;
  return Buffer.compare(known, frame.payload.subarray(0, known.length)) === 0;
}

function frameRowAt(packed: Packed, position: number, frame: Frame): FrameRow {
  const is = packed.flags.get(position);
  const { opcode, fin, rsv, masked, maskingKey, length, payload } = frame;
  return {
    kind: 'frame',
    row: packed.numbers.get(position),
    time: timeAt(packed.times, position),
    direction: is & IS.TX ? 'tx' : 'rx',
    opcode,
    fin,
    rsv,
    masked,
    maskingKey: is & IS.WITH_KEY && maskingKey ? hexOf(maskingKey) : null,
    length,
    payload: is & IS.WITH_PAYLOAD ? cutOctets(payload.subarray(0, packed.known.get(position)), length) : null,
    repeat: null,
    chopSize: null,
    sync: (is & IS.SYNC) !== 0,
  };
}

/** The frame tells all else that is known of the message that it ends, or that it ends none. */
function isOwnMessage(frame: Frame, message: Message | null): boolean {
  if (!isMessage(frame) || message === null) return message === null && !isMessage(frame);
  const { frames, compressed, inflation, headless, brokenAt, utf8 } = message;
  const isText = frame.opcode === OPCODE.TEXT;
  if (compressed !== (inflation !== null)) return false;
  return frames.length === 1 && !headless && brokenAt === null && (utf8 !== null) === isText;
}

function isMessage({ fin, opcode }: Frame): boolean {
  return fin && opcode !== OPCODE.CONTINUATION && !isControl(opcode);
}

function ownMessage(frame: Frame, inflation: InflateResult | null): Message | null {
  if (!isMessage(frame)) return null;
  const { opcode, payload, length } = frame;
  const message = openMessage(opcode, inflation !== null, opcode === OPCODE.TEXT);
  message.frames.push(frame);
  message.length = length;
  message.hidden = payload.length < length;
  if (message.utf8) pushUtf8(message.utf8, inflation?.octets ?? payload);
  message.finished = true;
  message.inflation = inflation;
  return message;
}
