// The entries of a report's `wirelog` list. Each is a list that begins with a letter code, and has the fields of that code
// in their order, as the suite's `fuzzing.py` puts them.

import { cutOctets, octetsFromHex } from '../../model/octets.ts';
import { payloadOfJsonText } from '../../model/payload-text.ts';
import type { DamagedRow, Direction, Row } from '../../model/row.ts';
import { stringOf } from '../json-value.ts';
import { isCount, isMaskingKey, isSeconds, isShallow } from './report-fields.ts';

type EntryReader = (entry: readonly unknown[], row: number) => Row | string;

const NO_SECONDS = 'a timer needs seconds';

/** By letter code. */
const READINGS: Readonly<Record<string, EntryReader>> = {
  RO: (entry, row) => octetsRow('rx', entry, row),
  TO: (entry, row) => octetsRow('tx', entry, row),
  RF: ([, shown, opcode, fin, rsv, masked, mask], row) =>
    frameRow(
      'rx',
      shown,
      { opcode, fin, rsv, masked: masked === true, mask, repeat: null, chopSize: null, sync: false },
      row,
    ),
  TF: ([, shown, opcode, fin, rsv, mask, repeat, chopSize, sync], row) =>
    frameRow('tx', shown, { opcode, fin, rsv, masked: typeof mask === 'string', mask, repeat, chopSize, sync }, row),
  WLM: ([, on], row) =>
    typeof on === 'boolean'
      ? { kind: on ? 'log-on' : 'log-off', row, time: null }
      : 'the log is on or off: true or false',
  CT: ([, seconds, tag], row) =>
    isSeconds(seconds) ? { kind: 'delay', row, time: null, seconds, tag: stringOf(tag) } : NO_SECONDS,
  CTE: ([, tag], row) => ({ kind: 'delay-over', row, time: null, tag: stringOf(tag) }),
  KL: ([, seconds], row) => (isSeconds(seconds) ? { kind: 'fail-after', row, time: null, seconds } : NO_SECONDS),
  KLE: (_, row) => ({ kind: 'failing', row, time: null }),
  TI: ([, seconds], row) => (isSeconds(seconds) ? { kind: 'close-after', row, time: null, seconds } : NO_SECONDS),
  TIE: (_, row) => ({ kind: 'closing', row, time: null }),
};

export function rowOfEntry(entry: unknown, row: number): Row {
  if (!Array.isArray(entry)) return damaged(entry, row, 'not a list', 'both');
  const kind: unknown = entry[0];
  const reading = typeof kind === 'string' && Object.hasOwn(READINGS, kind) ? READINGS[kind] : undefined;
  if (!reading) return damaged(entry, row, `unknown kind of row ${shown(kind)}`, 'both');
  const read = reading(entry, row);
  return typeof read === 'string' ? damaged(entry, row, read, LOSSES[String(kind)] ?? null) : read;
}

/** What is lost with a row of octets; the others hold none. */
const LOSSES: Readonly<Record<string, Direction>> = { RO: 'rx', TO: 'tx' };

function damaged(entry: unknown, row: number, why: string, loses: DamagedRow['loses']): Row {
  return { kind: 'damaged', row, time: null, text: shown(entry), why, loses };
}

const SHOWN = 200;
const SHOWN_DEPTH = 32;

/** The value as it stands in the log; of a long one, the beginning. */
function shown(value: unknown): string {
  if (!isShallow(value, SHOWN_DEPTH)) return '(lists within lists, too deep to be shown)';
  return (JSON.stringify(value) ?? '').slice(0, SHOWN);
}

function octetsRow(direction: Direction, entry: readonly unknown[], row: number): Row | string {
  const [length, shown] = Array.isArray(entry[1]) ? entry[1] : [];
  // No suite writes null: it is what a page does not tell.
  if ((!isCount(length) && length !== null) || typeof shown !== 'string') return 'octets need a length and hex digits';
  const hex = shown.endsWith(' ...') ? shown.slice(0, -4) : shown;
  const known = octetsFromHex(hex);
  if (!known) return hex.length % 2 === 1 ? 'odd number of hex digits' : 'a digit that is not hex';
  if (length === null) {
    const octets = { length: known.length, known, exact: false };
    return { kind: 'octets', row, time: null, direction, octets, sync: entry[2] === true };
  }
  if (known.length > length) return `${known.length} octets shown of a row of ${length}`;
  return { kind: 'octets', row, time: null, direction, octets: cutOctets(known, length), sync: entry[2] === true };
}

interface FrameEntry {
  readonly opcode: unknown;
  readonly fin: unknown;
  readonly rsv: unknown;
  readonly masked: boolean;
  readonly mask: unknown;
  readonly repeat: unknown;
  readonly chopSize: unknown;
  readonly sync: unknown;
}

function frameRow(direction: Direction, shown: unknown, fields: FrameEntry, row: number): Row | string {
  const [length, text] = Array.isArray(shown) ? shown : [];
  if (!isCount(length) || typeof text !== 'string') return 'a frame needs a length and a payload';
  if (!isCount(fields.opcode) || typeof fields.fin !== 'boolean' || !isCount(fields.rsv)) {
    return 'a frame needs opcode, FIN and RSV';
  }
  if (fields.opcode > 15 || fields.rsv > 7) return 'opcode above 15, or RSV above 7';
  if (fields.mask !== null && fields.mask !== undefined && !isMaskingKey(fields.mask)) {
    return 'a masking key is eight hex digits';
  }
  return {
    kind: 'frame',
    row,
    time: null,
    direction,
    opcode: fields.opcode,
    fin: fields.fin,
    rsv: fields.rsv,
    masked: fields.masked,
    maskingKey: isMaskingKey(fields.mask) ? fields.mask.toLowerCase() : null,
    length,
    payload: payloadOfJsonText(text, length),
    repeat: isCount(fields.repeat) ? fields.repeat : null,
    chopSize: isCount(fields.chopSize) ? fields.chopSize : null,
    sync: fields.sync === true,
  };
}
