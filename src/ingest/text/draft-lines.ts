// Which further lines a row takes, and whether it has all of them. A page breaks hex behind 100 digits; mail and terminals
// break it elsewhere, and also between the row words and the hex, and what they put on the next line has no blanks before
// it.

import { latin1Of } from '../../model/octets.ts';
import type { Direction } from '../../model/row.ts';
import { isHexText } from './octets-text.ts';
import { addOctetsText, payloadOfLines, type RowDraft, rowOfDraft } from './row-text.ts';

type OctetsDraft = Extract<RowDraft, { kind: 'octets' }>;

/** Hex shorter than that is not broken into lines: pages break at 100 characters, mail above 70. */
const SHORTEST_BROKEN = 60;
/** Row words before the hex. */
const WORDS = 15;
/** Digits in a full line of a page. */
const FULL_LINE = 100;
/** `GET ` and `HTTP/`. */
const HEAD = /^(?:47455420|485454502f)/i;
const DIGIT_OR_LETTER = /[0-9A-Fa-f]/g;

export function addLine(draft: RowDraft, text: string): void {
  if (draft.kind === 'octets') addOctetsText(draft, text);
  else if (draft.kind === 'frame') draft.lines.push(text);
}

/** Without indentation: more hex for an octets row, a payload for a frame that still lacks it. */
export function takesMore(draft: RowDraft, text: string, keepsIndent: boolean): boolean {
  if (draft.kind === 'octets') return isMoreHex(draft, text, keepsIndent);
  if (keepsIndent || draft.kind !== 'frame' || !draft.head) return false;
  const { length } = draft.head;
  return length !== 0 && draft.lines.length < (length === null ? 8 : 2) && !isPayloadThere(draft.lines, length);
}

/**
 * No further line can belong to the row. Long hex without a time behind it may go on, and so may a frame row without its
 * payload: whether they do, only the next row tells.
 */
export function isDraftComplete(draft: RowDraft): boolean {
  if (draft.kind === 'event') return true;
  if (draft.kind === 'octets') return !draft.isOpen || (draft.text.length < SHORTEST_BROKEN && draft.more.length === 0);
  const length = draft.head?.length ?? null;
  return length === 0 || isPayloadThere(draft.lines, length);
}

function isPayloadThere(lines: readonly string[], length: number | null): boolean {
  return lines.length > 0 && length !== null && payloadOfLines(lines, length) !== null;
}

/** The fields of a frame are longer than the lines of a mail, which break behind a comma. */
export function isHeadBroken(draft: RowDraft): boolean {
  return draft.kind === 'frame' && !draft.head && draft.lines.length === 0 && draft.text.endsWith(',');
}

/** Frame rows repeat what octets say, and events hold none. */
export function lossOf(draft: RowDraft): Direction | null {
  return draft.kind === 'octets' ? draft.direction : null;
}

/** The text is more hex of the row. `keepsIndent`: it has lost blanks that other lines of its log still have. */
function isMoreHex(draft: OctetsDraft, text: string, keepsIndent: boolean): boolean {
  if (!draft.isOpen || !isHexText(text)) return false;
  return keepsIndent || isWord(text) ? mayBeBroken(draft) : true;
}

/** A line that cannot be read stands where the rest of the row's hex is due: how long the row is, is not known. */
export function isBrokenBy(draft: OctetsDraft, stray: string): boolean {
  if (!draft.isOpen || !mayBeBroken(draft)) return false;
  const last = lastLine(draft);
  return last === '' || (last.length === FULL_LINE && !draft.short) || isLikeHex(stray);
}

/** Its octets begin a request of HTTP. */
export function beginsRequest(draft: RowDraft): boolean {
  const row = draft.kind === 'octets' ? rowOfDraft(draft, 0, false) : '';
  return typeof row !== 'string' && row.kind === 'octets' && latin1Of(row.octets.known.subarray(0, 4)) === 'GET ';
}

/** One full line, which begins a handshake and does not end it: what stood on the next line is lost. */
export function isHalfHead(draft: OctetsDraft): boolean {
  const { text, more, short } = draft;
  return !short && more.length === 0 && text.length === FULL_LINE && HEAD.test(text) && !/0d0a0d0a/i.test(text);
}

/** Hex without a digit, such as "added" or "feed beef". */
function isWord(text: string): boolean {
  return /^[A-Fa-f \t]+$/.test(text);
}

/** The row's last line is as long as those that are broken, row words before it included; or it ends within an octet. */
function mayBeBroken(draft: OctetsDraft): boolean {
  const last = lastLine(draft);
  if (last === '' || last.length >= SHORTEST_BROKEN - WORDS) return true;
  return (draft.text + draft.more.join('')).replace(/[ \t]/g, '').length % 2 === 1;
}

function lastLine({ text, more }: OctetsDraft): string {
  return more.at(-1) ?? text;
}

/** Most of it is hex, with digits among it: prose has none. */
function isLikeHex(text: string): boolean {
  return /\d/.test(text) && (text.match(DIGIT_OR_LETTER)?.length ?? 0) * 2 > text.length;
}
