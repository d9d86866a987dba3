// Logs written as logs again: the text notation, and Autobahn's JSON.

import { isUtf8 } from 'node:buffer';
import { hexOf, isWhole } from '../model/octets.ts';
import { payloadText } from '../model/payload-text.ts';
import { type Direction, type FrameRow, type LogHeader, lengthOfRow, type OctetsRow, type Row } from '../model/row.ts';
import { exactNumber } from './exact-number.ts';
import type { NotationId } from './form-names.ts';

export interface Notation {
  header(header: LogHeader): string;
  row(row: Row): string;
  end(): string;
}

const NOTATIONS: Readonly<Record<NotationId, () => Notation>> = { rows: rowsNotation, 'autobahn-json': jsonNotation };

export function notationOf(id: NotationId): Notation {
  return NOTATIONS[id]();
}

// ---- the text notation

const INDENT = ' '.repeat(15);
const SHOWN_ELSEWHERE = new Set(['agent', 'id', 'started', 'case']);

const MISSING = /^rows? \d+(?: to \d+)? (?:is|are) missing$/;

function rowsNotation(): Notation {
  let last = -1;
  return {
    header: (header) => `${headerLines(header).join('\n')}\n`,
    row: (row) => {
      // The numbers of the rows tell it again.
      if (row.kind === 'damaged' && row.text === '' && MISSING.test(row.why)) return '\n';
      // Damage beside a row, which has its number, is written without one.
      const isBeside = row.kind === 'damaged' && row.row <= last;
      last = Math.max(last, row.row);
      const number = isBeside ? '' : `${String(row.row).padStart(3, '0')} `;
      const [first, ...rest] = rowText(row).split('\n');
      const time = row.time === null ? '' : ` @${timeText(row.time)}`;
      return `${[`${number}${first}${time}`, ...rest].join('\n')}\n`;
    },
    end: () => '',
  };
}

/** Without the exponent that very short times are printed with. */
function timeText(seconds: number): string {
  const text = String(seconds);
  return text.includes('e') ? seconds.toFixed(20) : text;
}

function headerLines(header: LogHeader): string[] {
  const { report, unlogged } = header;
  const facts: [string, unknown][] = [
    ['writer', header.writer],
    ['under-test', header.underTest === 'both' ? null : header.underTest],
    ['agent', header.agent],
    ['case', header.case],
    ['started', header.started],
    ['extensions', header.extensions],
    ['frames-from-rows', header.framesFromRows?.join(' ') ?? null],
    ['heads-from', header.headsAsText ? 'text' : null],
    ['unlogged-rx', unlogged?.rx ?? null],
    ['unlogged-tx', unlogged?.tx ?? null],
    ['connection', header.connection ? asciiJson(header.connection) : null],
    ['tap', header.isTap ? true : null],
  ];
  if (report === null) facts.push(['request', header.request], ['response', header.response]);
  const lines = facts
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `# ${key}: ${key === 'connection' ? value : plainValue(value)}`);
  if (header.notes) lines.push(`# notes: ${asciiJson(header.notes)}`);
  for (const [key, value] of Object.entries(report ?? {})) {
    if (key === 'case') lines.push(`# case-number: ${asciiJson(value)}`);
    else if (!SHOWN_ELSEWHERE.has(key)) lines.push(`# ${key}: ${asciiJson(value)}`);
  }
  return ['# wirelog 1', ...lines];
}

/** As it is where it reads back as it is, else as JSON. */
function plainValue(value: unknown): string {
  const text = String(value);
  if (typeof value !== 'string') return text;
  const isPlain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !/^["[{]/.test(text);
  return isPlain ? text : asciiJson(text);
}

function asciiJson(value: unknown): string {
  return ascii(JSON.stringify(value));
}

function ascii(text: string): string {
  return text.replace(/[\x7f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function rowText(row: Row): string {
  switch (row.kind) {
    case 'damaged':
      return `DAMAGED LOSES=${row.loses ?? 'none'} ${asciiJson([row.why, row.text])}`;
    case 'octets':
      return octetsText(row);
    case 'frame':
      return frameText(row);
    case 'delay':
      return `DELAY ${seconds(row.seconds)} for TAG ${tagText(row.tag)}`;
    case 'delay-over':
      return `DELAY TIMEOUT on TAG ${tagText(row.tag)}`;
    case 'fail-after':
      return `FAIL CONNECTION AFTER ${seconds(row.seconds)}`;
    case 'failing':
      return 'FAILING CONNECTION';
    case 'close-after':
      return `CLOSE CONNECTION AFTER ${seconds(row.seconds)}`;
    case 'closing':
      return 'CLOSING CONNECTION';
    case 'log-off':
      return 'WIRELOG DISABLED';
    case 'log-on':
      return 'WIRELOG ENABLED';
    case 'tcp-drop':
      return `TCP ${row.reset ? 'RESET' : 'DROPPED'} BY ${row.by === 'writer' ? 'ME' : 'PEER'}`;
  }
}

/** A tag that says None, or ends as a row with a time does, is quoted too. */
function tagText(tag: string | null): string {
  if (tag === null) return 'None';
  return tag === 'None' || tag.includes('@') ? asciiJson(tag) : plainValue(tag);
}

function seconds(count: number): string {
  return `${count.toFixed(6)} sec`;
}

function octetsText({ direction, octets }: OctetsRow): string {
  const cut = isWhole(octets) ? '' : octets.exact ? ` ... LEN=${octets.length}` : ' ...';
  return `${direction.toUpperCase()} OCTETS: ${hexOf(octets.known)}${cut}`;
}

function frameText(row: FrameRow): string {
  const mask = row.maskingKey ?? 'None';
  // Without the field a payload of unknown length stands below, perhaps of nothing but blanks.
  const isNeitherKnown = row.length === null && row.payload === null;
  const length = isNeitherKnown ? 'PAYLOAD-LEN=None, ' : row.length === null ? '' : `PAYLOAD-LEN=${lengthOfRow(row)}, `;
  const common = `OPCODE=${row.opcode}, FIN=${yes(row.fin)}, RSV=${row.rsv}, ${length}`;
  const hidden = row.maskUnknown ? 'MASKED=None, ' : row.masked && row.maskingKey === null ? 'MASKED=True, ' : '';
  const own =
    row.direction === 'rx'
      ? `MASKED=${row.maskUnknown ? 'None' : yes(row.masked)}, MASK=${mask}`
      : `${hidden}MASK=${mask}, PAYLOAD-REPEAT-LEN=${row.repeat ?? 'None'}, CHOPSIZE=${row.chopSize ?? 'None'}, SYNC=${yes(row.sync)}`;
  return `${row.direction.toUpperCase()} FRAME : ${common}${own}${payloadLine(row)}`;
}

function yes(value: boolean): string {
  return value ? 'True' : 'False';
}

/** Payload text that would not survive on a line of its own is written as hex: the length tells the two apart. */
function payloadLine({ payload }: FrameRow): string {
  if (!payload || payload.known.length === 0) return '';
  // A library shows less than a suite does: the hex with its ellipsis says that it is the beginning.
  if (payload.known.length < Math.min(payload.length, 64)) return `\n${INDENT}0x${hexOf(payload.known)} ...`;
  const text = payloadText(payload);
  const isSafe =
    /^[\x21-\x7e\x80-\xff](?:[\x20-\x7e\x80-\xff]*[\x21-\x7e])?$/.test(text) && isUtf8(Buffer.from(text, 'latin1'));
  const ellipsis = payload.length > 60 && payload.known.length <= 64 ? ' ...' : '';
  return `\n${INDENT}${isSafe ? Buffer.from(text, 'latin1').toString('utf8') : `0x${hexOf(payload.known)}${ellipsis}`}`;
}

// ---- Autobahn's JSON

function jsonNotation(): Notation {
  let before = ''; // what stands before the next row
  let isDropTold = false;
  let drop: boolean | null = null; // where only the end of the log tells it
  return {
    header: (header) => {
      const report = reportOf(header);
      isDropTold = typeof report['droppedByMe'] === 'boolean';
      before = '\n      ';
      const members = Object.entries(report)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => `   ${JSON.stringify(key)}: ${indentedJson(value, 3)},\n`);
      return `{\n${members.join('')}   "wirelog": [`;
    },
    row: (row) => {
      if (row.kind === 'tcp-drop') {
        if (!isDropTold) drop ??= row.by === 'writer';
        return '';
      }
      const text = `${before}${indentedJson(entryOf(row), 6)}`;
      before = ',\n      ';
      return text;
    },
    end: () => `${before.startsWith(',') ? '\n   ' : ''}]${drop === null ? '' : `,\n   "droppedByMe": ${drop}`}\n}`,
  };
}

/** As a suite prints it: ASCII, three blanks a level. */
function indentedJson(value: unknown, indent: number): string {
  return ascii(JSON.stringify(value, null, 3).replaceAll('\n', `\n${' '.repeat(indent)}`));
}

/** What a report needs so that it can be read back. */
function reportOf({ report, agent, case: id, started, writer, request, response }: LogHeader): Record<string, unknown> {
  const own = { agent, id, started, httpRequest: request ?? '?', httpResponse: response ?? '?' };
  return { ...own, ...(writer === null ? {} : { isServer: writer === 'server' }), ...report };
}

const CODES: Readonly<Record<Direction, string>> = { rx: 'R', tx: 'T' };

function entryOf(row: Exclude<Row, { kind: 'tcp-drop' }>): unknown[] {
  switch (row.kind) {
    case 'octets': {
      const { length, known, exact } = row.octets;
      const hex = `${hexOf(known)}${!exact || (length > 60 && known.length <= 64) ? ' ...' : ''}`;
      return [`${CODES[row.direction]}O`, [exact ? length : null, hex], ...(row.direction === 'tx' ? [row.sync] : [])];
    }
    case 'frame':
      return frameEntry(row);
    case 'delay':
      return ['CT', row.seconds, row.tag];
    case 'delay-over':
      return ['CTE', row.tag];
    case 'fail-after':
      return ['KL', row.seconds];
    case 'failing':
      return ['KLE'];
    case 'close-after':
      return ['TI', row.seconds];
    case 'closing':
      return ['TIE'];
    case 'log-off':
      return ['WLM', false];
    case 'log-on':
      return ['WLM', true];
    case 'damaged':
      return ['?', row.text, row.why];
  }
}

function frameEntry(row: FrameRow): unknown[] {
  const { direction, opcode, fin, rsv, masked, maskingKey, payload, repeat, chopSize, sync } = row;
  const length = exactNumber(lengthOfRow(row) ?? payload?.length ?? 0);
  const shown = [length, payload ? looseText(payloadText(payload)) : ''];
  if (direction === 'rx') return ['RF', shown, opcode, fin, rsv, masked, maskingKey];
  return ['TF', shown, opcode, fin, rsv, maskingKey, repeat, chopSize, sync];
}

/** Octets of Python 2's UTF-8 as a string, surrogates kept as they are. */
function looseText(latin1: string): string {
  const octets = Buffer.from(latin1, 'latin1');
  let text = '';
  let from = 0;
  for (let at = 0; at + 2 < octets.length; at++) {
    if (octets[at] !== 0xed || (octets[at + 1] as number) < 0xa0) continue;
    text += octets.toString('utf8', from, at);
    text += String.fromCharCode(0xd000 | (((octets[at + 1] as number) & 63) << 6) | ((octets[at + 2] as number) & 63));
    at += 2;
    from = at + 1;
  }
  return text + octets.toString('utf8', from);
}
