// Octets that are neither a head nor a frame: what an HTTP server sends after a refusal, and what follows a gap. Nothing
// tells what they are, so they are looked at as text, as a chunked body, and as masked frames that begin anywhere.

import type { JudgedLog } from '../judge/judged-log.ts';
import { latin1Of } from '../model/octets.ts';
import { payloadOf, type Span } from '../protocol/frame/frame.ts';
import { isControl, isReservedOpcode } from '../protocol/frame/opcode.ts';
import { addDistinct, hideRanges, type KnownSecrets } from './known-secrets.ts';
import { runsOf, type UnbrokenOctets } from './redact-raw.ts';
import type { RowEdits } from './row-edits.ts';
import { shapesIn, tokensIn } from './secret-shapes.ts';
import type { TextRange } from './secret-words.ts';

export interface HiddenOctets {
  readonly octets: number;
  readonly rows: readonly number[];
}

/** Known secrets and tokens in all octets, and whatever has the shape of a secret where no frame is. */
export function hideLooseSecrets(judged: JudgedLog, edits: RowEdits, secrets: KnownSecrets): HiddenOctets {
  let octets = 0;
  const rows = new Set<number>();
  const hide = ({ octets: all, spans }: UnbrokenOctets, ranges: readonly TextRange[]) => {
    const hidden = hideRanges(all, ranges);
    const changed = ranges.filter(
      ([from, to]) => Buffer.compare(all.subarray(from, to), hidden.subarray(from, to)) !== 0,
    );
    for (const [from, to] of changed) {
      edits.set(spans, from, hidden.subarray(from, to));
      octets += to - from;
      for (const { row, at, length } of spans) if (at < to && at + length > from) rows.add(row);
    }
  };
  for (const run of looseRuns(judged, edits)) {
    if (run.isEncoded) hide(run, [[0, run.octets.length]]);
    hide(run, looseIn(run.octets, secrets));
    for (const { at, key, payload } of maskedIn(run.octets)) {
      const found = secrets.findAll(payload, true);
      const masked = hideRanges(payload, found).map((octet, i) => octet ^ (key[i & 3] as number));
      if (found.length > 0) edits.set(run.spans, at, masked);
      if (found.length > 0) for (const { row } of run.spans) rows.add(row);
      octets += found.reduce((sum, [from, to]) => sum + to - from, 0);
    }
  }
  // A frame that was read where none is hides what stands there.
  for (const run of runsOf(judged.rows, edits)) {
    hide(run, [...secrets.find(run.octets, true), ...tokensIn(latin1Of(run.octets), true)]);
  }
  return { octets, rows: [...rows].sort((a, b) => a - b) };
}

export function learnFromLoose(judged: JudgedLog, edits: RowEdits, secrets: KnownSecrets): void {
  for (const { octets } of looseRuns(judged, edits)) addDistinct(secrets, octets, shapesIn(octets));
}

/** Between the chunks of a body stand their sizes (RFC 9112 §7.1), which may cut a secret in two. */
const CHUNK_SIZE = /\r\n[0-9a-f]{1,8}(?:;[^\r\n]{0,200})?\r\n/gi;

function looseIn(octets: Uint8Array, secrets: KnownSecrets): TextRange[] {
  const found = secrets.findAll(octets, true);
  const sizes = [...latin1Of(octets).matchAll(CHUNK_SIZE)].map(
    ({ 0: size, index }): TextRange => [index, index + size.length],
  );
  if (sizes.length === 0) return found;
  const pieces: TextRange[] = [...sizes, [octets.length, octets.length] as const].map(([from], i) => [
    sizes[i - 1]?.[1] ?? 0,
    from,
  ]);
  const joined = Buffer.concat(pieces.map(([from, to]) => octets.subarray(from, to)));
  const inJoined = secrets.findAll(joined, true);
  let at = 0;
  const mapped = pieces.flatMap(([from, to]) => {
    const begin = at;
    at += Math.max(to - from, 0);
    return inJoined
      .map(([a, b]): TextRange => [from + Math.max(a - begin, 0), from + Math.min(b - begin, to - from)])
      .filter(([a, b]) => a < b);
  });
  return [...found, ...mapped];
}

interface MaskedGuess {
  readonly at: number;
  readonly key: Uint8Array;
  readonly payload: Uint8Array;
}

const MOST_OF_GUESS = 64 << 10;
/** Work on guesses, in octets for each octet of the run: lengths may say anything. */
const WORK = 64;

/** What may be masked frames, beginning at any octet. */
function* maskedIn(octets: Uint8Array): Generator<MaskedGuess> {
  let left = WORK * octets.length;
  for (let at = 0; at + 6 < octets.length && left > 0; at++) {
    const [first = 0, second = 0] = octets.subarray(at, at + 2);
    const opcode = first & 15;
    if (second < 0x80 || isReservedOpcode(opcode) || (first & 0x30) !== 0) continue;
    const short = second & 0x7f;
    if (isControl(opcode) && short > 125) continue;
    const keyAt = at + (short === 127 ? 10 : short === 126 ? 4 : 2);
    const key = octets.subarray(keyAt, keyAt + 4);
    const length = short < 126 ? short : MOST_OF_GUESS;
    const masked = octets.subarray(keyAt + 4, keyAt + 4 + length);
    if (key.length < 4 || masked.length === 0) continue;
    left -= masked.length;
    yield { at: keyAt + 4, key, payload: masked.map((octet, i) => octet ^ (key[i & 3] as number)) };
  }
}

interface LooseRun extends UnbrokenOctets {
  /** The head before it says that its body is compressed. */
  readonly isEncoded: boolean;
}

/** As the edits have left them, those that follow one another in one. */
function looseRuns(judged: JudgedLog, edits: RowEdits): LooseRun[] {
  const covered = coveredOctets(judged);
  const encoded = encodedDirections(judged);
  return (['rx', 'tx'] as const).flatMap((direction) => {
    const runs: LooseRun[] = [];
    let spans: Span[] = [];
    let parts: Uint8Array[] = [];
    const flush = () => {
      if (spans.length > 0) runs.push({ octets: Buffer.concat(parts), spans, isEncoded: encoded.has(direction) });
      spans = [];
      parts = [];
    };
    for (const row of judged.rows) {
      if (row.kind !== 'octets' || row.direction !== direction) continue;
      const known = edits.known(row.row) ?? row.octets.known;
      let end = 0;
      const take = (to: number) => {
        if (end >= to) return;
        spans.push({
          at: (spans.at(-1)?.at ?? 0) + (spans.at(-1)?.length ?? 0),
          row: row.row,
          octet: end,
          length: to - end,
        });
        parts.push(known.subarray(end, to));
      };
      for (const [from, to] of (covered.get(row.row) ?? []).sort((a, b) => a[0] - b[0])) {
        take(from);
        if (to > end) flush();
        end = Math.max(end, to);
      }
      take(known.length);
      if (known.length < row.octets.length) flush();
    }
    flush();
    return runs;
  });
}

/** Directions in which a body comes that no reader of text reads. */
function encodedDirections({ annotated }: JudgedLog): Set<'rx' | 'tx'> {
  const directions = new Set<'rx' | 'tx'>();
  for (const { row, heads } of annotated) {
    for (const { octets } of heads) {
      if (row.kind === 'octets' && /^content-encoding[ \t]*:[ \t]*(?!identity)\S/im.test(latin1Of(octets)))
        directions.add(row.direction);
    }
  }
  return directions;
}

/** Shown no more, where all payloads are to go. */
export function cutUncovered(judged: JudgedLog, edits: RowEdits): void {
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
    covered.set(row, [...(covered.get(row) ?? []), range]);
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
