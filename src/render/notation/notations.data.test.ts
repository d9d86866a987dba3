import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readAutobahnJson } from '../../ingest/autobahn/json.ts';
import { readRows } from '../../ingest/text/rows.ts';
import { annotateRows } from '../../judge/conversation-log.fixture.ts';
import { type Log, readNotation, writeNotation } from './notations.fixture.ts';

const DATA = new URL('../../../../shared/data/public/', import.meta.url);
const isThere = existsSync(DATA);

type Report = Record<string, unknown> & { readonly wirelog: readonly (readonly unknown[])[] };

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
      const json = readNotation(readAutobahnJson, text);
      const rows = writeNotation(json, 'rows');
      const back = readNotation(readRows, rows);
      const report = JSON.parse(writeNotation(back, 'autobahn-json')) as Report;
      if (!isDeepStrictEqual(comparable(report), comparable(JSON.parse(text) as Report))) wrong.push(`${name}: report`);
      if (writeNotation(back, 'rows') !== rows) wrong.push(`${name}: text`);
      if (i % 5 === 0 && !isDeepStrictEqual(annotationsOf(back), annotationsOf(json)))
        wrong.push(`${name}: annotations`);
    }
    expect(wrong).toEqual([]);
    expect(names.length).toBe(2328);
  });
});
