// The line of a row in its file, for forms that point at lines. Readers do not count lines, because few rows are ever
// pointed at: the file of such a row is read again here.

import { readFileSync, statSync } from 'node:fs';
import { formatOf, HEAD_LENGTH } from '../../src/ingest/formats.ts';
import { beginsRow } from '../../src/ingest/text/row-start.ts';
import type { Locate } from '../../src/render/annotate/renderer.ts';

const LIMIT = 64 << 20;

/** Rows are asked for file by file, so that the lines of one file are kept. */
export function rowLocator(): Locate {
  let last: { readonly source: string; readonly lines: ReadonlyMap<number, number> } | null = null;
  return (source, row) => {
    if (last?.source !== source) last = { source, lines: linesOfFile(source) };
    return last.lines.get(row) ?? null;
  };
}

function linesOfFile(source: string): ReadonlyMap<number, number> {
  try {
    if (source === '-' || !statSync(source).isFile() || statSync(source).size > LIMIT) return new Map();
    return linesOfRows(readFileSync(source, 'latin1'));
  } catch {
    return new Map();
  }
}

/** Row → line, from 1. Where rows have no numbers, or several logs stand in one text, there are none. */
export function linesOfRows(text: string): ReadonlyMap<number, number> {
  const format = formatOf(text.slice(0, HEAD_LENGTH));
  if (format?.id === 'autobahn-json') return linesOfElements(text);
  if (format?.id === 'hex' || format === null) return new Map();
  return linesOfLines(text);
}

const NUMBERED = /^[ \t]*(?:<pre class="wirelog_\w+">)?(\d{3,}) /;

function linesOfLines(text: string): ReadonlyMap<number, number> {
  const lines = new Map<number, number>();
  let next = 0;
  for (const [i, line] of text.split('\n').entries()) {
    const bare = line.replace(/^<pre class="wirelog_\w+">/, '');
    if (!beginsRow(bare)) continue;
    const number = NUMBERED.exec(line)?.[1];
    const row = number === undefined ? next : Number(number);
    // Row 0 again: another log. Which one is meant cannot be told.
    if (lines.has(row)) {
      if (row === 0) return new Map();
      continue;
    }
    lines.set(row, i + 1);
    next = row + 1;
  }
  return lines;
}

/** Where each element of the list "wirelog" begins; the end of TCP, which is no element, stands in a field. */
function linesOfElements(text: string): ReadonlyMap<number, number> {
  const lines = new Map<number, number>();
  const key = /(?<!\\)"wirelog"\s*:\s*\[/.exec(text);
  if (!key) return lines;
  const count = countLines(text);
  const from = key.index + key[0].length;
  const tokens = /"(?:[^"\\]|\\.)*"|[[\]]/gs;
  tokens.lastIndex = from;
  let depth = 1;
  let row = 0;
  for (let token = tokens.exec(text); token && depth > 0; token = tokens.exec(text)) {
    if (token[0] === '[' && depth++ === 1) lines.set(row++, count(token.index));
    else if (token[0] === ']') depth--;
  }
  const drop = /(?<!\\)"droppedByMe"\s*:/.exec(text);
  if (drop) lines.set(row, countLines(text)(drop.index));
  return lines;
}

/** Lines up to a place; places are asked for from the first on. */
function countLines(text: string): (index: number) => number {
  let line = 1;
  let at = 0;
  return (index) => {
    for (let end = text.indexOf('\n', at); end >= 0 && end < index; end = text.indexOf('\n', at)) {
      line++;
      at = end + 1;
    }
    return line;
  };
}
