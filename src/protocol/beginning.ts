// What the first octets of one direction are: a head, the rest of one, frames, or nothing that is known.

import type { OctetsRow } from '../model/row.ts';
import type { Backlog } from './backlog.ts';
import type { HeadReader, ProxyStep } from './handshake/head-reader.ts';
import { beginsHead } from './handshake/start-line.ts';
import { type Following, isOfFrames } from './place.ts';

/** The log begins inside a frame, or inside a head, whose rest is passed over. */
export interface InsideStep {
  readonly type: 'inside';
  readonly of: 'a frame' | 'an HTTP head';
  readonly row: number;
}

/**
 * `late`: the log has no opening handshake, and what its first octets are is not known. `stray`: none of what may stand here.
 * `unseen`: the octets that would tell are not in the log. `more`: the next octets have to tell; `witness`: so have rows to
 * come.
 */
type Begun = 'head' | 'frames' | 'late' | 'stray' | 'unseen' | 'more' | 'witness';

export class BeginningReader {
  readonly #waiting: Backlog;
  readonly #heads: HeadReader;
  readonly #isLateNow: () => boolean;
  #isLate: boolean | null = null; // when the first octets came, nothing of a handshake had; nor in this direction

  /** `isLate`: the log does not hold the connection's beginning, as far as it has been read. */
  constructor(waiting: Backlog, heads: HeadReader, isLate: () => boolean) {
    this.#waiting = waiting;
    this.#heads = heads;
    this.#isLateNow = isLate;
  }

  /** A head has come. */
  noteHead(): void {
    this.#isLate = false;
  }

  /** `isAnswerDue`: only a response may stand here, or frames that came before it. */
  look(isAnswerDue: boolean, following: Following): Begun | ProxyStep | InsideStep {
    if (this.#waiting.sight.length === 0) return 'more';
    const proxied = this.#heads.readProxy();
    if (proxied) return proxied;
    this.#isLate ??= this.#isLateNow();
    const isHead = this.#heads.isNext(this.#isLate, isAnswerDue);
    // Any word may be a method; in the middle of a log it is none where nothing follows it.
    const next = isHead === undefined && this.#isLate ? following() : null;
    if (next === undefined) return 'witness';
    if (next !== null || (isHead === undefined && !this.#isLate)) return 'more';
    if (this.#isLate) return isHead ? this.#lookLate() : 'late';
    return isHead ? 'head' : this.#lookWithout(isAnswerDue);
  }

  /** Before the head, or instead of it, may stand the end of another one. */
  #lookLate(): Begun | InsideStep {
    if (this.#heads.isInsideRequestLine(this.#waiting.sight.known)) return 'late';
    const length = this.#heads.restBefore();
    return length > 0 ? this.passRestOfHead(length) : 'head';
  }

  passRestOfHead(length: number): InsideStep {
    const row = this.#waiting.first?.row ?? -1;
    this.#waiting.take(length);
    return { type: 'inside', of: 'an HTTP head', row };
  }

  /** The first octets begin no head. */
  #lookWithout(isAnswerDue: boolean): Begun {
    if (!isAnswerDue) return 'frames';
    const { known, cut } = this.#waiting.sight;
    // So few octets are in the log that a response may be what they begin.
    if (cut && beginsHead(known, true, false) === undefined) return 'unseen';
    return this.#areFrames(this.#waiting.first) ? 'frames' : 'stray';
  }

  /** Every octet that waits is one of whole frames, with nothing odd about them. */
  #areFrames(row: OctetsRow | undefined): boolean {
    return row !== undefined && this.#waiting.isAtRow && isOfFrames(row.octets, { isMasked: false, isDeflated: false });
  }
}
