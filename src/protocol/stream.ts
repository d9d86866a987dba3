// One direction of a connection: octet rows in, heads and frames out. It finds the opening handshake's heads (with the
// hidden octets filled in from the text that the log keeps), steps over what the log leaves out, and after a gap takes
// the frames up again only where the log's own frame rows confirm it.

import { cutOctets, latin1Of, NO_OCTETS, type Octets } from '../model/octets.ts';
import type { Direction, FrameRow, OctetsRow } from '../model/row.ts';
import { openBacklog } from './backlog.ts';
import type { Frame } from './frame/frame.ts';
import {
  type FrameDecoder,
  frameDecoder,
  NO_WITNESS,
  type Piece,
  type Step,
  type Witnessing,
} from './frame/frame-decoder.ts';
import type { Content } from './handshake/content.ts';
import { type ContentReader, readerOf } from './handshake/content-reader.ts';
import { type Head, parseHead } from './handshake/handshake.ts';
import { beginsHead, isUsualHead, proxyHeaderAt } from './handshake/start-line.ts';
import { storedHeads } from './handshake/stored-heads.ts';
import { agreesWith, isOfFrames, isOneFrame } from './place.ts';

export type StreamStep =
  | Step
  | { readonly type: 'head'; readonly head: Head }
  /** A proxy's own octets before the first head. */
  | { readonly type: 'proxy'; readonly row: number; readonly octets: readonly [number, number] }
  /** Octets where only a response may stand, and none that begin one; nothing of that row is read. */
  | { readonly type: 'stray'; readonly row: number; readonly octet: number; readonly octets: Octets }
  /** In step again, from that row's first octet on. */
  | { readonly type: 'resumed'; readonly row: number };

/**
 * `start`: HTTP or frames. `answer`: a response is due, which a request asked for. `head`: the rest of a head is due.
 * `content`: that of the head is due. `idle`: a head may begin with any row, and what is none is not ours. `frames`: in
 * step. `lost`: frames, but where they begin is not known. `body`: not ours.
 */
type Phase = 'start' | 'answer' | 'head' | 'content' | 'idle' | 'frames' | 'lost' | 'body';

/** What may come next. */
export type Due = 'start' | 'answer' | 'idle' | 'frames' | 'body';

/**
 * The frame rows that confirm a row's frames: null where it has none, none at all where the whole log has none, undefined
 * where they may yet come.
 */
type Confirmation = (row: OctetsRow) => readonly FrameRow[] | null | undefined;

/** The octets of this direction's next row: null where there is none, undefined where it may yet come. */
type Following = () => Octets | null | undefined;

export interface Stream {
  readonly direction: Direction;
  readonly phase: Phase;
  push(row: OctetsRow): void;
  next(witnessing: Witnessing, confirmation: Confirmation, following: Following): StreamStep;
  /** `octets` are missing from the log here; null where it is not known how many. */
  skip(octets: number | null): void;
  /** Octets may be missing from the log here. */
  doubt(): void;
  /** After a head, or what the other direction said: what comes next in this one, behind the content that is due. */
  expect(due: Due): void;
  /** After a head with content: what comes behind it, if `expect` does not say otherwise while it comes. */
  expectContent(content: Content, after: Due): void;
  /** What was read as the beginning of a frame is none: `rest` of its row begins that frame. */
  passOver(frame: Frame, rest: Piece): void;
  /** The content that is due has not all come: how many octets lack, null where that is not known. */
  readonly missingContent: { readonly octets: number | null; readonly hasBegun: boolean } | null;
  readonly decoder: FrameDecoder;
}

const MORE: Step = { type: 'more' };
const NOTHING: Octets = cutOctets(NO_OCTETS, 0);
const HEAD_PHASES: ReadonlySet<Phase> = new Set(['start', 'answer', 'head', 'idle']);
const NEEDS_WITNESS: Step = { type: 'witness' };

export interface StreamOptions {
  /** Heads that the log keeps as text, each through its blank line. */
  readonly texts: readonly string[];
  /** The texts are octet for octet what was sent; a report page has lost their line ends. */
  readonly textsExact: boolean;
  /** Which kind of head this direction carries, where the log tells. */
  readonly kind: Head['kind'] | null;
  /** The log begins before the opening handshake. */
  readonly fromStart: boolean;
  /** Payload octets of one frame that are kept at the most. */
  readonly keep: number;
  /** permessage-deflate is agreed by now. */
  readonly isDeflated: () => boolean;
}

export function openStream(direction: Direction, options: StreamOptions): Stream {
  const { texts, textsExact, kind, fromStart, keep, isDeflated } = options;
  const waiting = openBacklog();
  const { sight } = waiting;
  const decoder = frameDecoder(direction, 0, keep);
  const stored = storedHeads(texts);
  let phase: Phase = fromStart ? 'start' : 'frames';
  let content: ContentReader | null = null;
  let afterContent: Due = 'frames';
  let contentAt = 0; // where in the stream it begins
  let isContentCutShort = false; // the other direction went on before the content had come
  let mayBeProxied = kind !== 'response'; // nothing has been read yet
  let isUnanswered = false; // of `frames`: they came before the response that is due
  let mayBeInStep = false; // of `lost`: nothing says that octets are missing
  let isHeadDue = false; // of `lost`: the head was, or the rest of it
  const isMasked = kind === null ? null : kind === 'request';

  function begin(): StreamStep {
    const { known, length } = sight;
    if (length === 0) return MORE;
    if (mayBeProxied) {
      const proxied = proxyHeaderAt(known);
      if (proxied === undefined && waiting.mayComeWhole) return MORE;
      mayBeProxied = false;
      if (proxied) return passProxyHeader(proxied);
    }
    const isHead = isHeadAt(known, sight.cut);
    if (isHead === undefined) return MORE;
    if (isHead) phase = 'head';
    else if (phase === 'answer' && !areFrames()) return stray();
    else {
      isUnanswered = phase === 'answer';
      expect('frames');
    }
    return step();
  }

  function passProxyHeader(length: number): StreamStep {
    const [first] = waiting.take(length);
    return {
      type: 'proxy',
      row: first?.row ?? -1,
      octets: [first?.octet ?? 0, (first?.octet ?? 0) + (first?.length ?? 1)],
    };
  }

  function isHeadAt(known: Uint8Array, isCut: boolean): boolean | undefined {
    if (stored.begunBy(known) !== undefined) return true;
    return beginsHead(known, kind === 'response' || phase === 'answer', isCut);
  }

  /** Also where the octets may as well be the middle of a head or of content. */
  function isHeadSurelyAt(known: Uint8Array): boolean {
    return stored.begunBy(known) !== undefined || isUsualHead(known);
  }

  /** Every octet that waits is one of whole frames, with nothing odd about them. */
  function areFrames(): boolean {
    const row = waiting.first;
    return row !== undefined && waiting.isAtRow && isOfFrames(row.octets, { isMasked: false, isDeflated: false });
  }

  function stray(): StreamStep {
    const [piece] = waiting.drain();
    phase = 'idle';
    return { type: 'stray', row: piece?.row ?? -1, octet: piece?.octet ?? 0, octets: piece?.octets ?? NOTHING };
  }

  /** Drops rows until one begins a head. */
  function readIdle(): StreamStep {
    for (; waiting.first; waiting.shift()) {
      if (!waiting.isAtRow || !isHeadSurelyAt(waiting.first.octets.known)) continue;
      phase = 'head';
      return readHead();
    }
    return MORE;
  }

  function readHead(): StreamStep {
    if (sight.length === 0) return MORE;
    const found = stored.begunBy(sight.known);
    const end = sight.endOfHead();
    if (found && (!found.isTrimmed || end < 0)) {
      const { octets, text, isTrimmed } = found;
      if (sight.length < octets.length) return MORE;
      stored.drop(found);
      // Only the row's length tells that a trimmed text lacks nothing else.
      if (isTrimmed && sight.length > octets.length) return headStep(text, sight.length, false, false);
      return headStep(octets, octets.length, (textsExact && !isTrimmed) || sight.known.length >= octets.length, true);
    }
    if (end > 0) {
      stored.drop(found);
      return headStep(sight.known.subarray(0, end), end, true, true);
    }
    // A cut head whose text the log does not keep: where it ends its row does not show.
    if (waiting.mayComeWhole) return MORE;
    return headStep(sight.known, sight.length, true, false);
  }

  function headStep(octets: Uint8Array, length: number, raw: boolean, complete: boolean): StreamStep {
    const seems = () => (latin1Of(octets.subarray(0, 5)) === 'HTTP/' ? 'response' : 'request');
    const head = parseHead(octets, { kind: kind ?? seems(), direction, raw, complete, spans: waiting.take(length) });
    // A row whose length is not known ends with its head.
    if (waiting.first?.octets.exact === false) waiting.shift();
    return { type: 'head', head };
  }

  function readContent(): StreamStep {
    // The client did not wait with its next request for an answer that came before the content.
    const isNextHead = isContentCutShort && waiting.isAtRow && isHeadSurelyAt(sight.known);
    const lack = isNextHead ? null : (content?.read() ?? null);
    if (lack === null) return leaveContent();
    return lack === 'more' ? MORE : loseStep(lack.why);
  }

  function leaveContent(): StreamStep {
    phase = 'body';
    expect(afterContent);
    // Behind content that tells its length the next head may begin in the same row.
    if (afterContent === 'idle' && isHeadSurelyAt(sight.known)) phase = 'head';
    return step();
  }

  function loseStep(why: string): StreamStep {
    const row = waiting.first?.row ?? -1;
    lose();
    return { type: 'lost', why, row };
  }

  function lose(): void {
    waiting.drain();
    decoder.restart(waiting.offset);
    isHeadDue = HEAD_PHASES.has(phase) || (phase === 'lost' && isHeadDue);
    phase = 'lost';
    mayBeInStep = false;
  }

  function expect(next: Due): void {
    if (phase === 'content' && next !== 'body') {
      afterContent = next;
      isContentCutShort = true;
      return;
    }
    if (next === 'answer' && phase === 'frames') isUnanswered = true;
    else if (next === 'answer' && phase === 'lost') isHeadDue = true;
    else {
      if (next === 'frames' && phase !== 'frames') beginFrames();
      phase = next;
    }
  }

  /** Frames came before the response, which begins now. */
  function isAnswerAt({ octets }: OctetsRow): boolean {
    if (!isUnanswered || decoder.open || decoder.partialHeader.length > 0) return false;
    return beginsHead(octets.known, true, true) === true;
  }

  function beginFrames(): void {
    decoder.restart(waiting.offset);
    for (const piece of waiting.drain()) decoder.push(piece);
  }

  /** Tries to take the frames up again at the start of the first waiting row. */
  function resume(confirmation: Confirmation): StreamStep {
    for (;;) {
      const row = waiting.first;
      if (!row) return MORE;
      if (isHeadDue && isHeadSurelyAt(row.octets.known)) {
        phase = 'head';
        return readHead();
      }
      const rows = confirmation(row);
      const isHere = rows && isPlace(row.octets, rows);
      if (isHere === undefined) return NEEDS_WITNESS;
      if (isHere) {
        beginFrames();
        phase = 'frames';
        return { type: 'resumed', row: row.row };
      }
      waiting.shift();
    }
  }

  /** Undefined where only the next row can tell. */
  function isPlace(octets: Octets, rows: readonly FrameRow[]): boolean | undefined {
    if (rows.length > 0) return agreesWith(direction, octets, rows);
    const likeness = { isMasked, isDeflated: isDeflated() };
    const looksRight = (some: Octets) => isOfFrames(some, likeness) || (mayBeInStep && isOneFrame(some, likeness));
    if (!looksRight(octets)) return false;
    // Of the rows of a long frame one may look so by chance, but not two in turn.
    const next = followingNow();
    return next === null || (next && looksRight(next));
  }

  let witnessNow: Witnessing = NO_WITNESS;
  let confirmNow: Confirmation = () => null;
  let followingNow: Following = () => null;

  function step(confirmation: Confirmation = confirmNow): StreamStep {
    if (phase === 'start' || phase === 'answer') return begin();
    if (phase === 'idle') return readIdle();
    if (phase === 'head') return readHead();
    if (phase === 'content') return readContent();
    if (phase === 'lost') return resume(confirmation);
    if (phase === 'body') {
      waiting.drain();
      return MORE;
    }
    const found = decoder.next(witnessNow);
    if (found.type === 'lost') lose();
    return found;
  }

  return {
    direction,
    decoder,
    get phase() {
      return phase;
    },
    get missingContent() {
      return phase === 'content' && content && content.missing !== Number.POSITIVE_INFINITY
        ? { octets: content.missing, hasBegun: waiting.offset > contentAt || sight.length > 0 }
        : null;
    },
    push: (row) => {
      if (phase === 'frames' && isAnswerAt(row)) {
        phase = 'head';
        isUnanswered = false;
      }
      if (phase === 'frames') {
        decoder.push({ row: row.row, octet: 0, octets: row.octets });
        waiting.pass(row.octets.length);
      } else waiting.push(row);
    },
    next: (witnessing, confirmation, following) => {
      witnessNow = witnessing;
      confirmNow = confirmation;
      followingNow = following;
      return step(confirmation);
    },
    skip: (octets) => {
      waiting.pass(octets ?? 0);
      lose();
    },
    doubt: () => {
      if (phase === 'lost') return;
      lose();
      mayBeInStep = true;
    },
    expect,
    expectContent: (due, after) => {
      content = readerOf(due, waiting);
      contentAt = waiting.offset;
      afterContent = after;
      isContentCutShort = false;
      phase = 'content';
    },
    passOver: ({ offset, ordinal, spans }, rest) => {
      decoder.restart(offset + rest.octet - (spans[0]?.octet ?? 0), ordinal);
      decoder.push(rest);
    },
  };
}
