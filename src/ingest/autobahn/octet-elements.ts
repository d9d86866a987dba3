// The elements of a report's `wirelog` list, read from octets into columns: rows of octets and of frames that are shown
// whole, in plain characters, as the suite writes them. Whatever is spelt otherwise goes to JSON.parse, and its row stands
// in the same batch, so that the order of rows and what they say stay as they were.

import type { Row } from '../../model/row.ts';
import { RowBatch, RX, TX } from '../../model/row-batch.ts';
import {
  afterOrders,
  afterWord,
  blanksAfter,
  CLOSE,
  COMMA,
  decodeHex,
  endAfter,
  endOfElement,
  endOfNumber,
  isKeyAt,
  isWordAt,
  keyAt,
  lengthOf,
  numberIn,
  OPEN,
  plainInto,
  QUOTE,
  separatorAfter,
  truthAt,
  whatFollows,
} from './json-octets.ts';

export interface ElementSink {
  batch(batch: RowBatch): void;
  /** The row that any other element stands for. */
  rowOf(value: unknown, row: number): Row;
}

export interface ListElements {
  /** How many rows there were. */
  readonly count: number;
  /**
   * Reads on. Returns null where all of it was read; else what is left, because the list ends there, or goes on with
   * something that this cannot read.
   */
  push(chunk: Uint8Array): Uint8Array | null;
  /** What is left of an element that has not ended; the batch that has begun is handed over. */
  end(): Uint8Array;
}

const [R, T, O, F, ZERO, X] = [0x52, 0x54, 0x4f, 0x46, 0x30, 0x78];
/** Larger elements are left to whoever reads JSON in pieces. Unit: octets. */
const LONGEST_ELEMENT = 1 << 20;
const ELLIPSIS = Buffer.from(' ...');
/** Suites say the length of what they cut, above this. Unit: octets. */
const ELLIPSIS_ABOVE = 60;
const SHOWN = 64;

const NOTHING = Buffer.alloc(0);
/** No word, key or separator that is looked for is longer. */
const PADDING = 32;

/** `from`: the number of the first row. */
export function listElements(sink: ElementSink, from: number): ListElements {
  return new Scanner(sink, from);
}

class Scanner implements ListElements {
  count: number;
  private readonly sink: ElementSink;
  /**
   * What is read, `limit` octets, and a few zeros behind it: to look behind the end of an array makes every look at one
   * slower.
   */
  private octets: Buffer = NOTHING;
  private limit = 0;
  /** What has come of an element that has not ended. */
  private begun: Uint8Array = NOTHING;
  private at = 0;
  private hasBegun = false;
  private batch = new RowBatch();
  /** Of the frame row that is being read. */
  private firstOctet = 0;
  private isMasked = false;
  private hasKey = false;
  private key = 0;

  constructor(sink: ElementSink, from: number) {
    this.sink = sink;
    this.count = from;
  }

  push(chunk: Uint8Array): Uint8Array | null {
    this.limit = this.begun.length + chunk.length;
    if (this.octets.length < this.limit + PADDING) this.octets = Buffer.allocUnsafe(this.limit + PADDING);
    this.octets.set(this.begun);
    this.octets.set(chunk, this.begun.length);
    this.octets.fill(0, this.limit, this.limit + PADDING);
    this.at = 0;
    const isOver = this.read();
    this.begun = Uint8Array.from(this.octets.subarray(this.at, this.limit));
    if (!isOver && this.begun.length <= LONGEST_ELEMENT) return null;
    this.pass();
    return this.begun;
  }

  end(): Uint8Array {
    this.pass();
    return this.begun;
  }

  private pass(): void {
    if (this.batch.count === 0) return;
    this.sink.batch(this.batch);
    this.batch = new RowBatch();
  }

  /** True where what stands at `at` is no element, or the end of the list; false where more has to come. */
  private read(): boolean {
    const { octets } = this;
    for (;;) {
      let at = blanksAfter(octets, this.at);
      if (this.hasBegun && octets[at] === COMMA) at = blanksAfter(octets, at + 1);
      if (at >= this.limit) return false;
      if (octets[at] !== OPEN) return true;
      const end = this.element(at);
      if (end < 0) return false;
      if (end === 0) return true;
      this.at = end;
      this.hasBegun = true;
      this.count++;
    }
  }

  /** The end of the element that begins there; -1 where it has not come, and 0 where it is none. */
  private element(from: number): number {
    const usual = this.usual(from);
    if (usual > 0) return usual;
    const end = endOfElement(this.octets, from, this.limit);
    const next = end < 0 ? -1 : whatFollows(this.octets, end, this.limit);
    if (next <= 0) return next;
    let value: unknown;
    try {
      value = JSON.parse(this.octets.toString('utf8', from, end));
    } catch {
      return 0;
    }
    this.makeRoom(0);
    this.batch.addRow(this.sink.rowOf(value, this.count));
    return end;
  }

  private makeRoom(octets: number): void {
    if (!this.batch.hasRoom(octets)) this.pass();
  }

  /** The same for an element of the usual kind and spelling; 0 where it is any other, or has not come to its end. */
  private usual(from: number): number {
    const { octets } = this;
    let at = blanksAfter(octets, from + 1);
    if (octets[at] !== QUOTE || octets[at + 3] !== QUOTE) return 0;
    const way = octets[at + 1] === R ? RX : octets[at + 1] === T ? TX : -1;
    const kind = octets[at + 2];
    if (way < 0 || (kind !== O && kind !== F)) return 0;
    at = separatorAfter(octets, at + 4, COMMA);
    if (at === 0 || octets[at] !== OPEN) return 0;
    at = blanksAfter(octets, at + 1);
    const endOfLength = endOfNumber(octets, at);
    const length = numberIn(octets, at, endOfLength);
    const text = separatorAfter(octets, endOfLength, COMMA);
    if (length < 0 || text === 0 || octets[text] !== QUOTE) return 0;
    return kind === O ? this.octetsRow(way, length, text + 1) : this.frameRow(way, length, text + 1);
  }

  /** Behind the shown octets `false` may stand, or nothing. */
  private octetsRow(way: number, length: number, text: number): number {
    const { octets } = this;
    const endOfText = text + 2 * length;
    const rest =
      endOfText < this.limit && octets[endOfText] === QUOTE ? separatorAfter(octets, endOfText + 1, CLOSE) : 0;
    if (rest === 0) return 0;
    const end = octets[rest] === CLOSE ? rest + 1 : endAfter(octets, afterWord(octets, rest, 'false'));
    if (end === 0 || whatFollows(octets, end, this.limit) <= 0) return 0;
    this.makeRoom(length);
    this.batch.addOctets(way, this.count, Number.NaN, length);
    const { batch } = this;
    if (decodeHex(batch.arena, batch.used - length, octets, text, endOfText)) return end;
    batch.dropLast();
    return 0;
  }

  private frameRow(way: number, length: number, text: number): number {
    const { octets } = this;
    const isHex = octets[text] === ZERO && octets[text + 1] === X;
    const endOfText = text + (isHex ? 2 + 2 * length : length);
    const rest =
      endOfText < this.limit && octets[endOfText] === QUOTE ? separatorAfter(octets, endOfText + 1, CLOSE) : 0;
    if (rest === 0 || octets[rest] !== COMMA) return 0;
    const end = endAfter(octets, this.fields(way, blanksAfter(octets, rest + 1)));
    if (end === 0 || whatFollows(octets, end, this.limit) <= 0 || !this.isWhole(length, endOfText, isHex)) return 0;
    this.makeRoom(length);
    this.batch.addFrame(
      way,
      this.count,
      Number.NaN,
      this.firstOctet,
      this.isMasked,
      this.hasKey ? this.key : null,
      length,
    );
    const { arena, used } = this.batch;
    const isRead = isHex
      ? decodeHex(arena, used - length, octets, text + 2, endOfText)
      : plainInto(arena, used - length, octets, text, endOfText);
    if (isRead) return end;
    this.batch.dropLast();
    return 0;
  }

  /**
   * Opcode, FIN and RSV; of a frame that came, whether it was masked; the masking key; of one that was sent, three orders
   * to the writer. Returns the end of them, or 0.
   */
  private fields(way: number, opcodeAt: number): number {
    const { octets } = this;
    const endOfOpcode = endOfNumber(octets, opcodeAt);
    const finAt = separatorAfter(octets, endOfOpcode, COMMA);
    const fin = truthAt(octets, finAt);
    const rsvAt = separatorAfter(octets, finAt + lengthOf(fin), COMMA);
    const endOfRsv = endOfNumber(octets, rsvAt);
    const opcode = numberIn(octets, opcodeAt, endOfOpcode);
    const rsv = numberIn(octets, rsvAt, endOfRsv);
    if (fin < 0 || opcode < 0 || opcode > 15 || rsv < 0 || rsv > 7) return 0;
    this.firstOctet = (fin << 7) | (rsv << 4) | opcode;
    const keyFrom = this.maskBit(way, separatorAfter(octets, endOfRsv, COMMA));
    if (keyFrom === 0) return 0;
    this.hasKey = octets[keyFrom] === QUOTE;
    if (this.hasKey ? !isKeyAt(octets, keyFrom) : !isWordAt(octets, keyFrom, 'null')) return 0;
    this.key = this.hasKey ? keyAt(octets, keyFrom) : 0;
    if (way === TX) this.isMasked = this.hasKey;
    const end = keyFrom + (this.hasKey ? 10 : 4);
    return way === TX ? afterOrders(octets, end) : end;
  }

  /** Of a frame that came it stands before the key. Returns where the key begins, or 0. */
  private maskBit(way: number, at: number): number {
    if (way === TX) return at;
    const masked = truthAt(this.octets, at);
    this.isMasked = masked === 1;
    return masked < 0 ? 0 : separatorAfter(this.octets, at + lengthOf(masked), COMMA);
  }

  /** All of the payload is shown, and there is one way to read it. */
  private isWhole(length: number, endOfText: number, isHex: boolean): boolean {
    // Of the other reading of hex digits, its length must be neither that of the payload nor of its beginning.
    if (isHex) return length > 0 && 2 + 2 * length !== SHOWN;
    if (length <= ELLIPSIS_ABOVE || this.octets[endOfText - 1] !== ELLIPSIS[ELLIPSIS.length - 1]) return true;
    return !ELLIPSIS.every((octet, i) => this.octets[endOfText - ELLIPSIS.length + i] === octet);
  }
}
