// Takes one JSON object apart as it comes: its members one by one, and of one list member the elements one by one. Only
// the nesting is followed here; every value goes through JSON.parse.

import { MORE_REPORTS } from './report-page.ts';

export interface JsonSink {
  member(key: string, value: unknown): void;
  element(value: unknown): void;
}

export interface JsonMembers {
  /** One character an octet. */
  push(chunk: string): void;
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
  let text = '';
  let at = 0; // where scanning goes on
  let from = 0; // where the value or key that is being scanned begins
  let depth = 0;
  let inString = false;
  let key: string | null = null;
  let inList = false;
  let isOver = false;
  let broken: string | null = null;

  /** A value ends before `to`. */
  function value(to: number): void {
    const source = text.slice(from, to).trim();
    from = to + 1;
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

  function open(): void {
    depth++;
    if (depth === 1) from = at + 1;
    if (depth === 2 && key === list && text.charCodeAt(at) === 0x5b) {
      inList = true;
      from = at + 1;
    }
  }

  function close(): void {
    if (depth === (inList ? 2 : 1)) value(at);
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
    else if (OPENS.has(code)) open();
    else if (CLOSES.has(code)) close();
    else if (code === COMMA && depth === (inList ? 2 : 1)) {
      value(at);
      if (!inList) key = null;
    } else if (code === COLON && depth === 1 && key === null) {
      key = keyOf(text.slice(from, at));
      from = at + 1;
    }
  }

  /** Index of the quote that ends the string, or of the end of the text; `at` is inside the string. */
  function endOfString(): number {
    for (let i = at; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) return i;
    }
    return -1;
  }

  return {
    push: (chunk) => {
      text = text.slice(from) + chunk;
      at -= from;
      from = 0;
      for (; at < text.length; at++) {
        if (isOver) behind(text.charCodeAt(at));
        else if (inString) {
          const end = endOfString();
          // Begin again at the string's start: an escape may be cut.
          if (end < 0) return;
          at = end;
          inString = false;
        } else character(text.charCodeAt(at));
      }
      if (isOver) from = at;
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
