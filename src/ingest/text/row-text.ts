// One row of the wire log, once its lines are together: what the row words mean. The words are those of Autobahn's
// report page, with `TCP RESET BY`, `DAMAGED` and the short forms (`rx 8895…`, `> 8185…`) added.

import { cutOctets, NO_OCTETS, type Octets, octetsFromHex, octetsOfLatin1, wholeOctets } from '../../model/octets.ts';
import { payloadOfPageText } from '../../model/payload-text.ts';
import type { Direction, FrameRow, Row } from '../../model/row.ts';
import { decodeText } from '../line-splitter.ts';
import { octetsOfRowText } from './octets-text.ts';

/** A row whose lines may still be coming. */
export type RowDraft = OctetsDraft | FrameDraft | EventDraft;

interface OctetsDraft {
  readonly kind: 'octets';
  readonly direction: Direction;
  /** Written `rx`, `tx`, `<` or `>`: without hex after it this is no row but prose. */
  readonly short: boolean;
  /** The first line's text, and what further lines add to it. */
  readonly text: string;
  readonly more: string[];
  time: number | null;
  /** Nothing can follow the ellipsis, the length, a quote or the time. */
  isOpen: boolean;
}

interface FrameDraft {
  readonly kind: 'frame';
  /** Null where the fields could not be read. */
  readonly head: FrameRowHead | null;
  readonly text: string;
  readonly lines: string[];
  readonly time: number | null;
}

type FrameRowHead = Omit<FrameRow, 'row' | 'time' | 'payload'>;

interface EventDraft {
  readonly kind: 'event';
  readonly event: EventRow;
  readonly time: number | null;
}

type EventRow = Row extends infer One ? (One extends Row ? Omit<One, 'row' | 'time'> : never) : never;

/** Payloads of up to so many octets are shown whole. */
const NEVER_CUT = 60;

const FRAME_HEAD = new RegExp(
  '^ ?: *OPCODE=(\\d{1,2}), FIN=(True|False), RSV=([0-7])(?:, PAYLOAD-LEN=(\\d{1,19}|None))?(?:, MASKED=(True|False|None))?' +
    '(?:, MASK=([^,]*))?(?:, PAYLOAD-REPEAT-LEN=(\\d{1,15}|None))?(?:, CHOPSIZE=(\\d{1,15}|None))?(?:, SYNC=(True|False))?$',
);
const SHORT_START = /[0-9A-Fa-f"]/;
const MASKING_KEY = /^[0-9a-f]{8}$/i;
const TIME = /^@(\d{1,12}(?:\.\d{1,30})?)[ \t]*$/;

/** Reads the text from `at` on as a row's first line; null where no row begins with these words. */
export function readDraft(line: string, at: number): RowDraft | null {
  const code = line.charCodeAt(at);
  const second = line.charCodeAt(at + 1);
  if (code === 0x3c || code === 0x3e) {
    return isBlank(second) || SHORT_START.test(line[at + 1] ?? '')
      ? octetsDraft(code === 0x3c ? 'rx' : 'tx', line, at + 1, true)
      : null;
  }
  const letter = code | 0x20;
  if ((letter !== 0x72 && letter !== 0x74) || (second | 0x20) !== 0x78) return readEvent(line.slice(at));
  const direction = letter === 0x72 ? 'rx' : 'tx';
  if (line.startsWith(' OCTETS:', at + 2)) return octetsDraft(direction, line, at + 10, false);
  if (line.startsWith(' OCTETS :', at + 2)) return octetsDraft(direction, line, at + 11, false);
  if (line.startsWith(' FRAME', at + 2)) return frameDraft(direction, line.slice(at + 8));
  return isBlank(line.charCodeAt(at + 2)) ? octetsDraft(direction, line, at + 3, true) : null;
}

export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Blanks only: in UTF-8 read as one character an octet, what looks like a no-break space is part of a letter. */
export function trimBlanks(text: string): string {
  let from = 0;
  while (isBlank(text.charCodeAt(from))) from++;
  return trimBlanksAtEnd(from === 0 ? text : text.slice(from));
}

function trimBlanksAtEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isBlank(text.charCodeAt(end - 1))) end--;
  return end === text.length ? text : text.slice(0, end);
}

function octetsDraft(direction: Direction, line: string, from: number, short: boolean): OctetsDraft {
  let at = from;
  while (isBlank(line.charCodeAt(at))) at++;
  const [text, time] = withoutTime(at === 0 ? line : line.slice(at));
  const isOpen = time === null && text.charCodeAt(0) !== 0x22 && !isEnd(text);
  return { kind: 'octets', direction, short, text, more: [], time, isOpen };
}

function isEnd(text: string): boolean {
  return text.charCodeAt(text.length - 1) === 0x2e || text.includes('LEN=');
}

/** A further line of an octets row; the hex is broken without a separator. */
export function addOctetsText(draft: OctetsDraft, line: string): void {
  const [text, time] = withoutTime(line);
  draft.more.push(text);
  draft.time = time;
  draft.isOpen = time === null && !isEnd(text);
}

function withoutTime(text: string): [string, number | null] {
  const at = text.lastIndexOf('@');
  const found = at > 0 && !isBlank(text.charCodeAt(at - 1)) ? null : TIME.exec(at < 0 ? '' : text.slice(at));
  return [trimBlanksAtEnd(found ? text.slice(0, at) : text), found ? Number(found[1]) : null];
}

function frameDraft(direction: Direction, rest: string): FrameDraft {
  const [text, time] = withoutTime(rest);
  return { kind: 'frame', head: readFrameHead(direction, text), text, lines: [], time };
}

function readFrameHead(direction: Direction, text: string): FrameRowHead | null {
  const found = FRAME_HEAD.exec(text);
  if (!found || Number(found[1]) > 15) return null;
  const [, opcode, fin, rsv, length, masked, mask, repeat, chopSize, sync] = found;
  const maskingKey = mask === undefined || mask === 'None' ? null : maskingKeyOf(mask);
  if (maskingKey === null && mask !== undefined && mask !== 'None') return null;
  return {
    kind: 'frame',
    direction,
    opcode: Number(opcode),
    fin: fin === 'True',
    rsv: Number(rsv),
    // A written frame has no flag of its own: it is masked where it has a key.
    ...(masked === 'None' ? { maskUnknown: true } : {}),
    masked: masked === undefined ? direction === 'tx' && mask !== undefined && mask !== 'None' : masked === 'True',
    maskingKey,
    ...lengthOf(length),
    repeat: countOf(repeat),
    chopSize: countOf(chopSize),
    sync: sync === 'True',
  };
}

function lengthOf(text: string | undefined): Pick<FrameRow, 'length' | 'exactLength'> {
  const length = countOf(text);
  return length === null || Number.isSafeInteger(length) ? { length } : { length, exactLength: BigInt(text ?? 0) };
}

function countOf(text: string | undefined): number | null {
  return text === undefined || text === 'None' ? null : Number(text);
}

/** Eight digits; report pages print the hex of those digits for frames received. */
function maskingKeyOf(text: string): string | null {
  if (MASKING_KEY.test(text)) return text.toLowerCase();
  const digits = text.replace(/^b'(.*)'$/, '$1');
  const key = /^(?:3\d|[46][1-6]){8}$/.test(digits) ? Buffer.from(digits, 'hex').toString('latin1') : digits;
  return MASKING_KEY.test(key) ? key.toLowerCase() : null;
}

function readEvent(line: string): EventDraft | null {
  const [text, time] = withoutTime(line);
  const event = eventOf(text);
  return event && { kind: 'event', event, time };
}

function eventOf(text: string): EventRow | null {
  const [, timer, seconds] = /^(FAIL|CLOSE) CONNECTION AFTER (\d{1,12}(?:\.\d{1,30})?) sec$/.exec(text) ?? [];
  if (timer) return { kind: timer === 'FAIL' ? 'fail-after' : 'close-after', seconds: Number(seconds) };
  if (text.startsWith('DAMAGED')) return readDamaged(text);
  if (text === 'FAILING CONNECTION') return { kind: 'failing' };
  if (text === 'CLOSING CONNECTION') return { kind: 'closing' };
  if (text === 'WIRELOG DISABLED') return { kind: 'log-off' };
  if (text === 'WIRELOG ENABLED') return { kind: 'log-on' };
  const [, how, who] = /^TCP (DROPPED|RESET) BY (ME|PEER)$/.exec(text) ?? [];
  if (how) return { kind: 'tcp-drop', by: who === 'ME' ? 'writer' : 'peer', reset: how === 'RESET' };
  const [, delay, tag] = /^DELAY (\d{1,12}(?:\.\d{1,30})?) sec for TAG (.*)$/.exec(text) ?? [];
  if (tag !== undefined) return { kind: 'delay', seconds: Number(delay), tag: tagOf(tag) };
  const [, over] = /^DELAY TIMEOUT on TAG (.*)$/.exec(text) ?? [];
  return over === undefined ? null : { kind: 'delay-over', tag: tagOf(over) };
}

/** As it stands, or as JSON where it would not read back as it stands. */
function tagOf(text: string): string | null {
  if (text === 'None') return null;
  if (!text.startsWith('"')) return decodeText(text);
  try {
    return String(JSON.parse(decodeText(text)));
  } catch {
    return decodeText(text);
  }
}

/** The row that the lines make; a string says why they make none. */
export function rowOfDraft(draft: RowDraft, row: number, sync: boolean): Row | string {
  if (draft.kind === 'event') return { ...draft.event, row, time: draft.time };
  if (draft.kind === 'octets') {
    const octets = octetsOfRowText(draft.more.length === 0 ? draft.text : draft.text + draft.more.join(''));
    if (typeof octets === 'string') return octets;
    return { kind: 'octets', row, time: draft.time, direction: draft.direction, octets, sync };
  }
  const { head, time } = draft;
  if (!head) return 'not the fields of a frame';
  const { direction, opcode, fin, rsv, masked, maskingKey, length, repeat, chopSize } = head;
  const isLost = draft.lines.length === 0 && draft.text.includes('PAYLOAD-LEN=None');
  const payload = isLost ? null : payloadOfLines(draft.lines, length);
  if (head.maskUnknown) return { ...head, row, time, payload };
  // Spelt out, for speed.
  return {
    kind: 'frame',
    row,
    time,
    direction,
    opcode,
    fin,
    rsv,
    masked,
    maskingKey,
    length,
    payload,
    repeat,
    chopSize,
    sync: head.sync,
    ...(head.exactLength === undefined ? {} : { exactLength: head.exactLength }),
  };
}

export function payloadOfLines(lines: readonly string[], length: number | null): Octets | null {
  if (length === null) return payloadOfUnknownLength(lines);
  const text = lines.length === 1 ? (lines[0] ?? '') : lines.join('');
  // The two usual cases first, for speed: all octets as they are, all octets as hex.
  if (text.length === length && length <= NEVER_CUT) return wholeOctets(octetsOfLatin1(text));
  const hex = text.length === 2 * length + 2 && text.startsWith('0x') ? octetsFromHex(text.slice(2)) : null;
  return hex ? wholeOctets(hex) : (payloadOfPageText(text, length) ?? beginningOf(text, length));
}

/** Hex with an ellipsis: the octets with which a longer payload begins. */
function beginningOf(text: string, length: number): Octets | null {
  const [, digits] = /^0x((?:[0-9a-f]{2})+) \.\.\.$/i.exec(text) ?? [];
  const known = digits === undefined ? null : octetsFromHex(digits);
  return known && known.length < length ? cutOctets(known, length) : null;
}

/** Old suites: raw octets and no length. Where the page broke the line a blank may have been lost. */
function payloadOfUnknownLength(lines: readonly string[]): Octets | null {
  if (lines.length > 1) return null;
  const [line = ''] = lines;
  const isCut = line.endsWith(' ...');
  const known = line === '' ? NO_OCTETS : octetsOfLatin1(isCut ? line.slice(0, -4) : line);
  // Blanks at the end, and payloads of nothing but blanks, are not printed.
  return { length: known.length, known, exact: !isCut && line !== '' };
}

const DAMAGED = /^DAMAGED LOSES=(none|rx|tx|both) (\[".*"\])$/;

/** What another reader could not read: whose octets it may have held, why, and what was there. */
function readDamaged(text: string): EventRow | null {
  const [, loses, json] = DAMAGED.exec(text) ?? [];
  if (json === undefined) return null;
  const [why, shown] = stringsOf(json);
  if (why === undefined || shown === undefined) return null;
  return { kind: 'damaged', text: shown, why, loses: loses === 'none' ? null : (loses as Direction | 'both') };
}

function stringsOf(json: string): string[] {
  try {
    const list: unknown = JSON.parse(json);
    return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}
