// What is written of ordinary rows from their columns is what the row makes as an object.

import { describe, expect, it } from 'vitest';
import { readRows } from '../../ingest/text/rows.ts';
import { judgeInColumns } from '../../judge/judge.ts';
import { type MadeLog, madeLog } from '../../judge/ordinary.fixture.ts';
import { type RowOrStretch, rowsOf, Stretch } from '../../judge/ordinary-row.ts';
import { bareHeader, type LogHeader, type Row } from '../../model/row.ts';
import { octetsOfRow, RowBatch } from '../../model/row-batch.ts';
import { chanceOf } from '../../model/wire-frame.fixture.ts';
import { OctetWriter } from '../octet-writer.ts';
import { textRenderer } from './text.ts';

function judged({ header, rows }: MadeLog): { readonly header: LogHeader; readonly rows: readonly RowOrStretch[] } {
  const stream = judgeInColumns(header);
  const batch = new RowBatch(
    rows.reduce((sum, row) => sum + octetsOfRow(row), 0),
    rows.length,
  );
  for (const row of rows) batch.push(row);
  return { header, rows: [...stream.pushBatch(batch), ...stream.end().rows] };
}

/** How many of them were ordinary. */
function compare(log: MadeLog, options: { color: boolean; violationsOnly: boolean }): number {
  const { header, rows } = judged(log);
  const renderer = textRenderer({ ...options, hexdump: null });
  renderer.begin(header, null);
  let ordinary = 0;
  for (const some of rows) {
    const to = new OctetWriter(1);
    renderer.rowOctets?.(some, to);
    expect(to.written.toString()).toBe(rowsOf([some]).map(renderer.row).join(''));
    if (some instanceof Stretch) ordinary += some.to - some.from;
  }
  return ordinary;
}

const FORMS = [
  { color: false, violationsOnly: false },
  { color: true, violationsOnly: false },
  { color: false, violationsOnly: true },
];

/** A client's frame, and the log's row for it where there is one. */
function logOf(payloads: readonly (readonly [opcode: 1 | 2, payload: Buffer])[], isMasked: boolean): MadeLog {
  const chance = chanceOf(3);
  const lines = payloads.map(([opcode, payload]) => {
    const own = Array.from({ length: 4 }, () => chance(256));
    const wire = isMasked ? payload.map((octet, at) => octet ^ (own[at & 3] as number)) : payload;
    const head = [0x80 | opcode, (isMasked ? 0x80 : 0) | payload.length, ...(isMasked ? own : [])];
    return `${isMasked ? 'RX' : 'TX'} OCTETS: ${Buffer.concat([Buffer.from(head), wire]).toString('hex')}`;
  });
  const rows: Row[] = [];
  let header: LogHeader = bareHeader('log', 'rows');
  const reader = readRows('log', {
    header: (own) => {
      header = own;
    },
    row: (row) => void rows.push(row),
  });
  const text = [
    '# writer: server',
    '# extensions: none',
    ...lines.map((line, i) => `${String(i).padStart(3, '0')} ${line}`),
  ];
  reader.push(`${text.join('\n')}\n`);
  reader.end();
  return { header, rows };
}

describe('lines of ordinary rows', () => {
  it.each(FORMS)('are those of any row, in made-up logs ($color, $violationsOnly)', (form) => {
    let ordinary = 0;
    for (let seed = 0; seed < 40; seed++) ordinary += compare(madeLog(seed), form);
    expect(ordinary).toBeGreaterThan(100);
  });

  it.each([false, true])('are those of any row, whatever they hold (masked: %s)', (isMasked) => {
    const texts = ['', 'a', 'back\\slash', 'tab\t and\nmore', '\u001b[31m', 'grün', '\u{1f388}', '"', '\u202e', '\x7f'];
    const around = [59, 60, 61].map((length) => 'x'.repeat(length));
    // The sixtieth octet is inside a character.
    const cut = `${'x'.repeat(59)}ü`;
    const payloads = [...texts, ...around, cut].flatMap((text) => {
      const octets = Buffer.from(text);
      return [[1, octets] as const, [2, octets] as const, [2, Buffer.concat([octets, Buffer.of(0x80, 0)])] as const];
    });
    for (const form of FORMS) expect(compare(logOf(payloads, isMasked), form)).toBeGreaterThan(payloads.length / 2);
  });
});
