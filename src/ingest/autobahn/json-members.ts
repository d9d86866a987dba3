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

export interface JsonMembers {
  /** One character an octet. Returns how many it has read: all, but where `list` had it stop. */
  push(chunk: string): number;
  /** Null when the object was whole, else what is wrong. */
  end(): string | null;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENS = new Set([0x5b, 0x7b]);
const CLOSES = new Set([0x5d, 0x7d]);
const COMMA = 0x2c;
const COLON = 0x3a;

/** `list`: the member whose elements are wanted one by one. */
export function jsonMembers(list: string, sink: JsonSink): JsonMembers {
  let chunk = '';
  let at = 0; // in the chunk
  let from = 0; // where in the chunk the value or key begins that is being scanned, or goes on
  let before: string[] = []; // what earlier chunks hold of it
  let beforeLength = 0;
  let depth = 0;
  let inString = false;
  let isEscaped = false;
  let key: string | null = null;
  let inList = false;
  let isOver = false;
  let broken: string | null = null;
  let stops = false;

  /** The text of the value or key that ends before `at`. */
  function take(): string {
    const last = chunk.slice(from, at);
    const text = before.length === 0 ? last : before.join('') + last;
    before = [];
    beforeLength = 0;
    from = at + 1;
    return text.trim();
  }

  function value(): void {
    const source = take();
    if (source === '') return;
    let parsed: unknown;
    try {
      parsed = JSON.parse(Buffer.from(source, 'latin1').toString('utf8'));
    } catch {
      broken ??= `not JSON: ${source.slice(0, 40)}`;
      return;
    }
    if (inList) sink.element(parsed);
    else if (key !== null) sink.member(key, parsed);
  }

  function open(code: number): void {
    depth++;
    const isList = depth === 2 && key === list && code === 0x5b;
    if (depth > 1 && !isList) return;
    inList = isList;
    before = [];
    beforeLength = 0;
    from = at + 1;
    stops = isList && sink.list?.() === true;
  }

  function close(): void {
    if (depth === (inList ? 2 : 1)) value();
    if (inList && depth === 2) {
      inList = false;
      key = null;
    }
    depth--;
    isOver = depth === 0;
  }

  function behind(code: number): void {
    if (code === 0x7b) broken ??= MORE_REPORTS;
    else if (code > 0x20) broken ??= 'something stands behind the report';
  }

  function character(code: number): void {
    if (code === QUOTE) inString = true;
    else if (OPENS.has(code)) open(code);
    else if (CLOSES.has(code)) close();
    else if (code === COMMA && depth === (inList ? 2 : 1)) {
      value();
      if (!inList) key = null;
    } else if (code === COLON && depth === 1 && key === null) key = keyOf(take());
  }

  /** Steps to the quote that ends the string, or to the end of the chunk; `at` is inside the string. */
  function passString(): void {
    for (; at < chunk.length; at++) {
      const code = chunk.charCodeAt(at);
      if (isEscaped) isEscaped = false;
      else if (code === BACKSLASH) isEscaped = true;
      else if (code === QUOTE) {
        inString = false;
        return;
      }
    }
  }

  return {
    push: (text) => {
      if (beforeLength > LONGEST_PIECE) broken ??= `one value of it is longer than ${LONGEST_PIECE >> 20} MiB`;
      if (broken !== null && beforeLength > LONGEST_PIECE) return text.length;
      chunk = text;
      from = 0;
      for (at = 0; at < chunk.length; at++) {
        if (isOver) behind(chunk.charCodeAt(at));
        else if (inString) passString();
        else character(chunk.charCodeAt(at));
        if (!stops) continue;
        stops = false;
        return at + 1;
      }
      if (isOver || from >= chunk.length) return chunk.length;
      before.push(from === 0 ? chunk : chunk.slice(from));
      beforeLength += chunk.length - from;
      return chunk.length;
    },
    end: () => {
      if (broken === null && depth === 0 && !inString) return null;
      return broken ?? 'the report breaks off';
    },
  };
}

function keyOf(source: string): string | null {
  try {
    return String(JSON.parse(source));
  } catch {
    return null;
  }
}
