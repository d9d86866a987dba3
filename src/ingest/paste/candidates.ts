// Where octets stand in a paste: the lines are gone through once, and each thing that may be octets is a candidate with
// what speaks for it. Which of them are read is decided elsewhere, on what they decode to.

import { NO_OCTETS } from '../../model/octets.ts';
import { type Sender, senderOf } from './direction.ts';
import { type HeadText, headTextAt } from './head-text.ts';
import { type DumpText, dumpTextOf, endOfDump, octetsOfDump, type PasteLine } from './hex-dump.ts';
import {
  base64Run,
  brokenRun,
  innerRuns,
  isSaidToBeOctets,
  type OctetRun,
  pieceOfRun,
  runAtEnd,
  whyNumber,
  zeroXRuns,
} from './hex-run.ts';
import { isHeading, isLabel, labelShape, lastWords, OF_OCTETS, OF_OTHERS, senderIn } from './label.ts';
import { type End, endsOfPieces } from './likely-frames.ts';
import { nextLiteral } from './literals.ts';
import type { PastedLine } from './unwrap.ts';

/**
 * What stands around the octets. `bare`: nothing; `marked`: a fence, backticks or brackets; `labelled`: a label;
 * `named`: a label, a literal or a dump that is of octets and nothing else.
 */
type Evidence = 'bare' | 'marked' | 'labelled' | 'named';

export interface Candidate {
  readonly line: number;
  /** The last line that it takes. */
  readonly lastLine: number;
  readonly octets: Uint8Array;
  /** How many octets more there are than are shown; the least possible where `isMoreExact` is false. */
  readonly more: number;
  readonly isMoreExact: boolean;
  readonly sender: Sender | null;
  readonly evidence: Evidence;
  readonly spelling: string;
  readonly head: HeadText | null;
  /** What stands before it gives the number of its octets. */
  readonly isCounted: boolean;
  /** Why it cannot be read, whatever it decodes to. */
  readonly refusal: string | null;
  /** Its digits alone may be a number, and that is why it is refused. */
  readonly mayBeNumber: boolean;
  /** How its line is written, the digits apart: lines of one form hold the same kind of thing. */
  readonly form: string | null;
  /** Who sent it, as the pieces of its form tell by their masks. */
  readonly end: End | null;
  /** It begins with the rest of a frame, which has no mask of its own. */
  readonly isRest: boolean;
}

const BORDER = /^[\s|+=*-]*$|^\W*0\s+1\s+2\s+3\s+4\s+5/;
/** A line of a stack trace: its numbers are those of lines. */
const STACK = /^\s+at .*:\d+\)?\s*$|^\s*File ".*", line \d+/;
/** What joins two strings into one: a sign, a backslash at the line's end, or nothing but blanks. */
const JOINS = /^[ \t]*(?:[+.][ \t]*(?:\n[ \t]*)?|\\[ \t]*\n[ \t]*|\n[ \t]*[+.][ \t]*)?$/;
/** The bullet of a list, or nothing, before octets that are all of the line. */
const BULLET = /^\s*(?:[-*+]|\xe2\x80\xa2|\d{1,3}[.)])?\s*$/;
const HEADING_LINES = 4;
/** Octets of the blank line that ends a head. */
const END_OF_HEAD = 2;
/** A line that is one run of hex, of whole octets. */
const SOLID_LINE = /^\s*(?:[0-9a-f]{2})+\s*$/i;

interface Scan {
  readonly lines: readonly PastedLine[];
  /** The lines joined by LF, and where each begins. */
  readonly text: string;
  readonly starts: readonly number[];
  readonly found: Candidate[];
  /** Where the last literal ended. */
  literalEnd: number;
  /** Lines that are part of a candidate. */
  readonly used: Set<number>;
  /** Of the line that was asked for last: each is asked for as what follows, and again as what begins. */
  readonly lastRun: Made<OctetRun>;
  readonly lastDump: Made<DumpText>;
}

interface Made<T> {
  index: number;
  made: T | null;
}

export function candidatesIn(lines: readonly PastedLine[], hasHandshake: boolean): Candidate[] {
  const starts: number[] = [];
  let at = 0;
  for (const { text } of lines) {
    starts.push(at);
    at += text.length + 1;
  }
  const scan: Scan = {
    lines,
    text: lines.map(({ text }) => text).join('\n'),
    starts,
    found: [],
    used: new Set(),
    literalEnd: -1,
    lastRun: { index: -1, made: null },
    lastDump: { index: -1, made: null },
  };
  for (let index = 0; index < lines.length; ) index = takeAt(scan, index, hasHandshake);
  return scan.found;
}

/** Takes what begins on the line; gives the line behind it. */
function takeAt(scan: Scan, index: number, hasHandshake: boolean): number {
  const line = scan.lines[index] as PastedLine;
  if (BORDER.test(line.text) || STACK.test(line.text)) return index + 1;
  const head = hasHandshake && line.text.includes('HTTP/1') ? headTextAt(scan.lines, index) : null;
  if (head) {
    const { octets, isCut, sender, next } = head;
    const more = isCut ? END_OF_HEAD : 0;
    add(scan, index, next - 1, { octets, more, sender, evidence: 'named', spelling: 'text', head });
    return next;
  }
  return takeDump(scan, index) ?? takeLiterals(scan, index) ?? takeRun(scan, index) ?? index + 1;
}

type Added = Pick<Candidate, 'octets' | 'sender' | 'evidence' | 'spelling'> &
  Partial<Pick<Candidate, 'more' | 'isMoreExact' | 'head' | 'refusal' | 'isCounted' | 'mayBeNumber' | 'form'>>;

function add(scan: Scan, from: number, to: number, candidate: Added): void {
  for (let i = from; i <= to; i++) scan.used.add(i);
  const numberOf = (i: number) => scan.lines[i]?.number ?? 0;
  scan.found.push({
    more: 0,
    isMoreExact: true,
    head: null,
    refusal: null,
    isCounted: false,
    mayBeNumber: false,
    form: null,
    end: null,
    isRest: false,
    ...candidate,
    line: numberOf(from),
    lastLine: numberOf(to),
  });
}

function takeDump(scan: Scan, index: number): number | null {
  const rows: PasteLine[] = [];
  const first = dumpAt(scan, index);
  if (!first || !/^(?:(?:0x)?0|0x[1-9a-f][0-9a-f]{5})/i.test(first.text)) return null;
  let next = index;
  for (; next < scan.lines.length; next++) {
    const row = dumpAt(scan, next) ?? endOfDump(scan.lines[next]?.text, rows);
    if (!row || row.prefix !== first.prefix || (next > index && /^(?:0x)?0+\b/i.test(row.text) && !row.isEnd)) break;
    rows.push({ number: scan.lines[next]?.number ?? 0, text: row.text });
    if (row.isEnd) {
      next++;
      break;
    }
  }
  const octets = octetsOfDump(rows);
  if (octets === null) return null;
  const sender = senderAbove(scan, index) ?? senderOf(first.prefix);
  const [read, refusal] = octets instanceof Uint8Array ? [octets, null] : [NO_OCTETS, octets.why];
  add(scan, index, next - 1, { octets: read, sender, evidence: 'named', spelling: 'dump', refusal });
  return next;
}

function runAt(scan: Scan, index: number): OctetRun | null {
  return madeAt(scan.lastRun, index, () => runAtEnd(scan.lines[index]?.text ?? ''));
}

function dumpAt(scan: Scan, index: number): DumpText | null {
  return madeAt(scan.lastDump, index, () => dumpTextOf(scan.lines[index]?.text));
}

function madeAt<T>(last: Made<T>, index: number, make: () => T | null): T | null {
  if (last.index !== index) last.made = make();
  last.index = index;
  return last.made;
}

function takeLiterals(scan: Scan, index: number): number | null {
  const { starts, text, lines } = scan;
  let at = starts[index] as number;
  let last = index;
  let hasFound = false;
  for (;;) {
    const lineEnd = (starts[last] as number) + (lines[last]?.text.length ?? 0);
    const literal = nextLiteral(text, at, lineEnd);
    if (!literal) return hasFound ? last + 1 : null;
    const label = text.slice(at, literal.start);
    const from = last;
    while ((starts[last + 1] ?? Number.POSITIVE_INFINITY) < literal.end) last++;
    at = literal.end;
    if (literal.octets.length === 0) continue;
    const isFirst = from === index && label.trim() === '';
    // Strings of one call or list have one sender: a vector that is written in parts.
    const isNext = hasFound && !/[()]/.test(label);
    hasFound = true;
    const before = isNext ? (scan.found.at(-1)?.sender ?? null) : null;
    addLiteral(scan, [from, last], literal, label, isFirst ? senderAbove(scan, index) : before);
  }
}

function addLiteral(
  scan: Scan,
  [from, last]: readonly [number, number],
  literal: NonNullable<ReturnType<typeof nextLiteral>>,
  label: string,
  above: Sender | null,
): void {
  const { octets, more, isMoreExact, spelling, isTyped, start } = literal;
  const before = scan.found.at(-1);
  const between = scan.literalEnd < 0 ? 'x' : scan.text.slice(scan.literalEnd, start);
  scan.literalEnd = literal.end;
  if (before?.spelling === 'string' && spelling === 'string' && JOINS.test(between)) {
    const whole = Buffer.concat([before.octets, octets]);
    scan.found[scan.found.length - 1] = { ...before, octets: whole, lastLine: scan.lines[last]?.number ?? 0 };
    scan.used.add(last);
    return;
  }
  const words = lastWords(withoutHandles(label).replace(/[[\](){}=:,`&.\s]+$/, ''));
  const isOther = OF_OTHERS.test(words) && !OF_OCTETS.test(words);
  // What a program is about to write, or a function is called with, tells of no wire.
  const sender = /\($/.test(label.trimEnd()) ? null : (senderIn(label) ?? above);
  const isOfOctets = sender !== null || OF_OCTETS.test(label) || (isTyped && scan.text[start] === '<');
  const evidence = (spelling === 'list' ? isOfOctets : isTyped) ? 'named' : 'marked';
  const refusal = isOther ? 'the text before them says that they are something else' : null;
  add(scan, from, last, { octets, more, isMoreExact, sender, evidence, spelling, refusal });
}

/** Without the ports and processes of Erlang. */
function withoutHandles(label: string): string {
  return label.replace(/#\w+<[\d.]+>|<\d+\.\d+\.\d+>/g, '');
}

function takeRun(scan: Scan, index: number): number | null {
  const { text, fence } = scan.lines[index] as PastedLine;
  let from = 0;
  const ticked = [...text.matchAll(/`([^`]+)`/g)].flatMap((found) => {
    const run = runAtEnd(found[1] ?? '');
    if (run?.label.trim() !== '' || run.octets.length < 2) return [];
    const label = text.slice(from, found.index);
    from = found.index + found[0].length;
    return [{ run, label }];
  });
  if (ticked.length > 0) {
    // What names the first of them is about the others as well, though each may have a sender of its own.
    const isNamed = text.includes('|') || (ticked.length > 1 && senderIn(ticked[0]?.label ?? '') !== null);
    for (const { run, label } of ticked) addRun(scan, index, { ...run, label }, 'marked', isNamed);
    return index + 1;
  }
  const inner = innerRuns(text);
  const run = base64Run(text, lineAbove(scan, index)) ?? runAt(scan, index);
  const isAlone = run !== null && BULLET.test(run.label);
  const isMeant = isAlone || run?.isCounted || run?.spelling === 'base64' || (run !== null && isSaidToBeOctets(run));
  if (inner.length < 2 && run && (isMeant || isLabel(run.label))) {
    return takeBlock(scan, index, run, fence > 0 ? 'marked' : 'bare');
  }
  const others = [...zeroXRuns(text), ...inner];
  for (const one of others) addRun(scan, index, one, 'bare', false);
  return others.length > 0 ? index + 1 : null;
}

/** The text right above, blank lines apart. */
function lineAbove(scan: Scan, index: number): string {
  const texts = scan.lines.slice(Math.max(0, index - HEADING_LINES), index).map(({ text }) => text.trim());
  return texts.findLast((text) => text !== '') ?? '';
}

/** A run that goes on in the lines right below, which hold nothing else. */
function takeBlock(scan: Scan, index: number, run: OctetRun, around: 'bare' | 'marked'): number {
  const first = scan.lines[index] as PastedLine;
  let next = index + 1;
  const texts = [run.text];
  for (; next < scan.lines.length; next++) {
    const { text, fence } = scan.lines[next] as PastedLine;
    if (fence !== first.fence || text.trim() === '' || (run.spelling !== 'binary' && dumpAt(scan, next))) break;
    const more = runAt(scan, next) ?? pieceOfRun(text);
    if (more?.label.trim() !== '') break;
    texts.push(more.text);
  }
  const whole = texts.length > 1 && !areOfBothEnds(texts) ? (runAtEnd(texts.join(' ')) ?? brokenRun(texts)) : null;
  if (whole && whole.label.trim() === '') {
    addRun(scan, index, { ...whole, label: run.label, isCounted: run.isCounted }, around, false, next - 1);
    return next;
  }
  addRun(scan, index, run, around, false);
  for (let at = index + 1; at < next; at++) {
    const one = runAt(scan, at);
    if (one) addRun(scan, at, one, around, false);
  }
  return next;
}

/** Each line is what one end sent in one piece, as tools print the payloads of packets, and both ends are among them. */
function areOfBothEnds(texts: readonly string[]): boolean {
  if (!texts.every((text) => SOLID_LINE.test(text))) return false;
  const ends = endsOfPieces(texts.map((text) => Buffer.from(text.trim(), 'hex')));
  return new Set(ends).size > 1;
}

function addRun(
  scan: Scan,
  index: number,
  run: OctetRun,
  around: 'bare' | 'marked',
  isTable: boolean,
  last: number = index,
): void {
  const { label, octets } = run;
  const sender = senderIn(label) ?? (label.trim() === '' ? senderAbove(scan, index) : null);
  const words = lastWords(label);
  const isNamed = sender !== null || run.isCounted || run.spelling === 'base64' || OF_OCTETS.test(words) || isTable;
  const isOther = OF_OTHERS.test(words) && !(sender !== null || run.isCounted || OF_OCTETS.test(words));
  const number = isOther ? null : whyNumber(run, isNamed);
  const other = isOther ? 'the text before them says that they are something else' : null;
  const refusal = other ?? (octets.length < 2 && !isNamed ? 'one octet is not a frame' : number);
  const isLabelled = isLabel(label) && !run.isSolid && /[:=]\s*$/.test(label);
  const evidence = isNamed ? 'named' : isLabelled && label.trim() !== '' ? 'labelled' : around;
  const { spelling, isCounted } = run;
  const mayBeNumber = refusal !== null && other === null;
  const form = run.tokens === 1 ? `${spelling} ${labelShape(label, sender)}` : null;
  add(scan, index, last, { octets, sender, evidence, spelling, refusal, isCounted, mayBeNumber, form });
}

/** The sender that a heading right above names; blank lines and borders may stand between. */
function senderAbove(scan: Scan, index: number): Sender | null {
  const own = scan.lines[index]?.fence;
  for (let at = index - 1, seen = 0; at >= 0 && seen < HEADING_LINES; at--, seen++) {
    const { text, fence } = scan.lines[at] as PastedLine;
    if (scan.used.has(at)) {
      // A block goes on: its next line has the sender of the one before.
      return at === index - 1 ? (scan.found.at(-1)?.sender ?? null) : null;
    }
    if (BORDER.test(text) || (fence !== own && text.trim() === '')) continue;
    return isHeading(text) ? senderIn(text.trimEnd().replace(/[:.]$/, '').trimEnd()) : null;
  }
  return null;
}
