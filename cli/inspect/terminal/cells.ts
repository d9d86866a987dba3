// How many columns a text takes, and lines of exactly that many. Terminals disagree about joined, combining and
// right-to-left characters, so text from a log shows only characters on which they all agree; the rest is escaped.

import { escapeOctets, escapeText } from '../../../src/model/octets.ts';

/** Latin, Greek, Cyrillic, Armenian, Georgian, punctuation, currency, arrows, mathematics, boxes: one column each. */
const NARROW =
  '\\x20-\\x7e\\u00a1-\\u00ac\\u00ae-\\u02ff\\u0370-\\u0482\\u048a-\\u0556\\u10a0-\\u10ff\\u1e00-\\u1fff' +
  '\\u2010-\\u2027\\u2030-\\u205e\\u20a0-\\u20bf\\u2190-\\u22ff\\u2500-\\u25fc';
/** Kana, Han, Hangul syllables, full-width forms: two columns each. */
const WIDE =
  '\\u3041-\\u3096\\u309b-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7a3\\uff01-\\uff60\\u{20000}-\\u{2fa1d}';

const PLAIN = /^[\x20-\x7e]*$/;
const NOT_SHOWN = new RegExp(`[^${NARROW}${WIDE}]`, 'gu');
const WIDE_ONE = new RegExp(`[${WIDE}]`, 'u');
const WIDE_ALL = new RegExp(`[${WIDE}]`, 'gu');

/** Text of any origin as it may stand on the screen; its width is what `widthOf` says. */
export function visible(text: string): string {
  return agreed(escapeText(text));
}

/** The same for octets that should be UTF-8. */
export function visibleOctets(octets: Uint8Array): string {
  return agreed(escapeOctets(octets));
}

function agreed(escaped: string): string {
  if (PLAIN.test(escaped)) return escaped;
  return escaped.replace(NOT_SHOWN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Columns of a text that has passed `visible`, or of our own. */
export function cellsOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  return [...text].length + (text.match(WIDE_ALL)?.length ?? 0);
}

/** The beginning of the text that fits, and its width. */
export function cutToCells(text: string, width: number): { readonly text: string; readonly width: number } {
  if (PLAIN.test(text)) {
    const part = text.slice(0, width);
    return { text: part, width: part.length };
  }
  let used = 0;
  let part = '';
  for (const character of text) {
    const columns = WIDE_ONE.test(character) ? 2 : 1;
    if (used + columns > width) break;
    used += columns;
    part += character;
  }
  return { text: part, width: used };
}

/** The text in exactly `width` columns: filled with blanks, or cut with an ellipsis. */
export function fitTo(text: string, width: number): string {
  const whole = cellsOf(text);
  if (whole <= width) return text + ' '.repeat(width - whole);
  if (width <= 0) return '';
  const part = cutToCells(text, width - 1);
  return `${part.text}…${' '.repeat(width - 1 - part.width)}`;
}

/** The text in lines of at most `width` columns, broken at blanks where there are some. */
export function wrapToCells(text: string, width: number): string[] {
  const room = Math.max(width, 2);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    let rest = line === '' ? word : `${line} ${word}`;
    if (line !== '' && cellsOf(rest) > room) {
      lines.push(line);
      rest = word;
    }
    while (cellsOf(rest) > room) {
      const part = cutToCells(rest, room);
      lines.push(part.text);
      rest = rest.slice(part.text.length);
    }
    line = rest;
  }
  lines.push(line);
  return lines;
}
