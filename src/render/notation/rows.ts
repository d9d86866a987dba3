// The text notation: `# key: value` lines, then a row a line, as a report page has them.

import { isUtf8 } from 'node:buffer';
import { hexOf, hidesCharacters, isWhole, latin1Of } from '../../model/octets.ts';
import { payloadText } from '../../model/payload-text.ts';
import { type FrameRow, type LogHeader, lengthOfRow, type OctetsRow, type Row } from '../../model/row.ts';
import { asciiJson } from '../json.ts';
import type { Notation } from './notation.ts';

const INDENT = ' '.repeat(15);
const SHOWN_ELSEWHERE = new Set(['agent', 'id', 'started', 'case']);

const MISSING = /^rows? \d+(?: to \d+)? (?:is|are) missing$/;

export function rowsNotation(): Notation {
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

/** Octets of a full line of a report page. One that begins a head may have lost the rest: its length is written too. */
const FULL_LINE = 50;
const BEGINS_HEAD = /^(?:GET |HTTP)/;

function octetsText({ direction, octets }: OctetsRow): string {
  const { known, length } = octets;
  const isHalfHead = length === FULL_LINE && BEGINS_HEAD.test(latin1Of(known.subarray(0, 4)));
  const cut = isWhole(octets) ? (isHalfHead ? ` LEN=${length}` : '') : octets.exact ? ` ... LEN=${length}` : ' ...';
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
  const shown = payloadText(payload);
  const octets = Buffer.from(shown, 'latin1');
  const text = octets.toString();
  const hasSafeEnds = /^[\x21-\x7e\x80-\xff](?:[\x20-\x7e\x80-\xff]*[\x21-\x7e])?$/.test(shown);
  const isSafe = hasSafeEnds && isUtf8(octets) && !hidesCharacters(text);
  const ellipsis = payload.length > 60 && payload.known.length <= 64 ? ' ...' : '';
  return `\n${INDENT}${isSafe ? text : `0x${hexOf(payload.known)}${ellipsis}`}`;
}
