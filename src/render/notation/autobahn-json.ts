// Autobahn's JSON: a case report, printed as a suite prints it.

import { hexOf } from '../../model/octets.ts';
import { payloadText } from '../../model/payload-text.ts';
import { type Direction, type FrameRow, type LogHeader, lengthOfRow, type Row } from '../../model/row.ts';
import { exactNumber } from '../exact-number.ts';
import { asciiJson } from '../json.ts';
import type { Notation } from './notation.ts';

export function jsonNotation(): Notation {
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
  return asciiJson(value, 3).replaceAll('\n', `\n${' '.repeat(indent)}`);
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
