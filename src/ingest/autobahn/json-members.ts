// Takes one JSON object apart as it comes: its members one by one, and of one list member the elements one by one. Only
// the nesting is followed here; every value goes through JSON.parse. Each chunk is looked at once, whatever the values
// are that it cuts: what has come of one waits in pieces, which are joined when its end is seen.

import { LONGEST_PIECE } from '../reader.ts';
import { MORE_REPORTS } from './report-page.ts';

export interface JsonSink {
  member(key: string, value: unknown): void;
  element(value: unknown): void;
  /** The list begins. Where it returns true, `push` stops behind the bracket. */
  list?(): boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENS = new Set([0x5b, 0x7b]);
const CLOSES = new Set([0x5d, 0x7d]);
const COMMA = 0x2c;
const COLON = 0x3a;

export class JsonMembers {
  readonly #list: string;
  readonly #sink: JsonSink;
  #chunk = '';
  #at = 0; // in the chunk
  #from = 0; // where in the chunk the value or key begins that is being scanned, or goes on
  #before: string[] = []; // what earlier chunks hold of it
  #beforeLength = 0;
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  #key: string | null = null;
  #inList = false;
  #isOver = false;
  #broken: string | null = null;
  #stops = false;

  /** `list`: the member whose elements are wanted one by one. */
  constructor(list: string, sink: JsonSink) {
    this.#list = list;
    this.#sink = sink;
  }

  /** One character an octet. Returns how many it has read: all, but where `list` had it stop. */
  push(chunk: string): number {
    if (this.#beforeLength > LONGEST_PIECE) {
      this.#broken ??= `one value of it is longer than ${LONGEST_PIECE >> 20} MiB`;
      return chunk.length;
    }
    this.#chunk = chunk;
    this.#from = 0;
    for (this.#at = 0; this.#at < chunk.length; this.#at++) {
      if (this.#isOver) this.#behind(chunk.charCodeAt(this.#at));
      else if (this.#inString) this.#passString();
      else this.#character(chunk.charCodeAt(this.#at));
      if (!this.#stops) continue;
      this.#stops = false;
      return this.#at + 1;
    }
    this.#keepRest();
    return chunk.length;
  }

  /** Null when the object was whole, else what is wrong. */
  end(): string | null {
    if (this.#broken === null && this.#depth === 0 && !this.#inString) return null;
    return this.#broken ?? 'the report breaks off';
  }

  #keepRest(): void {
    if (this.#isOver || this.#from >= this.#chunk.length) return;
    this.#before.push(this.#chunk.slice(this.#from));
    this.#beforeLength += this.#chunk.length - this.#from;
  }

  #character(code: number): void {
    if (code === QUOTE) this.#inString = true;
    else if (OPENS.has(code)) this.#open(code);
    else if (CLOSES.has(code)) this.#close();
    else if (code === COMMA && this.#depth === (this.#inList ? 2 : 1)) {
      this.#value();
      if (!this.#inList) this.#key = null;
    } else if (code === COLON && this.#depth === 1 && this.#key === null) this.#key = keyOf(this.#take());
  }

  /** Steps to the quote that ends the string, or to the end of the chunk. */
  #passString(): void {
    const chunk = this.#chunk;
    for (; this.#at < chunk.length; this.#at++) {
      const code = chunk.charCodeAt(this.#at);
      if (this.#isEscaped) this.#isEscaped = false;
      else if (code === BACKSLASH) this.#isEscaped = true;
      else if (code === QUOTE) {
        this.#inString = false;
        return;
      }
    }
  }

  #open(code: number): void {
    this.#depth++;
    const isList = this.#depth === 2 && this.#key === this.#list && code === 0x5b;
    if (this.#depth > 1 && !isList) return;
    this.#inList = isList;
    this.#begin();
    this.#stops = isList && this.#sink.list?.() === true;
  }

  #close(): void {
    if (this.#depth === (this.#inList ? 2 : 1)) this.#value();
    if (this.#inList && this.#depth === 2) {
      this.#inList = false;
      this.#key = null;
    }
    this.#depth--;
    this.#isOver = this.#depth === 0;
  }

  #behind(code: number): void {
    if (code === 0x7b) this.#broken ??= MORE_REPORTS;
    else if (code > 0x20) this.#broken ??= 'something stands behind the report';
  }

  #value(): void {
    const source = this.#take();
    if (source === '') return;
    let parsed: unknown;
    try {
      parsed = JSON.parse(Buffer.from(source, 'latin1').toString('utf8'));
    } catch {
      this.#broken ??= `not JSON: ${source.slice(0, 40)}`;
      return;
    }
    if (this.#inList) this.#sink.element(parsed);
    else if (this.#key !== null) this.#sink.member(this.#key, parsed);
  }

  /** The text of the value or key that ends here. */
  #take(): string {
    const last = this.#chunk.slice(this.#from, this.#at);
    const text = this.#before.length === 0 ? last : this.#before.join('') + last;
    this.#begin();
    return text.trim();
  }

  /** The next value or key begins with the next character. */
  #begin(): void {
    this.#before = [];
    this.#beforeLength = 0;
    this.#from = this.#at + 1;
  }
}

function keyOf(source: string): string | null {
  try {
    return String(JSON.parse(source));
  } catch {
    return null;
  }
}
