// Payloads hidden: all of them, or the secrets in them. Lengths, masking keys, close codes and the validity of texts stay.

import type { JudgedLog } from '../judge/judged-log.ts';
import { latin1Of, NO_OCTETS } from '../model/octets.ts';
import type { Direction } from '../model/row.ts';
import { inflateSoFar, startInflate } from '../protocol/deflate/inflate.ts';
import { type Frame, payloadOf } from '../protocol/frame/frame.ts';
import { contentOf } from '../protocol/frame/message.ts';
import { isControl, OPCODE } from '../protocol/frame/opcode.ts';
import { frameRowContents, type RowContent } from './frame-rows.ts';
import { hideCompressed } from './hide-deflate.ts';
import { addDistinct, hideRanges, type KnownSecrets } from './known-secrets.ts';
import { contentsOf, type PayloadFrames } from './messages.ts';
import { hideOctets, hideText } from './neutral.ts';
import { cutUncovered } from './redact-loose.ts';
import type { RowEdits } from './row-edits.ts';
import { shapesIn } from './secret-shapes.ts';

/** What stands in place of the content that is to be hidden; null where the content stays. */
type Hide = (content: Uint8Array, opcode: number, isCut: boolean) => Uint8Array | null;

export interface HiddenPayloads {
  readonly contents: number;
  readonly octets: number;
  readonly rows: readonly number[];
}

/** What was found in compressed messages when secrets were learnt, so that none is searched twice. By their first frame. */
export type Searched = ReadonlyMap<Frame | undefined, 'clean' | 'secret' | 'too-long'>;

/** What is searched of all that the compressed messages of a log inflate to. Unit: octets. */
const MOST_SEARCHED = 64 << 20;

const CLOSE_CODE_OCTETS = 2;

/** Everything. `isNumbered`: contents that differ keep differing, where a finding rests on that. */
export function hideAllPayloads(judged: JudgedLog, edits: RowEdits, isNumbered: boolean): HiddenPayloads {
  const numbers = new Map<string, number>();
  const numberOf = (content: Uint8Array): number | null => {
    if (!isNumbered) return null;
    const key = latin1Of(content);
    if (!numbers.has(key)) numbers.set(key, numbers.size);
    return numbers.get(key) ?? null;
  };
  const hide: Hide = (content, opcode) => {
    if (opcode === OPCODE.CLOSE) return hideText(content, { from: Math.min(CLOSE_CODE_OCTETS, content.length) });
    const number = numberOf(content);
    return opcode === OPCODE.TEXT ? hideText(content, { number }) : hideOctets(content, number);
  };
  const hidden = hideContents(judged, edits, hide, (content, length, about) =>
    hideCompressed(length, inflatedLength(about), numberOf(content)),
  );
  cutUncovered(judged, edits);
  return hidden;
}

/** Hides the secrets that are known, and whatever has the shape of a secret. */
export function hideSecretsInPayloads(
  judged: JudgedLog,
  edits: RowEdits,
  secrets: KnownSecrets,
  searched: Searched,
): HiddenPayloads {
  const hide: Hide = (content, _, isCut) => {
    const found = secrets.findAll(content, isCut);
    return found.length === 0 ? null : hideRanges(content, found);
  };
  const hideRow = ({ octets, opcode, isCut, rsv }: RowContent) => {
    const isHidden = (rsv & 4) !== 0 && secrets.findAll(inflated(octets), true).length > 0;
    return isHidden ? hideCompressed(octets.length, null, null) : hide(octets, opcode, isCut);
  };
  // What follows a compressed message may refer to it.
  const begun: Record<Direction, boolean> = { rx: false, tx: false };
  const inflate = openInflating();
  return hideContents(
    judged,
    edits,
    hide,
    (whole, length, about) => {
      const { direction } = about;
      if (!begun[direction]) {
        const { octets, isAll } = inflate(whole, about);
        begun[direction] = !isAll || searched.get(about.frames[0]) !== 'clean' || secrets.find(octets, true).length > 0;
      }
      return begun[direction] ? hideCompressed(length, inflatedLength(about), null) : null;
    },
    hideRow,
  );
}

/** Secrets by shape in what the log holds, so that they are found where their shape is gone, too. */
export function learnFromPayloads(judged: JudgedLog, secrets: KnownSecrets): Searched {
  const inflate = openInflating();
  const searched = new Map<Frame | undefined, 'clean' | 'secret' | 'too-long'>();
  let left = MOST_SEARCHED;
  const learn = (octets: Uint8Array, isCut: boolean): number => {
    const shapes = shapesIn(octets, isCut);
    addDistinct(secrets, octets, shapes);
    return shapes.length;
  };
  for (const content of contentsOf(judged)) {
    const whole = Buffer.concat(content.frames.map(payloadOf));
    if (mayBeCompressed(content)) {
      const { octets, isAll } = left > 0 ? inflate(whole, content) : { octets: NO_OCTETS, isAll: false };
      left -= octets.length;
      const hasSecret = learn(octets, true) > 0;
      const found = isAll ? (hasSecret ? 'secret' : 'clean') : 'too-long';
      searched.set(content.frames[0], found);
    }
    if (!content.compressed) learn(whole, false);
  }
  for (const { octets, rsv } of frameRowContents(judged)) {
    learn(octets, false);
    if ((rsv & 4) !== 0) learn(inflated(octets), true);
  }
  return searched;
}

/** A message that nobody inflates, for the log does not say that this was agreed, may be compressed all the same. */
function mayBeCompressed({ compressed, frames, opcode }: PayloadFrames): boolean {
  return compressed || (((frames[0]?.rsv ?? 0) & 4) !== 0 && !isControl(opcode));
}

/** The farthest that DEFLATE refers back, and more than a message of a log has. Units: octets. */
const REACH = 32 << 10;
const INFLATED = 64 << 20;

/**
 * What comes out of each message, as far as anybody who has the log can tell; also of one that never ended. `isAll` is
 * false where more came out than is kept.
 */
function openInflating(): (whole: Uint8Array, about: PayloadFrames) => { octets: Uint8Array; isAll: boolean } {
  const history: Record<Direction, Uint8Array> = { rx: NO_OCTETS, tx: NO_OCTETS };
  return (whole, { direction, message }) => {
    const before = history[direction];
    const known = message?.inflation ?? null;
    const context = { buffer: Buffer.from(before), end: before.length, knownFrom: 0 };
    const inflation =
      known && (known.isStart || known.end !== 'limit') ? known : inflateSoFar(context, [whole], INFLATED);
    const { octets } = inflation;
    history[direction] = Buffer.concat([before.subarray(-REACH), octets.subarray(-REACH)]).subarray(-REACH);
    // Of what was too much to keep nobody can say that no secret is in it.
    return { octets, isAll: inflation.end !== 'limit' && !inflation.isStart };
  };
}

/** By itself, where nobody knows what came before. */
function inflated(octets: Uint8Array): Uint8Array {
  return inflateSoFar(startInflate(), [octets], INFLATED).octets;
}

function inflatedLength({ message }: PayloadFrames): number | null {
  return message ? (contentOf(message)?.length ?? null) : null;
}

type HideWhole = (content: Uint8Array, length: number, about: PayloadFrames) => Uint8Array | null;

function hideContents(
  judged: JudgedLog,
  edits: RowEdits,
  hide: Hide,
  hideDeflated: HideWhole,
  hideRow = ({ octets, opcode, isCut }: RowContent) => hide(octets, opcode, isCut),
): HiddenPayloads {
  const byFrame = new Map<Frame, Uint8Array>();
  const rows = new Set<number>();
  let contents = 0;
  let octets = 0;
  for (const content of contentsOf(judged)) {
    const parts = content.frames.map(payloadOf);
    const whole = Buffer.concat(parts);
    const isCut = content.frames.some((frame, i) => (parts[i] as Uint8Array).length < frame.length);
    const hidden =
      (mayBeCompressed(content) ? hideDeflated(whole, whole.length, content) : null) ??
      (content.compressed ? null : hide(whole, content.opcode, isCut));
    if (!hidden || Buffer.compare(hidden, whole) === 0) continue;
    contents++;
    octets += hidden.filter((octet, i) => octet !== whole[i]).length;
    let at = 0;
    content.frames.forEach((frame, i) => {
      const size = (parts[i] as Uint8Array).length;
      const part = hidden.subarray(at, at + size);
      at += size;
      edits.setPayload(frame, part);
      byFrame.set(frame, part);
      for (const { row } of frame.spans) rows.add(row);
    });
  }
  hideFrameRows(judged, edits, hideRow, byFrame);
  return { contents, octets, rows: [...rows].sort((a, b) => a - b) };
}

/** The log's own account: as the octets where the two agree, else by itself. */
function hideFrameRows(
  judged: JudgedLog,
  edits: RowEdits,
  hide: (content: RowContent) => Uint8Array | null,
  byFrame: ReadonlyMap<Frame, Uint8Array>,
): void {
  const own = new Map<number, Uint8Array>();
  for (const content of frameRowContents(judged)) {
    const hidden = hide(content);
    if (hidden) for (const { row, at, length } of content.rows) own.set(row, hidden.subarray(at, at + length));
  }
  for (const { row, frame, agrees } of judged.annotated) {
    if (row.kind !== 'frame' || !row.payload || row.payload.known.length === 0) continue;
    const { known } = row.payload;
    const part = frame ? byFrame.get(frame) : undefined;
    const isOfOctets = frame && (isShownIn(frame, known) || (agrees && !isDeflated(judged, frame)));
    const hidden =
      isOfOctets && part && part.length >= known.length ? part.subarray(0, known.length) : own.get(row.row);
    if (hidden) edits.setFramePayload(row.row, { ...row.payload, known: hidden });
  }
}

/** The row shows the very octets of the frame's payload: of a compressed one, too. */
function isShownIn(frame: Frame, known: Uint8Array): boolean {
  const payload = payloadOf(frame);
  return payload.length >= known.length && Buffer.compare(payload.subarray(0, known.length), known) === 0;
}

function isDeflated({ connection }: JudgedLog, frame: Frame): boolean {
  return connection.deflate !== null && (frame.rsv & 4) !== 0;
}
