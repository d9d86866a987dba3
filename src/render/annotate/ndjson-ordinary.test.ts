// The record of an ordinary row, written from its columns, is that of the row made as an object.

import { describe, expect, it } from 'vitest';
import { judgeInColumns } from '../../judge/judge.ts';
import { Stretch } from '../../judge/ordinary-row.ts';
import { wholeOctets } from '../../model/octets.ts';
import { bareHeader, type LogHeader, type OctetsRow } from '../../model/row.ts';
import { RowBatch } from '../../model/row-batch.ts';
import { chanceOf } from '../../model/wire-frame.fixture.ts';
import { OctetWriter } from '../octet-writer.ts';
import { ndjsonRenderer } from './ndjson.ts';

const HEADER: LogHeader = { ...bareHeader('log', 'rows'), writer: 'server', extensions: 'none' };

function rowsOf(payloads: readonly Buffer[], isMasked: boolean): OctetsRow[] {
  const chance = chanceOf(5);
  return payloads.map((payload, row) => {
    const key = isMasked ? Array.from({ length: 4 }, () => chance(256)) : [];
    const { length } = payload;
    const size = length > 125 ? [126, length >> 8, length & 255] : [length];
    const head = [0x81, (size[0] as number) | (isMasked ? 0x80 : 0), ...size.slice(1), ...key];
    const wire = isMasked ? payload.map((octet, at) => octet ^ (key[at & 3] as number)) : payload;
    const octets = wholeOctets(Buffer.concat([Buffer.from(head), wire]));
    return {
      kind: 'octets',
      row,
      time: row % 3 === 0 ? row / 8 : null,
      direction: isMasked ? 'rx' : 'tx',
      octets,
      sync: false,
    };
  });
}

function recordsOf(rows: readonly OctetsRow[], asksAlways: boolean) {
  const stream = judgeInColumns(HEADER, { asksAlways });
  const batch = new RowBatch(1 << 20, rows.length);
  for (const row of rows) batch.push(row);
  const judged = [...stream.pushBatch(batch), ...stream.end().rows];
  const renderer = ndjsonRenderer({ color: false, violationsOnly: false, hexdump: null });
  const to = new OctetWriter(1);
  let ordinary = 0;
  for (const rows of judged) {
    renderer.rowOctets?.(rows, to);
    if (rows instanceof Stretch) ordinary += rows.to - rows.from;
  }
  return { text: to.written.toString(), ordinary };
}

describe('records of ordinary rows', () => {
  it.each([false, true])('are those of any row, whatever text they hold (masked: %s)', (isMasked) => {
    const ascii = Array.from({ length: 0x80 }, (_, octet) => String.fromCharCode(octet));
    const long = ['"', '\\', '\n', 'x', 'ü'].map((text) => text.repeat(9000));
    const late = ['\u{1f388}', '\u2028', 'é"'].map((text) => `${'x'.repeat(4095)}${text}${'"'.repeat(60)}`);
    const texts = ['', ...ascii, ascii.join(''), '\u202e', ...long, ...late];
    const rows = rowsOf(
      texts.map((text) => Buffer.from(text)),
      isMasked,
    );
    const [made, ordinary] = [recordsOf(rows, true), recordsOf(rows, false)];
    expect(ordinary.text).toBe(made.text);
    expect(made.ordinary).toBe(0);
    expect(ordinary.ordinary).toBeGreaterThan(texts.length / 2);
  });
});
