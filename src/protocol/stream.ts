// One direction of a connection: octet rows in, heads and frames out. It finds the opening handshake's heads, steps over
// what the log leaves out, and after a gap takes the frames up again.

import { cutOctets, NO_OCTETS, type Octets } from '../model/octets.ts';
import type { Direction, OctetsRow } from '../model/row.ts';
import { Backlog } from './backlog.ts';
import { BeginningReader, type InsideStep } from './beginning.ts';
import type { Frame } from './frame/frame.ts';
import {
  type DecoderStep,
  FrameDecoder,
  NO_WITNESS,
  type Rest,
  type RowPiece,
  type Witnessing,
} from './frame/frame-decoder.ts';
import { FrameFinder } from './frame-finder.ts';
import type { ContentFraming } from './handshake/content.ts';
import { type ContentReader, readerOf } from './handshake/content-reader.ts';
import type { Head } from './handshake/handshake.ts';
import { type HeadOptions, HeadReader, type ProxyStep } from './handshake/head-reader.ts';
import { beginsHead } from './handshake/start-line.ts';
import { lateBeginning } from './late-beginning.ts';
import { type Due, isHeadDueIn, type Phase, phaseAfter } from './phase.ts';
import { beginsMessage, beginsOddly, type Confirmation, type Following } from './place.ts';

export type StreamStep =
  | DecoderStep
  | { readonly type: 'head'; readonly head: Head }
  | ProxyStep
  /** Octets where only a response may stand, and none that begin one; nothing of that row is read. */
  | { readonly type: 'stray'; readonly row: number; readonly octet: number; readonly octets: Octets }
  /** In step again, from that row's first octet on. */
  | { readonly type: 'resumed'; readonly row: number }
  | InsideStep;

const MORE: DecoderStep = { type: 'more' };
const NOTHING: Octets = cutOctets(NO_OCTETS, 0);
const NEEDS_WITNESS: DecoderStep = { type: 'witness' };
const READING_HEADS: ReadonlySet<Phase> = new Set(['start', 'answer', 'late', 'head', 'cut head', 'rest']);

export interface StreamOptions extends HeadOptions {
  /** The log holds the connection from its opening handshake on. */
  readonly fromStart: boolean;
  /** Payload octets of one frame that are kept at the most. */
  readonly keep: number;
  /** permessage-deflate is agreed by now. */
  readonly isDeflated: () => boolean;
  /** The log does not hold the connection's beginning, as far as it has been read. */
  readonly isLate: () => boolean;
}

/** What the log's other rows tell of the octets that are read now. */
interface OtherRows {
  readonly witnessing: Witnessing;
  readonly confirmation: Confirmation;
  readonly following: Following;
}

const ALONE: OtherRows = { witnessing: NO_WITNESS, confirmation: () => null, following: () => null };

export class Stream {
  readonly direction: Direction;
  readonly decoder: FrameDecoder;
  readonly #waiting = new Backlog();
  readonly #heads: HeadReader;
  readonly #beginning: BeginningReader;
  readonly #finder: FrameFinder;
  #around = ALONE;
  #phase: Phase;
  #content: ContentReader | null = null;
  #afterContent: Due = 'frames';
  #contentAt = 0; // where in the stream it begins
  #isContentCutShort = false; // the other direction went on before the content had come
  #isFirstRow = true; // of `frames`: no row of them has come
  #isUnanswered = false; // of `frames`: they came before the response that is due
  #mayBeInStep = false; // of `lost`: nothing says that octets are missing
  #isHeadDue = false; // of `lost`: the head was, or the rest of it
  #mayHideFrames = false; // of `rest`: behind the response the cut may hide frames, and where the next ones begin
  #isCutOpen = false; // of `rest`: and nobody knows how many octets it hides

  constructor(direction: Direction, options: StreamOptions) {
    const { kind, fromStart, keep, isDeflated, isLate } = options;
    this.direction = direction;
    this.decoder = new FrameDecoder(direction, 0, keep);
    this.#heads = new HeadReader(direction, this.#waiting, options);
    this.#beginning = new BeginningReader(this.#waiting, this.#heads, isLate);
    this.#finder = new FrameFinder(direction, kind === null ? null : kind === 'request', isDeflated);
    this.#phase = fromStart ? 'start' : 'frames';
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** The content that is due has not all come: how many octets lack, null where that is not known. */
  get missingContent(): { readonly octets: number | null; readonly hasBegun: boolean } | null {
    const missing = this.#phase === 'content' ? this.#content?.missing() : undefined;
    if (missing === undefined || missing === Number.POSITIVE_INFINITY) return null;
    return { octets: missing, hasBegun: this.#waiting.offset > this.#contentAt || this.#waiting.sight.length > 0 };
  }

  push(row: OctetsRow): void {
    if (this.#phase === 'frames' && this.#isAnswerAt(row)) {
      this.#phase = 'head';
      this.#isUnanswered = false;
    }
    if (this.#phase !== 'frames') {
      this.#waiting.push(row);
      return;
    }
    if (this.decoder.isGuess && this.#isBetweenFrames() && this.#finder.isProvenBy(row.octets)) {
      this.decoder.isGuess = false;
    }
    if (this.#isFirstRow) {
      this.#isFirstRow = false;
      if (beginsOddly(row.octets, this.#finder.likeness)) this.decoder.isGuess = true;
    }
    this.decoder.push({ row: row.row, octet: 0, octets: row.octets });
    this.#waiting.pass(row.octets.length);
  }

  next(witnessing: Witnessing, confirmation: Confirmation, following: Following): StreamStep {
    this.#around = { witnessing, confirmation, following };
    return this.#step();
  }

  /** `octets` are missing from the log here; null where it is not known how many. */
  skip(octets: number | null): void {
    this.#waiting.pass(octets ?? 0);
    this.#lose();
  }

  /** Octets may be missing from the log here. */
  doubt(): void {
    if (this.#phase === 'lost') return;
    this.#lose();
    this.#mayBeInStep = true;
  }

  /** After a head, or what the other direction said: what comes next in this one, behind the content that is due. */
  expect(next: Due): void {
    const phase = phaseAfter(this.#phase, next);
    if (phase === 'content') {
      this.#afterContent = next;
      this.#isContentCutShort = true;
    } else if (next === 'answer' && phase === 'frames') this.#isUnanswered = true;
    else if (next === 'answer' && phase === 'lost') this.#isHeadDue = true;
    else if (phase === 'frames' && this.#phase !== 'frames') this.#beginFrames(false);
    this.#phase = phase;
  }

  /** After a head with content: what comes behind it, if `expect` does not say otherwise while it comes. */
  expectContent(due: ContentFraming, after: Due): void {
    this.#content = readerOf(due, this.#waiting);
    this.#contentAt = this.#waiting.offset;
    this.#afterContent = after;
    this.#isContentCutShort = false;
    this.#phase = 'content';
  }

  /** A frame begins with the next row, and nothing else can. */
  get isBetweenFrames(): boolean {
    const { decoder } = this;
    return this.#phase === 'frames' && !this.#isUnanswered && decoder.isBetweenFrames && !decoder.isGuess;
  }

  /** So many octets of the next row were read elsewhere. */
  pass(octets: number): void {
    this.#isFirstRow = false;
    this.#waiting.pass(octets);
  }

  /** What is left of the row when so many octets of it were read elsewhere. */
  pushRest({ row, octets }: OctetsRow, from: number): void {
    const rest = octets.length - from;
    this.decoder.push({ row, octet: from, octets: cutOctets(octets.known.subarray(from), rest) });
    this.#waiting.pass(rest);
  }

  /** What the decoder has left of a row, if a frame begins there, and nothing else can. */
  get rest(): Rest | null {
    const { decoder } = this;
    return this.#phase === 'frames' && !this.#isUnanswered && !decoder.isGuess ? decoder.rest : null;
  }

  /** The next row was one whole frame of so many octets, read elsewhere. Returns its ordinal. */
  passFrame(octets: number): number {
    this.#isFirstRow = false;
    this.#waiting.pass(octets);
    return this.decoder.pass(octets);
  }

  /** What was read as the beginning of a frame is none: `rest` of its row begins that frame. */
  passOver({ offset, ordinal, spans }: Frame, rest: RowPiece): void {
    this.decoder.restart(offset + rest.octet - (spans[0]?.octet ?? 0), ordinal);
    this.decoder.push(rest);
  }

  #step(): StreamStep {
    // Of what stands here nothing is known, not even whether it is anything.
    if (this.#waiting.first?.octets.length === 0 && READING_HEADS.has(this.#phase)) {
      return this.#loseStep('length of a row is not known');
    }
    switch (this.#phase) {
      case 'start':
      case 'answer':
        return this.#begin();
      case 'late':
        return this.#beginLate();
      case 'idle':
        return this.#readIdle();
      case 'head':
      case 'cut head':
        return this.#readHead();
      case 'rest':
        return this.#readRest();
      case 'content':
        return this.#readContent();
      case 'lost':
        return this.#resume();
      case 'body':
        this.#waiting.drain();
        return MORE;
      case 'frames':
        return this.#readFrames();
    }
  }

  #begin(): StreamStep {
    const isAnswerDue = this.#phase === 'answer';
    const begun = this.#beginning.look(isAnswerDue, this.#around.following);
    if (typeof begun !== 'string') return begun;
    switch (begun) {
      case 'more':
        return MORE;
      case 'witness':
        return NEEDS_WITNESS;
      case 'unseen':
        return this.#loseStep('the octets that would tell whether the answer begins here are not in the log');
      case 'stray':
        return this.#stray();
      case 'head':
        this.#phase = 'head';
        return this.#readHead();
      case 'late':
      case 'frames':
        this.#isUnanswered = isAnswerDue;
        this.expect(begun);
        return this.#step();
    }
  }

  /** Nothing tells where the first octets of the log belong but they themselves. */
  #beginLate(): StreamStep {
    const row = this.#waiting.first?.row ?? -1;
    const { confirmation, following } = this.#around;
    const { likeness } = this.#finder;
    const late = lateBeginning(this.#waiting, { direction: this.direction, likeness, confirmation, following });
    if (late === 'more') return MORE;
    if (late === 'witness') return NEEDS_WITNESS;
    if (late === 'inside a frame') {
      this.#waiting.shift();
      this.#phase = 'lost';
      return { type: 'inside', of: 'a frame', row };
    }
    const passed = late.restOfHead > 0 ? this.#beginning.passRestOfHead(late.restOfHead) : null;
    if (late.after === 'lost') this.#lose();
    else this.expect('frames');
    this.decoder.isGuess = late.after === 'perhaps frames';
    return passed ?? this.#step();
  }

  #stray(): StreamStep {
    const [piece] = this.#waiting.drain();
    this.#phase = 'idle';
    return { type: 'stray', row: piece?.row ?? -1, octet: piece?.octet ?? 0, octets: piece?.octets ?? NOTHING };
  }

  /** Drops rows until one begins a head. */
  #readIdle(): StreamStep {
    for (; this.#waiting.first; this.#waiting.shift()) {
      if (!this.#waiting.isAtRow || !this.#heads.isSurelyAt(this.#waiting.first.octets.known)) continue;
      this.#phase = 'head';
      return this.#readHead();
    }
    return MORE;
  }

  #readHead(): StreamStep {
    const { hasOpenRow } = this.#waiting;
    const read = this.#heads.read();
    if (!read) return MORE;
    this.#beginning.noteHead();
    this.#phase = read.isCut ? 'cut head' : 'head';
    this.#mayHideFrames = read.isCut && read.head.kind === 'response';
    this.#isCutOpen = hasOpenRow;
    return { type: 'head', head: read.head };
  }

  /** Drops what belongs to the head that was cut. */
  #readRest(): StreamStep {
    if (!this.#heads.passRest()) return MORE;
    const next = this.#waiting.first?.octets ?? NOTHING;
    const isInDoubt = this.#isCutOpen || !beginsMessage(next, this.#finder.likeness);
    this.expect('frames');
    this.decoder.isGuess = this.#mayHideFrames && isInDoubt;
    return this.#step();
  }

  #readContent(): StreamStep {
    // The client did not wait with its next request for an answer that came before the content.
    const isNextHead =
      this.#isContentCutShort && this.#waiting.isAtRow && this.#heads.isSurelyAt(this.#waiting.sight.known);
    const lack = isNextHead ? null : (this.#content?.read() ?? null);
    if (lack === null) return this.#leaveContent();
    return lack === 'more' ? MORE : this.#loseStep(lack.why);
  }

  #leaveContent(): StreamStep {
    this.#phase = 'body';
    this.expect(this.#afterContent);
    // Behind content that tells its length the next head may begin in the same row.
    if (this.#afterContent === 'idle' && this.#heads.isSurelyAt(this.#waiting.sight.known)) this.#phase = 'head';
    return this.#step();
  }

  #readFrames(): StreamStep {
    const found = this.decoder.next(this.#around.witnessing);
    if (found.type === 'lost') this.#lose();
    return found;
  }

  #loseStep(why: string): StreamStep {
    const row = this.#waiting.first?.row ?? -1;
    this.#lose();
    return { type: 'lost', why, row };
  }

  #lose(): void {
    this.#waiting.drain();
    this.decoder.restart(this.#waiting.offset);
    this.#isHeadDue = isHeadDueIn(this.#phase) || (this.#phase === 'lost' && this.#isHeadDue);
    this.#phase = 'lost';
    this.#mayBeInStep = false;
  }

  /** Frames came before the response, which begins now. */
  #isAnswerAt({ octets }: OctetsRow): boolean {
    return this.#isUnanswered && this.#isBetweenFrames() && beginsHead(octets.known, true, true) === true;
  }

  #isBetweenFrames(): boolean {
    return !this.decoder.open && this.decoder.partialHeader.length === 0;
  }

  #beginFrames(isGuess: boolean): void {
    this.decoder.restart(this.#waiting.offset);
    this.decoder.isGuess = isGuess;
    this.#finder.begin();
    for (const piece of this.#waiting.drain()) this.decoder.push(piece);
  }

  /** Tries to take the frames up again at the start of the first waiting row. */
  #resume(): StreamStep {
    const { confirmation, following } = this.#around;
    for (let row = this.#waiting.first; row; row = this.#waiting.first) {
      const { known } = row.octets;
      if (this.#isHeadDue && this.#heads.isSurelyAt(known) && !this.#heads.isInsideRequestLine(known)) {
        this.#phase = 'head';
        return this.#readHead();
      }
      const rows = confirmation(row);
      const isHere = rows && this.#finder.isPlace(row.octets, rows, this.#mayBeInStep, following);
      if (isHere === undefined) return NEEDS_WITNESS;
      if (isHere) {
        // The log's own rows confirm it, or else nothing does.
        this.#beginFrames(rows.length === 0);
        this.#phase = 'frames';
        return { type: 'resumed', row: row.row };
      }
      this.#waiting.shift();
    }
    return MORE;
  }
}
