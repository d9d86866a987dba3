// Payloads hidden: all of them, or the secrets in them that the handshake gave away. Lengths, masking keys, close codes
// and the validity of texts stay. Octets of which nothing tells what they are, are cut out of the log when all payloads
// are to go.

import { latin1Of, type Octets } from '../model/octets.ts';
import type { Direction, FrameRow } from '../model/row.ts';
import { type Frame, payloadOf, type Span } from '../protocol/frame/frame.ts';
import { contentOf } from '../protocol/frame/message.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { hideCompressed } from './hide-deflate.ts';
import type { JudgedLog } from './judged-log.ts';
import { hideRanges, type KnownSecrets } from './known-secrets.ts';
import { type Content, contentsOf } from './messages.ts';
import { hideOctets, hideText } from './neutral.ts';
import { runsOf } from './redact-raw.ts';
import type { RowEdits } from './row-edits.ts';

/** The hidden content in place of one, or null where it stays. */
type Hide = (content: Uint8Array, opcode: number, isCut: boolean) => Uint8Array | null;

export interface HiddenPayloads {
  readonly contents: number;
  readonly octets: number;
  readonly rows: readonly number[];
}

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

export function hideSecretsInPayloads(judged: JudgedLog, edits: RowEdits, secrets: KnownSecrets): HiddenPayloads {
  if (secrets.isEmpty) return { contents: 0, octets: 0, rows: [] };
  const hide: Hide = (content, _, isCut) => {
    const found = secrets.find(content, isCut);
    return found.length === 0 ? null : hideRanges(content, found);
  };
  // What follows a compressed message may refer to it.
  const begun: Record<Direction, boolean> = { rx: false, tx: false };
  const hidden = hideContents(judged, edits, hide, (_, length, about) => {
    const { direction, message } = about;
    const inflated = message ? contentOf(message) : null;
    // Of what was too much to keep nobody can say that no secret is in it.
    begun[direction] ||= message?.inflation?.isStart === true;
    begun[direction] ||= inflated !== null && secrets.find(inflated).length > 0;
    return begun[direction] ? hideCompressed(length, inflatedLength(about), null) : null;
  });
  hideRawSecrets(judged, edits, secrets);
  return hidden;
}

function inflatedLength({ message }: Content): number | null {
  return message ? (contentOf(message)?.length ?? null) : null;
}

type HideWhole = (content: Uint8Array, length: number, about: Content) => Uint8Array | null;

function hideContents(judged: JudgedLog, edits: RowEdits, hide: Hide, hideDeflated: HideWhole): HiddenPayloads {
  const byFrame = new Map<Frame, Uint8Array>();
  const rows = new Set<number>();
  let contents = 0;
  let octets = 0;
  for (const content of contentsOf(judged)) {
    const parts = content.frames.map(payloadOf);
    const whole = Buffer.concat(parts);
    const isCut = content.frames.some((frame, i) => (parts[i] as Uint8Array).length < frame.length);
    const hidden = content.compressed ? hideDeflated(whole, whole.length, content) : hide(whole, content.opcode, isCut);
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
  hideFrameRows(judged, edits, hide, byFrame);
  return { contents, octets, rows: [...rows].sort((a, b) => a - b) };
}

/** The log's own account: as the octets where the two agree, else by itself. */
function hideFrameRows(judged: JudgedLog, edits: RowEdits, hide: Hide, byFrame: ReadonlyMap<Frame, Uint8Array>): void {
  const isDeflated = (frame: Frame) => judged.connection.deflate !== null && (frame.rsv & 4) !== 0;
  for (const { row, frame, agrees } of judged.annotated) {
    if (row.kind !== 'frame' || !row.payload || row.payload.known.length === 0) continue;
    const { known } = row.payload;
    const part = frame && agrees && !isDeflated(frame) ? byFrame.get(frame) : undefined;
    const hidden = part && part.length >= known.length ? part.subarray(0, known.length) : byItself(row, hide);
    if (hidden) edits.setFramePayload(row.row, { ...row.payload, known: hidden });
  }
}

function byItself({ opcode, payload }: FrameRow, hide: Hide): Uint8Array | null {
  const { known, length } = payload as Octets;
  // A continuation is shown as text where it is one.
  return hide(known, opcode === OPCODE.CONTINUATION ? OPCODE.TEXT : opcode, known.length < length);
}

/** Octets that are neither a head nor a frame: what an HTTP server sends after a refusal, and what follows a gap. */
function cutUncovered(judged: JudgedLog, edits: RowEdits): void {
  const covered = coveredOctets(judged);
  for (const row of judged.rows) {
    if (row.kind !== 'octets') continue;
    const ranges = (covered.get(row.row) ?? []).sort((a, b) => a[0] - b[0]);
    edits.cut(
      row.row,
      ranges.reduce((end, [from, to]) => (from <= end ? Math.max(end, to) : end), 0),
    );
  }
}

/** By row, the octets that are known to be a head, a frame's header, or a payload that is hidden. */
function coveredOctets({ annotated }: JudgedLog): Map<number, [number, number][]> {
  const covered = new Map<number, [number, number][]>();
  const cover = ({ row, octet, at, length }: Span, end: number) => {
    if (at >= end) return;
    const range: [number, number] = [octet, octet + Math.min(length, end - at)];
    const ranges = covered.get(row);
    if (ranges) ranges.push(range);
    else covered.set(row, [range]);
  };
  for (const { heads, frames } of annotated) {
    for (const { spans } of heads) for (const span of spans) cover(span, Number.POSITIVE_INFINITY);
    for (const { frame } of frames) {
      const payload = frame.masked && !frame.maskingKey ? 0 : payloadOf(frame).length;
      for (const span of frame.spans) cover(span, frame.headerLength + payload);
    }
  }
  return covered;
}

/** In octets that no frame holds, also across the rows of a direction. */
function hideRawSecrets(judged: JudgedLog, edits: RowEdits, secrets: KnownSecrets): void {
  for (const { octets, spans } of runsOf(judged.rows, edits)) {
    for (const [from, to] of secrets.find(octets, true)) edits.set(spans, from, hideText(octets.subarray(from, to)));
  }
}
