import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { annotateRows } from '../conversation.fixture.ts';
import { readAutobahnJson } from '../ingest/autobahn-json.ts';
import type { LogReader, LogSink } from '../ingest/reader.ts';
import { readRows } from '../ingest/rows.ts';
import type { LogHeader, Row } from '../row.ts';
import { notationOf } from './notations.ts';

const DATA = new URL('../../../shared/data/public/', import.meta.url);
const isThere = existsSync(DATA);

type Report = Record<string, unknown> & { readonly wirelog: readonly (readonly unknown[])[] };

interface Log {
  readonly header: LogHeader;
  readonly rows: readonly Row[];
}

function read(reader: (source: string, sink: LogSink) => LogReader, text: string): Log {
  let header: LogHeader | null = null;
  const rows: Row[] = [];
  const log = reader('x', {
    header: (next) => {
      header = next;
    },
    row: (row) => void rows.push(row),
  });
  log.push(Buffer.from(text, 'utf8').toString('latin1'));
  log.end();
  if (!header) throw new Error('no header');
  return { header, rows };
}

function write({ header, rows }: Log, id: 'rows' | 'autobahn-json'): string {
  const notation = notationOf(id);
  return [notation.header(header), ...rows.map((row) => notation.row(row)), notation.end()].join('');
}

/** Without what the text notation has no place for: whether a write came from the send queue. */
function comparable(report: Report): unknown {
  const wirelog = report.wirelog.map((entry) => (entry[0] === 'TO' ? entry.slice(0, 2) : entry));
  return { ...report, wirelog };
}

function annotationsOf({ header, rows }: Log): unknown {
  const { annotations, summary } = annotateRows(header, rows);
  const { header: _, ...counts } = summary;
  return { annotations, counts };
}

describe.skipIf(!isThere)('the public logs (skipped where ../shared/data is absent)', () => {
  const names = isThere
    ? readdirSync(DATA, { recursive: true, encoding: 'utf8' }).filter((name) => /_case_[\d_]+\.json$/.test(name))
    : [];

  it('lose nothing on the way to the text notation and back, and are judged alike in both', () => {
    const wrong: string[] = [];
    for (const [i, name] of names.entries()) {
      const text = readFileSync(new URL(name, DATA), 'utf8');
      const json = read(readAutobahnJson, text);
      const rows = write(json, 'rows');
      const back = read(readRows, rows);
      const report = JSON.parse(write(back, 'autobahn-json')) as Report;
      if (!isDeepStrictEqual(comparable(report), comparable(JSON.parse(text) as Report))) wrong.push(`${name}: report`);
      if (write(back, 'rows') !== rows) wrong.push(`${name}: text`);
      if (i % 5 === 0 && !isDeepStrictEqual(annotationsOf(back), annotationsOf(json)))
        wrong.push(`${name}: annotations`);
    }
    expect(wrong).toEqual([]);
    expect(names.length).toBe(2328);
  });
});
