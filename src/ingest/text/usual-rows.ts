// Rows in the usual spelling, read straight from the octets of the text into columns: a number that is due, `RX OCTETS: `
// or `TX FRAME : `, hex or a payload, broken into lines as a report page breaks them. Whatever is spelt otherwise is left
// where it stands, for the reader of lines, which knows all spellings; and so is a row behind which no row of these words
// begins, for only the next row tells that no more lines belong to it.

import { type RowBatch, RX, TX } from '../../model/row-batch.ts';
import { hexInto, NO_OCTET, octetOfPair } from '../hex-pairs.ts';

const LF = 0x0a;
const CR = 0x0d;
const BLANK = 0x20;
const INDENT = 15;
/** Above so many octets a payload may be one that was cut, and its ellipsis text. */
const NEVER_CUT = 60;
/** So much of a first line and no more may be half a head; it begins with G or H then. */
const FULL_LINE = 50;
const [G, H, O] = [0x47, 0x48, 0x4f];

/** So many octets have to be there behind the text, whatever they are. */
export const TEXT_SLACK = 8;

/** Fixed text, to be compared four octets at a time. */
interface Words {
  readonly length: number;
  readonly whole: Int32Array;
  /** The octets that are left, and where in a number they stand. */
  readonly rest: number;
  readonly mask: number;
}

function words(text: string): Words {
  const octets = Buffer.alloc(text.length + 4, text, 'latin1').fill(0, text.length);
  const whole = Int32Array.from({ length: text.length >> 2 }, (_, i) => octets.readInt32LE(4 * i));
  return {
    length: text.length,
    whole,
    rest: octets.readInt32LE(4 * whole.length),
    mask: (1 << (8 * (text.length & 3))) - 1,
  };
}

const OCTETS_WORDS = words('X OCTETS: ');
const FRAME_WORDS = words('X FRAME : OPCODE=');
/** How nearly all frame rows go on, and what the bits of their frames are. */
const USUAL_FRAMES = [1, 2].map((opcode) => ({
  bits: 0x80 | opcode,
  start: words(`${opcode}, FIN=True, RSV=0, PAYLOAD-LEN=`),
}));
const FIN_TRUE = words(', FIN=True, RSV=');
const FIN_FALSE = words(', FIN=False, RSV=');
const LENGTH = words(', PAYLOAD-LEN=');
const MASKED_TRUE = words(', MASKED=True');
const MASKED_FALSE = words(', MASKED=False');
const MASK = words(', MASK=');
const NO_MASK = words('None');
const NO_ORDERS = words(', PAYLOAD-REPEAT-LEN=None, CHOPSIZE=None, SYNC=False');

/** What became of the text. */
export interface Scanned {
  /** Where that begins which could not be read. */
  at: number;
  /** The number that the next row has to have. */
  next: number;
  /** A row had lines of its own under it: their blanks have not been lost. */
  hasIndent: boolean;
  /** Why it was not read: the batch has no room for so many octets, or what comes next may tell how it goes on. */
  needs: number;
  isUnfinished: boolean;
}

/** No first line of a row is longer, but for hex. */
const LONGEST_WORDS = 512;

/** Why a row is not read: it is spelt otherwise, its end has not come, or the batch has no room for it. */
const OTHERWISE = -1;
const UNFINISHED = -2;
const FULL = -3;

export class UsualRows {
  private text: Uint8Array = new Uint8Array(0);
  private view = new DataView(this.text.buffer);
  private end = 0;
  private hasIndent = false;

  /** A row of the usual kind seems to begin there, with that number. */
  begins(text: Uint8Array, at: number, end: number, due: number): boolean {
    this.take(text, end);
    return this.rowAt(at, due) >= 0;
  }

  /**
   * Reads rows from `text` on `at` into the batch, up to the first that is not of the usual kind, or that cannot be known
   * to be whole, or for which the batch has no room. `text[end]` has to be no digit and no line end, and `TEXT_SLACK`
   * octets have to be there from it on. `next`: the number of the first row, in the text less by `shift`.
   */
  read(text: Uint8Array, at: number, end: number, next: number, shift: number, batch: RowBatch): Scanned {
    this.take(text, end);
    this.hasIndent = false;
    const scanned: Scanned = { at, next, hasIndent: false, needs: 0, isUnfinished: false };
    let from = this.rowAt(at, next - shift);
    for (let due = next; ; due++) {
      const here = scanned.at;
      const room = ((end - here) >> 1) + 1;
      const behind = from < 0 ? OTHERWISE : this.hasRoom(batch, room) ? this.readRow(from, due, batch) : FULL;
      // Only the next row tells that this one has no more lines.
      from = behind < 0 ? OTHERWISE : this.rowAt(behind, due + 1 - shift);
      if (from >= 0) {
        scanned.at = behind;
        scanned.next = due + 1;
        scanned.hasIndent = this.hasIndent;
        continue;
      }
      if (behind >= 0) batch.dropLast();
      if (behind === FULL) scanned.needs = room;
      else scanned.isUnfinished = behind === UNFINISHED || end - Math.max(here, behind) < LONGEST_WORDS;
      return scanned;
    }
  }

  private take(text: Uint8Array, end: number): void {
    if (this.text !== text) this.view = new DataView(text.buffer, text.byteOffset, text.byteLength);
    this.text = text;
    this.end = end;
  }

  private hasRoom(batch: RowBatch, octets: number): boolean {
    return batch.hasRoom(octets) && batch.used + octets <= batch.arena.length;
  }

  /** Where the number that is due ends that begins there, with the blank behind it; -1 where another stands there. */
  private afterNumber(from: number, due: number): number {
    const { text } = this;
    let at = from;
    let number = 0;
    let octet = text[at] as number;
    while (octet >= 0x30 && octet <= 0x39) {
      number = number * 10 + octet - 0x30;
      octet = text[++at] as number;
    }
    const digits = at - from;
    return number === due && digits >= 3 && digits <= 9 && octet === BLANK ? at + 1 : -1;
  }

  /** Where the words of a row begin behind the number that is due; -1 where none of the usual kind does. */
  private rowAt(from: number, due: number): number {
    const at = this.afterNumber(from, due);
    if (at < 0) return OTHERWISE;
    const first = this.text[at];
    if (first !== 0x52 && first !== 0x54) return OTHERWISE;
    return this.isAt(OCTETS_WORDS, at + 1) || this.isAt(FRAME_WORDS, at + 1) ? at : OTHERWISE;
  }

  private isAt({ length, whole, rest, mask }: Words, at: number): boolean {
    const { view } = this;
    if (at + length > this.end) return false;
    let from = at;
    for (let i = 0; i < whole.length; i++, from += 4) if (view.getInt32(from, true) !== whole[i]) return false;
    return (view.getInt32(from, true) & mask) === rest;
  }

  /** Returns where the row's lines end; below 0 where it is not read. */
  private readRow(at: number, row: number, batch: RowBatch): number {
    const direction = this.text[at] === 0x52 ? RX : TX;
    if (this.text[at + 3] === O) return this.readOctets(at + 1 + OCTETS_WORDS.length, direction, row, batch);
    return this.readFrame(at + 1 + FRAME_WORDS.length, direction, row, batch);
  }

  private readOctets(from: number, direction: number, row: number, batch: RowBatch): number {
    const { text } = this;
    const { arena, used } = batch;
    let at = from;
    while (text[at] === BLANK) at++;
    let to = used;
    let lines = 0;
    for (;;) {
      const some = hexInto(batch.view, to, arena.length - to, this.view, at);
      to += some;
      at += 2 * some;
      // An octet may be broken as well.
      if (isHexDigit(text[at])) return at + 1 >= this.end ? UNFINISHED : OTHERWISE;
      lines++;
      const behind = this.afterLine(at);
      if (behind < 0) return this.readTime(at, direction, row, to - used, batch);
      at = this.afterIndent(behind);
      if (at < 0) {
        at = behind;
        break;
      }
    }
    const count = to - used;
    const isHalfHead = lines === 1 && count === FULL_LINE && (arena[used] === G || arena[used] === H);
    if (count === 0 || isHalfHead) return OTHERWISE;
    this.hasIndent ||= lines > 1;
    batch.addOctets(direction, row, Number.NaN, count);
    return at;
  }

  /** Where the next line begins, if a line ends here; below 0 where none does. */
  private afterLine(at: number): number {
    const octet = this.text[at];
    if (at < this.end && octet === LF) return at + 1;
    return octet === CR && at + 1 < this.end && this.text[at + 1] === LF
      ? at + 2
      : at + 1 >= this.end
        ? UNFINISHED
        : OTHERWISE;
  }

  /** Behind the blanks of a line that goes on with the row; -1 where it does not. */
  private afterIndent(at: number): number {
    const { text } = this;
    for (let i = at; i < at + INDENT; i++) if (text[i] !== BLANK) return -1;
    const octet = text[at + INDENT];
    return octet === LF || octet === CR || octet === undefined ? -1 : at + INDENT;
  }

  /** Where a payload should be that has no octets, some print its indentation. */
  private afterBlankLine(from: number): number {
    const { text } = this;
    let at = from;
    while (at < from + INDENT && text[at] === BLANK) at++;
    return at === from + INDENT && at < this.end && text[at] === LF ? at + 1 : from;
  }

  /** `  @1.002511` behind the octets, where the row ends. */
  private readTime(from: number, direction: number, row: number, count: number, batch: RowBatch): number {
    const { text, end } = this;
    let at = from;
    while (text[at] === BLANK) at++;
    if (at >= end) return UNFINISHED;
    if (text[at] !== 0x40 || at === from || count === 0) return OTHERWISE;
    const digits = at + 1;
    at = this.afterDigits(digits, 12);
    if (text[at] === 0x2e) at = this.afterDigits(at + 1, 30);
    if (at < 0) return OTHERWISE;
    const behind = this.afterLine(at);
    if (behind < 0) return behind;
    batch.addOctets(direction, row, numberOfDigits(text, digits, at), count);
    return behind;
  }

  /** Where the digits end; -1 where there are none, or too many. */
  private afterDigits(from: number, most: number): number {
    const { text } = this;
    let at = from;
    while (isDigit(text[at])) at++;
    return at === from || at - from > most ? -1 : at;
  }

  private readFrame(from: number, direction: number, row: number, batch: RowBatch): number {
    for (const { bits, start } of USUAL_FRAMES) {
      if (this.isAt(start, from)) return this.readLength(from + start.length, direction, row, bits, batch);
    }
    const { text } = this;
    let at = this.afterDigits(from, 2);
    if (at < 0) return OTHERWISE;
    const opcode = numberOfDigits(text, from, at);
    const isFinal = this.isAt(FIN_TRUE, at);
    if (opcode > 15 || (!isFinal && !this.isAt(FIN_FALSE, at))) return OTHERWISE;
    at += (isFinal ? FIN_TRUE : FIN_FALSE).length;
    const rsv = (text[at] as number) - 0x30;
    if (rsv < 0 || rsv > 7 || !this.isAt(LENGTH, at + 1)) return OTHERWISE;
    return this.readLength(at + 1 + LENGTH.length, direction, row, (isFinal ? 0x80 : 0) | (rsv << 4) | opcode, batch);
  }

  private readLength(from: number, direction: number, row: number, bits: number, batch: RowBatch): number {
    const at = this.afterDigits(from, 9);
    if (at < 0) return OTHERWISE;
    const length = numberOfDigits(this.text, from, at);
    return this.readMask(at, { direction, row, bits, length }, batch);
  }

  private readMask(from: number, head: UsualFrameHead, batch: RowBatch): number {
    const isMasked = this.isAt(MASKED_TRUE, from);
    const isUnmasked = this.isAt(MASKED_FALSE, from);
    let at = from + (isMasked ? MASKED_TRUE.length : isUnmasked ? MASKED_FALSE.length : 0);
    if (!this.isAt(MASK, at)) return OTHERWISE;
    at += MASK.length;
    const hasKey = !this.isAt(NO_MASK, at);
    const key = hasKey ? this.keyAt(at) : null;
    if (Number.isNaN(key)) return OTHERWISE;
    at += hasKey ? 8 : NO_MASK.length;
    // A written frame has no flag of its own: it is masked where it has a key.
    const masked = isMasked || (!isUnmasked && head.direction === TX && hasKey);
    if (this.isAt(NO_ORDERS, at)) at += NO_ORDERS.length;
    const behind = this.afterLine(at);
    return behind < 0 ? behind : this.readPayload(behind, head, masked, key, batch);
  }

  /** Eight digits as a number; NaN where others stand there. */
  private keyAt(at: number): number {
    let key = 0;
    for (let i = at; i < at + 8; i += 2) {
      const octet = i < this.end ? octetOfPair(this.view, i) : NO_OCTET;
      if (octet === NO_OCTET) return Number.NaN;
      key = (key << 8) | octet;
    }
    return key;
  }

  private readPayload(
    from: number,
    head: UsualFrameHead,
    masked: boolean,
    key: number | null,
    batch: RowBatch,
  ): number {
    const { direction, row, bits, length } = head;
    const { text } = this;
    let at = from;
    if (length === 0) at = this.afterBlankLine(from);
    else {
      if (!this.hasRoom(batch, length)) return length > this.end - from ? UNFINISHED : FULL;
      const begin = this.afterIndent(from);
      if (begin < 0) return from + INDENT >= this.end ? UNFINISHED : OTHERWISE;
      this.hasIndent = true;
      const isHex = text[begin] === 0x30 && text[begin + 1] === 0x78;
      at = isHex ? this.readHexPayload(begin + 2, length, batch) : this.readTextPayload(begin, length, batch);
      if (at < 0) return at;
    }
    batch.addFrame(direction, row, Number.NaN, bits, masked, key, length);
    return at;
  }

  private readHexPayload(from: number, length: number, batch: RowBatch): number {
    const { used } = batch;
    let to = used;
    for (let at = from; ; ) {
      const some = hexInto(batch.view, to, used + length - to, this.view, at);
      to += some;
      at += 2 * some;
      const behind = this.afterLine(at);
      if (behind < 0) return behind;
      at = this.afterIndent(behind);
      if (at >= 0) continue;
      return to - used === length ? behind : OTHERWISE;
    }
  }

  /** Copies octets from the blank on, four at a time, as far as to `last`. Returns how many. */
  private copyText(from: number, batch: RowBatch, to: number, last: number): number {
    const { view } = this;
    const out = batch.view;
    const most = Math.min(last - to, this.end - from) - 4;
    let done = 0;
    for (; done <= most; done += 4) {
      const four = view.getInt32(from + done, true);
      // One of the four is below the blank.
      if (((four - 0x20202020) & ~four & 0x80808080) !== 0) break;
      out.setInt32(to + done, four, true);
    }
    return done;
  }

  /** Text as it is: octets from the blank on. */
  private readTextPayload(from: number, length: number, batch: RowBatch): number {
    const { text } = this;
    const { arena, used } = batch;
    const last = used + length;
    let to = used;
    for (let at = from; ; ) {
      const some = this.copyText(at, batch, to, last);
      at += some;
      to += some;
      let octet = text[at] as number;
      while (octet >= BLANK && to < last && at < this.end) {
        arena[to++] = octet;
        octet = text[++at] as number;
      }
      const behind = this.afterLine(at);
      if (behind < 0) return behind;
      // It may be the end of the payload, or of the line.
      if (octet === CR) return OTHERWISE;
      at = this.afterIndent(behind);
      if (at >= 0) continue;
      return to === last && !(length > NEVER_CUT && endsInEllipsis(arena, last)) ? behind : OTHERWISE;
    }
  }
}

interface UsualFrameHead {
  readonly direction: number;
  readonly row: number;
  readonly bits: number;
  readonly length: number;
}

function endsInEllipsis(octets: Uint8Array, end: number): boolean {
  return octets[end - 1] === 0x2e && octets[end - 2] === 0x2e && octets[end - 3] === 0x2e && octets[end - 4] === BLANK;
}

function isHexDigit(octet: number | undefined): boolean {
  return isDigit(octet) || (octet !== undefined && (octet | BLANK) >= 0x61 && (octet | BLANK) <= 0x66);
}

function isDigit(octet: number | undefined): boolean {
  return octet !== undefined && octet >= 0x30 && octet <= 0x39;
}

/** The number that the digits are, with a point among them or none. */
function numberOfDigits(text: Uint8Array, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) {
    const octet = text[at] as number;
    if (octet === 0x2e || to - from > 15)
      return Number(Buffer.from(text.buffer, text.byteOffset + from, to - from).toString('latin1'));
    number = number * 10 + octet - 0x30;
  }
  return number;
}
