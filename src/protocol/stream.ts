// One direction of a connection: octet rows in, heads and frames out. It finds the opening handshake's heads (with the
// hidden octets filled in from the text that the log keeps), steps over what the log leaves out, and after a gap takes
// the frames up again only where the log's own frame rows confirm it.

import { latin1Of, type Octets } from '../model/octets.ts';
import type { Direction, FrameRow, OctetsRow } from '../model/row.ts';
import { openBacklog } from './backlog.ts';
import { type FrameDecoder, frameDecoder, NO_WITNESS, type Step, type Witnessing } from './frame/frame-decoder.ts';
import type { Content } from './handshake/content.ts';
import { type ContentReader, readerOf } from './handshake/content-reader.ts';
import { type Head, parseHead } from './handshake/handshake.ts';
import { storedHeads } from './handshake/stored-heads.ts';
import { agreesWith, isOfFrames, isOneFrame } from './place.ts';

export type StreamStep =
  | Step
  | { readonly type: 'head'; readonly head: Head }
  /** In step again, from that row's first octet on. */
  | { readonly type: 'resumed'; readonly row: number };

/**
 * `head`: HTTP is due. `content`: that of the head is due. `frames`: in step. `lost`: frames, but where they begin is not
 * known. `body`: not ours.
 */
type Phase = 'start' | 'head' | 'content' | 'frames' | 'lost' | 'body';

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
  /** After a head: what comes next in this direction. */
  expect(phase: 'start' | 'head' | 'frames' | 'body'): void;
  /** After a head with content: frames come behind that, or what `expect` says while it comes. */
  expectContent(content: Content): void;
  readonly decoder: FrameDecoder;
}

const MORE: Step = { type: 'more' };
const NEEDS_WITNESS: Step = { type: 'witness' };
const LOOKS_LIKE_HTTP = /^(?:\r?\n)*(?:[A-Z]{3,10} |HTTP\/)/;
/** So few octets that the next ones may make HTTP of it. */
const MAY_BE_HTTP = /^(?:\r?\n)*(?:\r|[A-Z]{0,10})$/;

export interface StreamOptions {
  /** Heads that the log keeps as text, each through its blank line. */
  readonly texts: readonly string[];
  /** The texts are octet for octet what was sent; a report page has lost their line ends. */
  readonly textsExact: boolean;
  /** The heads among the octets are those of the wire; in a paste they come from text, whose line ends are lost. */
  readonly octetsExact?: boolean;
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
  const { texts, textsExact, octetsExact = true, kind, fromStart, keep, isDeflated } = options;
  const waiting = openBacklog();
  const { sight } = waiting;
  const decoder = frameDecoder(direction, 0, keep);
  const stored = storedHeads(texts);
  let phase: Phase = fromStart ? 'start' : 'frames';
  let content: ContentReader | null = null;
  let afterContent: 'start' | 'frames' = 'frames';
  let mayBeInStep = false; // of `lost`: nothing says that octets are missing
  let isHeadDue = false; // of `lost`: the head was, or the rest of it
  const isMasked = kind === null ? null : kind === 'request';

  function begin(): StreamStep {
    const { known, length, cut } = sight;
    if (length === 0) return MORE;
    const text = latin1Of(known.subarray(0, 16));
    const isHead = beginsHead(known);
    if (!isHead && !cut && MAY_BE_HTTP.test(text)) return MORE;
    expect(isHead ? 'head' : 'frames');
    return step();
  }

  function beginsHead(known: Uint8Array): boolean {
    return LOOKS_LIKE_HTTP.test(latin1Of(known.subarray(0, 16))) || stored.begunBy(known) !== undefined;
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
      return headStep(sight.known.subarray(0, end), end, octetsExact, true);
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
    const isNextHead = afterContent === 'start' && waiting.isAtRow && beginsHead(sight.known);
    const lack = isNextHead ? null : (content?.read() ?? null);
    if (lack === null) return leaveContent();
    return lack === 'more' ? MORE : loseStep(lack.why);
  }

  function leaveContent(): StreamStep {
    phase = 'body';
    expect(afterContent);
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
    isHeadDue = phase === 'start' || phase === 'head' || (phase === 'lost' && isHeadDue);
    phase = 'lost';
    mayBeInStep = false;
  }

  function expect(next: 'start' | 'head' | 'frames' | 'body'): void {
    if (phase === 'content' && next === 'start') {
      afterContent = next;
      return;
    }
    if (next === 'frames' && phase !== 'frames') beginFrames();
    phase = next;
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
      if (isHeadDue && beginsHead(row.octets.known)) {
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
    if (phase === 'start') return begin();
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
    push: (row) => {
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
    expectContent: (due) => {
      content = readerOf(due, waiting);
      afterContent = 'frames';
      phase = 'content';
    },
  };
}
