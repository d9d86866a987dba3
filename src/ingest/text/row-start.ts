// How a line begins: the number of a row and its row words, or neither.

import { isBlank, type RowDraft, readDraft, rowOfDraft } from './row-text.ts';

export interface RowStart {
  /** Null where the row has no number. */
  readonly number: number | null;
  /** Null where a number is followed by no known word. */
  readonly draft: RowDraft | null;
  readonly indent: number;
}

export function readRowStart(line: string): RowStart | null {
  let at = 0;
  while (isBlank(line.charCodeAt(at))) at++;
  const indent = at;
  let number = 0;
  for (let code = line.charCodeAt(at); code >= 0x30 && code <= 0x39; code = line.charCodeAt(++at)) {
    number = number * 10 + code - 0x30;
  }
  const digits = at - indent;
  if (digits === 0) {
    const draft = readDraft(line, at);
    return draft && { number: null, draft, indent };
  }
  if (digits < 3 || digits > 9 || !isBlank(line.charCodeAt(at))) return null;
  while (isBlank(line.charCodeAt(at))) at++;
  return { number, draft: readDraft(line, at), indent };
}

/** The line begins a row, also when it stands among prose. */
export function beginsRow(line: string): boolean {
  const draft = readRowStart(line)?.draft ?? null;
  return draft !== null && !isProse(draft);
}

/** Mail quotes with `>` too: a short form has to have octets. */
export function isProse(draft: RowDraft): boolean {
  return (
    draft.kind === 'octets' && draft.short && (draft.text === '' || typeof rowOfDraft(draft, 0, false) === 'string')
  );
}

export function isDamage(draft: RowDraft): boolean {
  return draft.kind === 'event' && draft.event.kind === 'damaged';
}

/** Prose behind the last row is none of the log's; what begins as a row does is, though it cannot be read. */
export function mayBeProse(line: string, start: RowStart | null): boolean {
  return start === null && !/^[ \t]*(?:\d{3,}[ \t]|(?:rx|tx)\b)/i.test(line);
}
