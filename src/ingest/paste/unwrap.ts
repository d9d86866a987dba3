// Text as it is handed on: quoted in a mail, fenced in Markdown, marked by a diff, escaped in HTML, packed into a JSON
// string. What comes out are the lines that were pasted, each with the number of the line where it stands.

import { linesOfObjects } from './json-objects.ts';
import { withWholeMessages } from './websocketpp.ts';

export interface PastedLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** Which fenced block it stands in, from 1; 0 outside. */
  readonly fence: number;
}

/** Blanks that do not break, and those of no width, in UTF-8. */
const ODD_BLANKS = /\xc2\xa0|\xe2\x80[\x82-\x8a\xaf]|\xe3\x80\x80/g;
const NO_WIDTH = /\xe2\x80[\x8b-\x8f]|\xef\xbb\xbf/g;

const FENCE = /^[ \t]{0,14}(?:```|~~~)/;
const BLOCK_END = /<\/(?:p|pre|div|td|tr|table|code|li|blockquote)>|<br ?\/?>[ \t]*\r?$/m;
const TAG =
  /<\/?(?:p|br|pre|code|div|span|li|ul|ol|td|tr|th|table|tbody|thead|b|i|em|strong|blockquote|html|body|head|hr|a|tt|samp|kbd|h[1-6])\b(?:\s[^<>]*)?\/?>/gi;
/** As forums mark code. */
const FORUM_TAG = /\[\/?(?:code|pre|quote|spoiler)(?:=[^\][\n]{0,40})?\]/gi;
const ENTITY = /&(?:lt|gt|amp|quot|apos|nbsp|#(\d{1,5})|#x([0-9a-f]{1,4}));/gi;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ' };
const HUNK = /^@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@/;
const DIFF_HEAD = /^(?:diff |index |--- |\+\+\+ |@@ |new file|deleted file|similarity |rename )/;

/** One character an octet, as the input is. */
export function unwrap(text: string): PastedLine[] {
  const plain = withoutHtml(jsonTextOf(text) ?? linesOfObjects(text) ?? text).replace(FORUM_TAG, '');
  const numbered = plain.split('\n').flatMap((line, i) => {
    const parts = brokenLines(line.replace(/\r+$/, ''), text);
    return parts.map((part) => ({ number: i + 1, text: withPlainBlanks(part) }));
  });
  return fenced(withoutItemNumbers(withWholeMessages(withoutQuotes(withoutDiff(numbered)))));
}

/** Between quotes they may be octets of a payload. */
function withPlainBlanks(line: string): string {
  return /[\xc2\xe2\xe3\xef]/.test(line) && !/["']/.test(line)
    ? line.replace(ODD_BLANKS, ' ').replace(NO_WIDTH, '')
    : line;
}

type Numbered = Omit<PastedLine, 'fence'>;

/** The texts of several lines in a JSON document, one behind the other; null where it is none, or has none. */
export function jsonTextOf(text: string): string | null {
  if (!/^\s*[{[]/.test(text) || !/\\n|"\d{3,} [RT]X /.test(text)) return null;
  try {
    const found: string[] = [];
    collect(JSON.parse(Buffer.from(text, 'latin1').toString('utf8')), found, 0);
    return found.length === 0 ? null : Buffer.from(found.join('\n\n'), 'utf8').toString('latin1');
  } catch {
    return null;
  }
}

function collect(value: unknown, found: string[], depth: number): void {
  if (typeof value === 'string') {
    if (value.includes('\n') || /^\d{3,} [RT]X /.test(value)) found.push(value);
  } else if (value !== null && typeof value === 'object' && depth < 64) {
    for (const one of Object.values(value)) collect(one, found, depth + 1);
  }
}

/** A page's source, or text that was escaped for one. Tags inside a byte string are octets, and stay. */
function withoutHtml(text: string): string {
  const isPage = BLOCK_END.test(text) && !/\\x[0-9a-f]{2}[^"'\n]*<\/?[a-z]/i.test(text);
  const isEscaped = /^[ \t]*&[lg]t;|^[ \t]*<pre/m.test(text);
  if (!isPage && !isEscaped) return text;
  return (isPage ? text.replace(TAG, blankOfTag) : text).replace(ENTITY, unescapeEntity);
}

/** What a page shows as one line or several, for a reader that takes line by line. */
export function withoutTags(line: string): readonly string[] {
  const plain = line.replace(TAG, blankOfTag).replace(FORUM_TAG, '').replace(ENTITY, unescapeEntity);
  return brokenLines(plain, line);
}

/** Stands for the end of a line that a page has within one of its source. */
const BREAK = '\v';

/** Where the `source` holds that character itself it is an octet of a payload, and ends no line. */
function brokenLines(line: string, source: string): readonly string[] {
  return source.includes(BREAK) ? [line] : line.split(BREAK);
}

function blankOfTag(tag: string): string {
  const [name = ''] = /[a-z]+\d?/i.exec(tag) ?? [];
  if (/^(?:td|th)$/i.test(name)) return '  ';
  return /^(?:code|span|b|i|em|strong|a|tt|samp|kbd)$/i.test(name) ? '' : BREAK;
}

function unescapeEntity(whole: string, decimal?: string, hex?: string): string {
  const code = decimal === undefined ? (hex === undefined ? null : Number.parseInt(hex, 16)) : Number(decimal);
  if (code === null) {
    const name = whole.slice(1, -1).toLowerCase();
    return Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] ?? whole) : whole;
  }
  return Buffer.from(String.fromCharCode(code), 'utf8').toString('latin1');
}

/** The lines that a diff adds, and those that it leaves; what it takes away only where it adds nothing. */
function withoutDiff(lines: readonly Numbered[]): readonly Numbered[] {
  if (!lines.some(({ text }) => HUNK.test(text)) || !lines.some(({ text }) => text.startsWith('+++ '))) return lines;
  const adds = lines.some(({ text }) => text.startsWith('+') && !text.startsWith('+++'));
  let isInside = false;
  const out: Numbered[] = [];
  for (const line of lines) {
    const { text, number } = line;
    if (DIFF_HEAD.test(text)) isInside = HUNK.test(text);
    else if (!isInside) out.push(line);
    else if (/^[+ ]/.test(text) || (!adds && text.startsWith('-'))) out.push({ number, text: text.slice(1) });
    else if (!/^[-\\]/.test(text)) {
      isInside = text === '';
      out.push(line);
    }
  }
  return out;
}

/** A line of prose: three words at least, and no field of a head. */
function isProse(text: string): boolean {
  return (
    !/^\s*(?:[\w-]+: |(?:GET|POST) \S+ HTTP|HTTP\/1)/.test(text) &&
    /(?:[A-Za-z\x80-\xff']{2,}[,.!?:;)]*\s+){2}[A-Za-z\x80-\xff]/.test(text)
  );
}

/** `>` is a quotation where a mail's prose has it too; else it marks what was sent. */
function withoutQuotes(lines: readonly Numbered[]): readonly Numbered[] {
  let out = lines;
  for (let depth = 0; depth < 8; depth++) {
    const next = withoutOneQuote(out);
    if (next === out) break;
    out = next;
  }
  return out;
}

function withoutOneQuote(lines: readonly Numbered[]): readonly Numbered[] {
  let changed = false;
  const out = [...lines];
  for (let from = 0; from < lines.length; from++) {
    if (!isQuoted(lines[from])) continue;
    let to = from;
    while (isQuoted(lines[to])) to++;
    const inner = lines.slice(from, to).map(({ number, text }) => ({ number, text: text.replace(/^[ \t]*> ?/, '') }));
    const beside = [lines[from - 1]?.text ?? '', lines[to]?.text ?? ''];
    const isMail =
      inner.some(({ text }) => isProse(text)) || inner.every(({ text }) => /^[ \t]*>/.test(text) || text.trim() === '');
    if (isMail && !beside.some((text) => /^[ \t]*< ?\S/.test(text))) {
      out.splice(from, to - from, ...inner);
      changed = true;
    }
    from = to - 1;
  }
  return changed ? out : lines;
}

function isQuoted(line: Numbered | undefined): boolean {
  return line !== undefined && /^[ \t]*>(?!>>)/.test(line.text);
}

/** The number of a line or of an element: `1: 81 05`, `[0] => 129`, `2  88 00`. */
const ITEM =
  /^\s*(?:\[(\d{1,6})\]|(\d{1,6}))(?:\s*(?:=>|:)\s+|[.)]\s+| {2,}|\t)(?=(?:0x)?[0-9a-f]{1,3}\b|(?:[0-9a-f]{2}){2,}$)/i;

/** Lines that are numbered one behind the other are seen without their numbers, and a number a line as one list. */
function withoutItemNumbers(lines: readonly Numbered[]): readonly Numbered[] {
  const items = lines.map(({ text }) => ITEM.exec(text));
  const numberAt = (at: number) => Number(items[at]?.[1] ?? items[at]?.[2] ?? Number.NaN);
  const out = [...lines];
  for (let from = 0, to = 0; from < lines.length; from = to) {
    to = from + 1;
    while (numberAt(to) === numberAt(to - 1) + 1) to++;
    if (to === from + 1) continue;
    const values = lines.slice(from, to).map(({ text }, i) => text.slice(items[from + i]?.[0].length).trim());
    const areNumbers = values.every((value) => /^\d{1,3},?$/.test(value));
    const texts = areNumbers ? [`[${values.map((value) => value.replace(',', '')).join(', ')}]`] : values;
    for (let at = from; at < to; at++) out[at] = { number: lines[at]?.number ?? 0, text: texts[at - from] ?? '' };
  }
  return out;
}

/** Octets right behind the marks, where else the name of a language stands: so chats quote. */
const BEGINS_OCTETS = /(?:[0-9a-f]{2}[ ,:]?){3}|\\x[0-9a-f]|0x[0-9a-f]/i;
const ENDS_FENCE = /(?:```|~~~)\s*$/;

function fenced(lines: readonly Numbered[]): PastedLine[] {
  const out: PastedLine[] = [];
  let count = 0;
  let isOpen = false;
  for (const { number, text } of lines) {
    const marks = FENCE.exec(text)?.[0];
    const behind = marks === undefined ? text : text.slice(marks.length);
    const isMark = marks !== undefined && (isOpen || !BEGINS_OCTETS.test(behind));
    if (marks !== undefined) {
      isOpen = !isOpen;
      if (isOpen) count++;
    }
    const inside = isMark ? '' : behind;
    const isEnd = isOpen && ENDS_FENCE.test(inside);
    out.push({ number, text: isEnd ? inside.replace(ENDS_FENCE, '') : inside, fence: isOpen && !isMark ? count : 0 });
    if (isEnd) isOpen = false;
  }
  return out;
}
