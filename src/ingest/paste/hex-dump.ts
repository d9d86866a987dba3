// The dumps of xxd, hexdump, od, tcpdump and Wireshark: an offset, octets, and perhaps a column of characters, which may
// look like octets itself. An offset is one only where it counts the octets; then it tells how many each line has.

import { latin1Of, octetInHex, octetsFromHex } from '../../model/octets.ts';
import { withoutLogPrefix } from './direction.ts';

export interface PasteLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** Why a paste is no octets. */
export interface Refusal {
  readonly line: number;
  readonly why: string;
}

/** A line as it stands in a paste. */
export interface DumpText {
  readonly prefix: string;
  readonly text: string;
  readonly isEnd: boolean;
}

interface DumpLine {
  readonly line: number;
  readonly offset: string;
  readonly hasColon: boolean;
  /** The offset may as well be octets, or the number of an item. */
  readonly isTight: boolean;
  /** What it counts from is the octets' address in memory. */
  readonly isAddress: boolean;
  readonly body: string;
}

interface DumpRow {
  readonly octets: Uint8Array;
  /** Its longest group, in octets. */
  readonly group: number;
  /** What the column of characters says of the octets: they are the same, or differ, or that cannot be told. */
  readonly column: 'same' | 'differs' | 'unclear';
}

const LINE = /^[ \t]*(0x)?([0-9a-f]{4,16}|[0-9a-f]{1,3}(?=:))(:?)(?:([ \t]+)(\S.*))?$/i;
const GROUP = /((?:[0-9a-f]{2})+)([ \t]+|$)/iy;
const DUMP_LINE =
  /^(.*?)(\|?(?:0x)?(?:[0-9a-f]{4,8}(?:: ?|[|:]? {1,4}|:?\t|\|)|[0-9a-f]{1,3}: |(?<=0x)[0-9a-f]{9,16}: )\|?\s{0,4}[0-9a-f]{2}(?:[0-9a-f]{2})*(?=[\s|]|$).*)$/i;
/** What may stand before a dump: the border of a table, and the mark of a direction or of a quotation. */
const MARK_OF_DUMP = /^[\s|]*([<>]{0,3})\s*$/;
/** Offsets of od are octal, those of `xxd -d` decimal. */
const RADICES: readonly (readonly [radix: number, digits: RegExp])[] = [
  [16, /^[0-9a-f]+$/i],
  [10, /^\d+$/],
  [8, /^[0-7]+$/],
];
/** Shorter ones are numbers. */
const LEAST_OF_ADDRESS = 6;
/** Many dumps leave a wider gap in the middle of a line. */
const HALF_LINE = 8;

/** The octets of a dump, or why they cannot be told; null where it is no dump. */
export function octetsOfDump(lines: readonly PasteLine[]): Uint8Array | Refusal | null {
  const parsed: DumpLine[] = [];
  const isRepeat = ({ text }: PasteLine) => text.trim() === '*';
  for (const line of lines) {
    const found = dumpLineOf(line);
    if (found) parsed.push(found);
    else if (!isRepeat(line)) return null;
  }
  const [first] = parsed;
  if (!first || !mayBeDump(parsed)) return null;
  const repeat = lines.find(isRepeat);
  if (repeat) return { line: repeat.number, why: 'lines that repeat are left out: use "hexdump -v -C" or xxd' };
  let line = 0;
  for (const [radix, digits] of RADICES) {
    const rows = rowsIn(parsed, radix, digits);
    if (typeof rows !== 'number') {
      // Words in memory stand in the order of the machine.
      if (first.isAddress && rows.some(({ group }) => group > 1)) return null;
      return refusalOf(parsed, rows) ?? Buffer.concat(rows.map(({ octets }) => octets));
    }
    line ||= rows;
  }
  // With one blank everywhere it may as well be octets in groups.
  return parsed.every(({ isTight }) => isTight)
    ? null
    : { line, why: 'the offset does not count the octets before it' };
}

/** Without octets behind it a line is but a piece of a longer run. */
function mayBeDump(lines: readonly DumpLine[]): boolean {
  const [first] = lines;
  // Offsets are filled up with zeros.
  if (!first || !(first.isAddress || first.offset.startsWith('0'))) return false;
  if (lines.slice(0, -1).some(({ body }) => body === '')) return false;
  return lines.length > 1 || (first.body !== '' && !first.isTight);
}

function dumpLineOf({ number, text }: PasteLine): DumpLine | null {
  const [, sign, offset, colon, gap = '', body = ''] = LINE.exec(text) ?? [];
  if (offset === undefined) return null;
  const hasColon = colon === ':';
  const isTight = offset.length < 4 || (!hasColon && gap.length < 2 && gap !== '\t');
  const isAddress = sign !== undefined && offset.length >= LEAST_OF_ADDRESS && !offset.startsWith('0');
  return { line: number, offset, hasColon, isTight, isAddress, body };
}

/** The rows where the offsets, read in that radix, count them; else the first line that does not fit. */
function rowsIn(lines: readonly DumpLine[], radix: number, digits: RegExp): DumpRow[] | number {
  const odd = lines.find(({ offset }) => !digits.test(offset));
  if (odd) return odd.line;
  const rows: DumpRow[] = [];
  for (const [i, line] of lines.entries()) {
    const { offset, body } = line;
    const next = lines[i + 1];
    if (!next && body === '') break; // where the octets end
    const size = next ? Number.parseInt(next.offset, radix) - Number.parseInt(offset, radix) : null;
    const row = rowOf(body, size, rows[0]?.octets.length ?? Number.POSITIVE_INFINITY);
    if (!row) return (next ?? line).line;
    rows.push(row);
  }
  return rows;
}

/** `size`: how many octets the line has; null where the offsets do not tell, and then there are `most` at the most. */
function rowOf(body: string, size: number | null, most: number): DumpRow | null {
  let hex = '';
  let group = 0;
  for (let at = 0; ; ) {
    GROUP.lastIndex = at;
    const [whole = '', digits = '', gap = ''] = GROUP.exec(body) ?? [];
    hex += digits;
    group = Math.max(group, digits.length / 2);
    at += whole.length;
    const rest = body.slice(at);
    const count = hex.length / 2;
    const mayEnd =
      whole !== '' && (rest === '' || gap.length > 1 || gap === '\t' || /^[|>]/.test(rest) || isColumn(rest, hex));
    if (whole === '' || count > (size ?? most)) return null;
    if (size === null ? !mayEnd || (count < most && goesOn(rest, gap, hex, group)) : count < size) continue;
    const octets = octetsFromHex(hex);
    const column = octets && columnOf(rest, octets, group);
    return mayEnd && octets && column ? { octets, group, column } : null;
  }
}

/** One blank parts it from the octets, and it has a character for each of them. */
function isColumn(rest: string, hex: string): boolean {
  if (rest.length * 2 !== hex.length) return false;
  const octets = octetsFromHex(hex);
  return octets !== null && columnOf(rest, octets, 1) === 'same';
}

/** The wider gap is that of half or a quarter of a line, and no column of characters begins here. */
function goesOn(rest: string, gap: string, hex: string, group: number): boolean {
  if (hex.length % HALF_LINE !== 0 || group > 1 || gap !== '  ') return false;
  const octets = octetsFromHex(hex);
  return /^[0-9a-f]{2}(?: |$)/i.test(rest) && octets !== null && columnOf(rest, octets, 1) !== 'same';
}

/** Null where it cannot be the column of these octets. */
function columnOf(rest: string, octets: Uint8Array, group: number): DumpRow['column'] | null {
  const [, framed] = /^\|(.*)\|$/.exec(rest) ?? /^>(.*)<$/.exec(rest) ?? /^\| (.*)$/.exec(rest) ?? [];
  const text = rest.length === octets.length ? rest : withoutHalfGap(framed ?? rest, octets.length);
  if (text.length > octets.length) return /^[ -~]*$/.test(text) ? null : 'unclear';
  // Blanks at its ends are lost among those of the line.
  if (text.length < octets.length) {
    return text === '' || group === 1 || text.length >= latin1Of(octets).trim().length ? 'unclear' : 'differs';
  }
  // What stands for an octet that has no character is up to the program.
  const isOther = (octet: number, i: number) =>
    text.charCodeAt(i) !== octet && (isVisible(octet) || /[0-9A-Za-z]/.test(text[i] ?? ''));
  return octets.some(isOther) ? 'differs' : 'same';
}

/** Without the blank that some programs put between the two halves of the column too. */
function withoutHalfGap(text: string, count: number): string {
  const hasGap = text.length === count + 1 && text[HALF_LINE] === ' ';
  return hasGap ? text.slice(0, HALF_LINE) + text.slice(HALF_LINE + 1) : text;
}

function isVisible(octet: number): boolean {
  return octet > 0x20 && octet < 0x7f;
}

/** Octets in words may stand in the order of the machine. */
function refusalOf(lines: readonly DumpLine[], rows: readonly DumpRow[]): Refusal | null {
  const differing = rows.findIndex(({ column }) => column === 'differs');
  if (differing >= 0) {
    return { line: lines[differing]?.line ?? 0, why: 'the column of characters is not that of the octets beside it' };
  }
  const hasWords = rows.some(({ group }) => group > 1) && rows.every(({ column }) => column !== 'same');
  const [first] = lines;
  if (!first || !hasWords || first.hasColon) return null;
  return { line: first.line, why: 'words, whose octets may be turned round: use "hexdump -C" or xxd' };
}

/** A line of a dump from its offset on; what a logger puts before it is left out. */
export function dumpTextOf(line: string | undefined): DumpText | null {
  if (line === undefined) return null;
  const text = withPlainOffset(withoutLogPrefix(line).replace(/^[A-Z]: /, ''));
  const found = DUMP_LINE.exec(text);
  const [, mark] = MARK_OF_DUMP.exec(found?.[1] ?? '') ?? [];
  if (!found || mark === undefined) return null;
  const [, , dump = ''] = found;
  const plain = dump.startsWith('|') ? tableDump(dump) : dump;
  return { prefix: mark, text: plain.trimEnd(), isEnd: false };
}

const ODD_OFFSET = /^[ \t]*(?:\[([0-9a-f]{4,8})\]:?|\+([0-9a-f]{4,8}):?|([0-9a-f]{4,8}) -)[ \t]+(?=[0-9a-f]{2}[ -])/i;
const IN_BITS = /^([0-9a-f]{8}:) ((?:[01]{8} ){0,5}[01]{8})(?= )/i;

const OF_DEBUGGER = /^(0x[0-9a-f]{6,16})(?: <[^>]{1,99}>)?:((?:\s+0x[0-9a-f]{2})+)\s*$/i;

/**
 * The line as xxd would write it, from `[0000] 81 05`, from `+0000 81 05`, from `0000 - 81 05 …-…`, which is how OpenSSL
 * dumps octets, from bits, and from what `x/xb` of gdb prints.
 */
function withPlainOffset(line: string): string {
  const [whole = '', ...offsets] = ODD_OFFSET.exec(line) ?? [];
  const offset = offsets.find((one) => one !== undefined);
  if (offset !== undefined) {
    const octets = line.slice(whole.length);
    return `${offset}: ${octets.replace(/^((?:[0-9a-f]{2} ){7}[0-9a-f]{2})-(?=[0-9a-f]{2}|[ \t]|$)/i, '$1 ')}`;
  }
  const [, address, octets = ''] = OF_DEBUGGER.exec(line) ?? [];
  if (address !== undefined) return `${address}: ${octets.trim().replace(/0x/gi, '').replace(/\s+/g, ' ')}`;
  return line.replace(IN_BITS, (_, start: string, bits: string) => {
    const octets = bits.split(' ').map((one) => octetInHex(Number.parseInt(one, 2)));
    return `${start} ${octets.join(' ')}`;
  });
}

/** `|00000000| 81 05 … |..Hello |`, as Netty writes it. */
function tableDump(dump: string): string {
  const [, offset = '', octets = '', column = ''] = /^\|([^|]*)\|([^|]*)\|(.*)\|$/.exec(dump.trim()) ?? [];
  const count = octets.trim().split(/\s+/).length;
  return offset === '' ? dump : `${offset}  ${octets.trim()}  |${column.slice(0, count)}|`;
}

/** The offset alone, behind the last octets; or the star of lines that repeat. */
export function endOfDump(line: string | undefined, rows: readonly PasteLine[]): DumpText | null {
  const text = (line ?? '').trim();
  const [, mark = '', end = ''] = /^([<>]{0,3})\s*([0-9a-f]{6,8}|\*)$/i.exec(text) ?? [];
  if (rows.length === 0 || end === '') return null;
  return { prefix: mark, text: end, isEnd: end !== '*' };
}
