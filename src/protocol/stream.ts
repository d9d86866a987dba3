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
import { isInRequestLine, mayBeVersion, restOfCutHead, restOfLineEnds } from './handshake/rest-of-head.ts';
import { beginsHead, isUsualHead, proxyHeaderAt } from './handshake/start-line.ts';
import { storedHeads } from './handshake/stored-heads.ts';
import { lateBeginning } from './late-beginning.ts';
import {
  agreesWith,
  type Confirmation,
  type Following,
  isOfFrames,
  isOneFrame,
  isPeriodic,
  type Likeness,
} from './place.ts';

export type StreamStep =
  | Step
  | { readonly type: 'head'; readonly head: Head }
  /** A proxy's own octets before the first head. */
  | { readonly type: 'proxy'; readonly row: number; readonly octets: readonly [number, number] }
  /** Octets where only a response may stand, and none that begin one; nothing of that row is read. */
  | { readonly type: 'stray'; readonly row: number; readonly octet: number; readonly octets: Octets }
  /** In step again, from that row's first octet on. */
  | { readonly type: 'resumed'; readonly row: number }
  /** The log begins inside a frame, or inside a head, whose rest is passed over. */
  | { readonly type: 'inside'; readonly of: 'a frame' | 'an HTTP head'; readonly row: number };

/**
 * `start`: HTTP or frames. `late`: the log has no opening handshake, and what its first octets are is not known.
 * `answer`: a response is due, which a request asked for. `head`: the rest of a head is due. `rest`: a head was cut, and
 * more of it may stand in rows of its own. `content`: that of the head is due. `idle`: a head may begin with any row, and what is none is not ours. `frames`: in step. `lost`: frames, but
 * where they begin is not known. `body`: not ours.
 */
type Phase = 'start' | 'late' | 'answer' | 'head' | 'rest' | 'content' | 'idle' | 'frames' | 'lost' | 'body';

/** What may come next. */
export type Due = 'start' | 'late' | 'answer' | 'idle' | 'frames' | 'body';

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
  /** A frame begins with the next row, and nothing else can. */
  readonly isBetweenFrames: boolean;
  /** The next row was one whole frame of so many octets, read elsewhere. Returns its ordinal. */
  passFrame(octets: number): number;
}

const MORE: Step = { type: 'more' };
const NOTHING: Octets = cutOctets(NO_OCTETS, 0);
const HEAD_PHASES: ReadonlySet<Phase> = new Set(['start', 'late', 'answer', 'head', 'idle']);
const NEEDS_WITNESS: Step = { type: 'witness' };
/** So many rows in turn that are nothing but whole frames without a fault prove where frames begin. */
const ENOUGH_ROWS = 4;

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
  /** The log does not hold the connection's beginning, as far as it has been read. */
  readonly isLate: () => boolean;
}

export function openStream(direction: Direction, options: StreamOptions): Stream {
  const { texts, textsExact, octetsExact = true, kind, fromStart, keep, isDeflated, isLate } = options;
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
  let isHeadCut = false; // the latest one
  let isUnanswered = false; // of `frames`: they came before the response that is due
  let mayBeInStep = false; // of `lost`: nothing says that octets are missing
  let isHeadDue = false; // of `lost`: the head was, or the rest of it
  let isBegunLate: boolean | null = null; // when the first octets came, nothing of a handshake had; nor in this direction
  let rowsInTurn = 0; // that go on as guessed
  const isMasked = kind === null ? null : kind === 'request';

  function begin(): StreamStep {
    if (sight.length === 0) return MORE;
    const proxied = readProxyHeader();
    if (proxied) return proxied;
    isBegunLate ??= isLate();
    const isHead = isHeadNow(isBegunLate);
    // Any word may be a method; in the middle of a log it is none where nothing follows it.
    const next = isHead === undefined && isBegunLate ? followingNow() : null;
    if (next === undefined) return NEEDS_WITNESS;
    if (next !== null || (isHead === undefined && !isBegunLate)) return MORE;
    if (!isHead) return beginWithout();
    const passed = isBegunLate ? beginLateHead() : null;
    if (passed) return passed;
    phase = 'head';
    return step();
  }

  function isHeadNow(mayBeInside: boolean): boolean | undefined {
    if (mayBeInside && kind === null && mayBeVersion(sight.known)) return undefined;
    return isHeadAt(sight.known, sight.cut);
  }

  /** Before the head, or instead of it, may stand the end of another one. */
  function beginLateHead(): StreamStep | null {
    if (isInsideRequestLine(sight.known)) return beginWithout();
    const length = restOfLineEnds(sight.known, waiting.first?.octets.length ?? 0);
    return length > 0 ? passRestOfHead(length) : null;
  }

  function passRestOfHead(length: number): StreamStep {
    const row = waiting.first?.row ?? -1;
    waiting.take(length);
    return { type: 'inside', of: 'an HTTP head', row };
  }

  /** The first octets begin no head. */
  function beginWithout(): StreamStep {
    if (!isBegunLate && phase === 'answer' && isAnswerUnseen()) {
      return loseStep('the octets that would tell whether the answer begins here are not in the log');
    }
    if (!isBegunLate && phase === 'answer' && !areFrames()) return stray();
    isUnanswered = phase === 'answer';
    expect(isBegunLate ? 'late' : 'frames');
    return step();
  }

  /** Nothing tells where the first octets of the log belong but they themselves. */
  function beginLate(): StreamStep {
    const row = waiting.first?.row ?? -1;
    const likeness = likenessNow();
    const late = lateBeginning(waiting, { direction, likeness, confirmation: confirmNow, following: followingNow });
    if (late === 'more') return MORE;
    if (late === 'witness') return NEEDS_WITNESS;
    if (late === 'inside a frame') {
      waiting.shift();
      phase = 'lost';
      return { type: 'inside', of: 'a frame', row };
    }
    const passed = late.restOfHead > 0 ? passRestOfHead(late.restOfHead) : null;
    if (late.after === 'lost') lose();
    else expect('frames');
    decoder.isGuess = late.after === 'perhaps frames';
    return passed ?? step();
  }

  function likenessNow(): Likeness {
    return { isMasked, isDeflated: isDeflated() };
  }

  function readProxyHeader(): StreamStep | null {
    if (!mayBeProxied) return null;
    const length = proxyHeaderAt(sight.known);
    if (length === undefined && waiting.mayComeWhole) return MORE;
    mayBeProxied = false;
    if (!length) return null;
    const [first] = waiting.take(length);
    const octet = first?.octet ?? 0;
    return { type: 'proxy', row: first?.row ?? -1, octets: [octet, octet + (first?.length ?? 1)] };
  }

  function isHeadAt(known: Uint8Array, isCut: boolean): boolean | undefined {
    if (stored.begunBy(known) !== undefined) return true;
    return beginsHead(known, kind === 'response' || phase === 'answer', isCut);
  }

  /** Also where the octets may as well be the middle of a head or of content. */
  function isHeadSurelyAt(known: Uint8Array): boolean {
    return stored.begunBy(known) !== undefined || isUsualHead(known);
  }

  /** The version that ends a request line looks like a response that begins. */
  function isInsideRequestLine(known: Uint8Array): boolean {
    return kind !== 'response' && isInRequestLine(known);
  }

  /** Every octet that waits is one of whole frames, with nothing odd about them. */
  function areFrames(): boolean {
    const row = waiting.first;
    return row !== undefined && waiting.isAtRow && isOfFrames(row.octets, { isMasked: false, isDeflated: false });
  }

  /** So few octets are in the log that a response may be what they begin. */
  function isAnswerUnseen(): boolean {
    return sight.cut && beginsHead(sight.known, true, false) === undefined;
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
      return headStep(sight.known.subarray(0, end), end, octetsExact, true);
    }
    // A cut head whose text the log does not keep: where it ends its row does not show.
    if (waiting.mayComeWhole) return MORE;
    const isCut = sight.cut;
    const head = headStep(sight.known, sight.length, true, false);
    isHeadCut = isCut;
    return head;
  }

  /** Drops what belongs to the head that was cut. */
  function readRest(): StreamStep {
    for (let row = waiting.first; row; row = waiting.first) {
      const { known } = row.octets;
      const rest = isHeadSurelyAt(known) ? null : restOfCutHead(known);
      if (rest !== 'all') {
        waiting.take(rest ?? 0);
        expect('frames');
        return step();
      }
      waiting.shift();
    }
    return MORE;
  }

  function headStep(octets: Uint8Array, length: number, raw: boolean, complete: boolean): StreamStep {
    const seems = () => (latin1Of(octets.subarray(0, 5)) === 'HTTP/' ? 'response' : 'request');
    const head = parseHead(octets, { kind: kind ?? seems(), direction, raw, complete, spans: waiting.take(length) });
    isBegunLate = false;
    isHeadCut = false;
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
    if (next === 'frames' && phase === 'head' && isHeadCut) phase = 'rest';
    else if (next === 'answer' && phase === 'frames') isUnanswered = true;
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
    decoder.isGuess = false;
    rowsInTurn = 0;
    for (const piece of waiting.drain()) decoder.push(piece);
  }

  /** Tries to take the frames up again at the start of the first waiting row. */
  function resume(confirmation: Confirmation): StreamStep {
    for (;;) {
      const row = waiting.first;
      if (!row) return MORE;
      if (isHeadDue && isHeadSurelyAt(row.octets.known) && !isInsideRequestLine(row.octets.known)) {
        phase = 'head';
        return readHead();
      }
      const rows = confirmation(row);
      const isHere = rows && isPlace(row.octets, rows);
      if (isHere === undefined) return NEEDS_WITNESS;
      if (isHere) {
        beginFrames();
        // The log's own rows confirm it, or else nothing does.
        decoder.isGuess = rows.length === 0;
        phase = 'frames';
        return { type: 'resumed', row: row.row };
      }
      waiting.shift();
    }
  }

  /** Undefined where only the next row can tell. */
  function isPlace(octets: Octets, rows: readonly FrameRow[]): boolean | undefined {
    if (rows.length > 0) return agreesWith(direction, octets, rows);
    const likeness = likenessNow();
    const looksRight = (some: Octets) =>
      !isPeriodic(some) && (isOfFrames(some, likeness) || (mayBeInStep && isOneFrame(some, likeness)));
    if (!looksRight(octets)) return false;
    // Of the rows of a long frame one may look so by chance, but not two in turn.
    const next = followingNow();
    return next === null || (next && looksRight(next));
  }

  /** Rows that go on as guessed: each begins with a frame, and is nothing but frames that are right. */
  function weigh(octets: Octets): void {
    if (decoder.open || decoder.partialHeader.length > 0) return;
    rowsInTurn = isOfFrames(octets, likenessNow()) && !isPeriodic(octets) ? rowsInTurn + 1 : 0;
    if (rowsInTurn >= ENOUGH_ROWS) decoder.isGuess = false;
  }

  let witnessNow: Witnessing = NO_WITNESS;
  let confirmNow: Confirmation = () => null;
  let followingNow: Following = () => null;

  function step(confirmation: Confirmation = confirmNow): StreamStep {
    if (phase === 'start' || phase === 'answer') return begin();
    if (phase === 'late') return beginLate();
    if (phase === 'idle') return readIdle();
    if (phase === 'head') return readHead();
    if (phase === 'rest') return readRest();
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
        if (decoder.isGuess) weigh(row.octets);
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
    get isBetweenFrames() {
      return phase === 'frames' && !isUnanswered && decoder.isBetweenFrames && !decoder.isGuess;
    },
    passFrame: (octets) => {
      waiting.pass(octets);
      return decoder.pass(octets);
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
