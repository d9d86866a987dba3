// Finds the heads of one direction among the octets that wait, with the hidden octets filled in from the text that the log
// keeps, and what may stand before them.

import { latin1Of } from '../../model/octets.ts';
import type { Direction } from '../../model/row.ts';
import type { Backlog } from '../backlog.ts';
import { type Head, parseHead } from './handshake.ts';
import { isInRequestLine, mayBeVersion, restOfCutHead, restOfLineEnds } from './rest-of-head.ts';
import { beginsHead, isUsualHead, proxyHeaderAt } from './start-line.ts';
import { type StoredHeads, storedHeads } from './stored-heads.ts';

export interface HeadOptions {
  /** Heads that the log keeps as text, each through its blank line. */
  readonly texts: readonly string[];
  /** The texts are octet for octet what was sent; a report page has lost their line ends. */
  readonly textsExact: boolean;
  /** The heads among the octets are those of the wire; in a paste they come from text, whose line ends are lost. */
  readonly octetsExact?: boolean;
  /** Which kind of head this direction carries, where the log tells. */
  readonly kind: Head['kind'] | null;
}

/** A proxy's own octets before the first head. */
export interface ProxyStep {
  readonly type: 'proxy';
  readonly row: number;
  readonly octets: readonly [number, number];
}

export class HeadReader {
  readonly #direction: Direction;
  readonly #waiting: Backlog;
  readonly #options: HeadOptions;
  readonly #stored: StoredHeads;
  #mayBeProxied: boolean; // nothing has been read yet

  constructor(direction: Direction, waiting: Backlog, options: HeadOptions) {
    this.#direction = direction;
    this.#waiting = waiting;
    this.#options = options;
    this.#stored = storedHeads(options.texts);
    this.#mayBeProxied = options.kind !== 'response';
  }

  /** Null where no proxy said anything. */
  readProxy(): ProxyStep | 'more' | null {
    if (!this.#mayBeProxied) return null;
    const length = proxyHeaderAt(this.#waiting.sight.known);
    if (length === undefined && this.#waiting.mayComeWhole) return 'more';
    this.#mayBeProxied = false;
    if (!length) return null;
    const [first] = this.#waiting.take(length);
    const octet = first?.octet ?? 0;
    return { type: 'proxy', row: first?.row ?? -1, octets: [octet, octet + (first?.length ?? 1)] };
  }

  /** Does a head begin with what waits? Undefined where only the next octets can tell. `isLate`: it may be the rest of one. */
  isNext(isLate: boolean, isAnswerDue: boolean): boolean | undefined {
    const { known, cut } = this.#waiting.sight;
    if (isLate && this.#options.kind === null && mayBeVersion(known)) return undefined;
    if (this.#stored.begunBy(known) !== undefined) return true;
    return beginsHead(known, this.#options.kind === 'response' || isAnswerDue, cut);
  }

  /** Also where the octets may as well be the middle of a head or of content. */
  isSurelyAt(known: Uint8Array): boolean {
    return this.#stored.begunBy(known) !== undefined || isUsualHead(known);
  }

  /** The version that ends a request line looks like a response that begins. */
  isInsideRequestLine(known: Uint8Array): boolean {
    return this.#options.kind !== 'response' && isInRequestLine(known);
  }

  /** How many octets of what waits before the head may be the end of another one. */
  restBefore(): number {
    return restOfLineEnds(this.#waiting.sight.known, this.#waiting.first?.octets.length ?? 0);
  }

  /** Null where more of it is needed. `isCut`: more of it may stand in rows of its own. */
  read(): { readonly head: Head; readonly isCut: boolean } | null {
    const { sight } = this.#waiting;
    if (sight.length === 0) return null;
    const found = this.#stored.begunBy(sight.known);
    const end = sight.endOfHead();
    if (found && (!found.isTrimmed || end < 0)) {
      const { octets, text, isTrimmed } = found;
      if (sight.length < octets.length) {
        // Of a row whose length is not known nobody can say whether the rest of the head is in it.
        if (!this.#waiting.hasOpenRow) return null;
        this.#stored.drop(found);
        return { ...this.#take(octets, sight.length, false, true), isCut: true };
      }
      this.#stored.drop(found);
      // Only the row's length tells that a trimmed text lacks nothing else.
      if (isTrimmed && sight.length > octets.length) return this.#take(text, sight.length, false, false);
      const isRaw = (this.#options.textsExact && !isTrimmed) || sight.known.length >= octets.length;
      return this.#take(octets, octets.length, isRaw, true);
    }
    if (end > 0) {
      this.#stored.drop(found);
      return this.#take(sight.known.subarray(0, end), end, this.#options.octetsExact ?? true, true);
    }
    // A cut head whose text the log does not keep: where it ends its row does not show.
    if (this.#waiting.mayComeWhole) return null;
    const isCut = sight.cut;
    return { ...this.#take(sight.known, sight.length, true, false), isCut };
  }

  #take(octets: Uint8Array, length: number, raw: boolean, complete: boolean) {
    const seems = () => (latin1Of(octets.subarray(0, 5)) === 'HTTP/' ? 'response' : 'request');
    const about = { kind: this.#options.kind ?? seems(), direction: this.#direction, raw, complete };
    const head = parseHead(octets, { ...about, spans: this.#waiting.take(length) });
    // A row whose length is not known ends with its head.
    if (this.#waiting.first?.octets.exact === false) this.#waiting.shift();
    return { head, isCut: false };
  }

  /** Drops what belongs to the head that was cut; false where more of it may come. */
  passRest(): boolean {
    for (let row = this.#waiting.first; row; row = this.#waiting.first) {
      const { known } = row.octets;
      // Where a request was cut, its version is no answer that begins.
      const isNext = this.isSurelyAt(known) && !this.isInsideRequestLine(known);
      const rest = isNext ? null : restOfCutHead(known);
      if (rest !== 'all') {
        this.#waiting.take(rest ?? 0);
        return true;
      }
      this.#waiting.shift();
    }
    return false;
  }
}
