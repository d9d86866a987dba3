// A case report is written as JSON and as a page. Both are judged alike, but for what the page does not hold.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readAutobahnHtml } from '../../ingest/autobahn/html.ts';
import { readAutobahnJson } from '../../ingest/autobahn/json.ts';
import { readLog } from '../../ingest/read-log.fixture.ts';
import { annotate } from '../annotate.ts';
import { judgeCase } from './case.ts';

const DATA = new URL('../../../../shared/data/public/', import.meta.url);

function judged(reader: typeof readAutobahnJson, text: string) {
  const { headers, rows } = readLog(reader, text, 1 << 20);
  const [header] = headers;
  if (!header) throw new Error('no log');
  const annotator = annotate(header);
  const judge = judgeCase(header);
  const all = rows.flatMap((row) => annotator.push(row));
  const { rows: last, summary } = annotator.end();
  for (const row of [...all, ...last]) judge.take(row);
  const found = [...all, ...last].flatMap(({ annotations }) =>
    annotations
      .filter(({ rule, severity }) => !rule.startsWith('log/') && severity !== 'note')
      .map(({ rule, severity, by, row, certainty }) => `${row} ${severity} ${rule} ${by} ${certainty}`),
  );
  return { found, verdict: judge.end(summary, annotator.connection).verdict };
}

it.skipIf(!existsSync(DATA))('a page is judged as its JSON is', { timeout: 120_000 }, () => {
  const all = readdirSync(DATA, { recursive: true, encoding: 'utf8' });
  const names = all.filter(
    (name) => /_case_[\d_]+\.html$/.test(name) && existsSync(new URL(name.replace(/html$/, 'json'), DATA)),
  );
  const counts = { same: 0, untold: 0 };
  for (const name of names) {
    const page = judged(readAutobahnHtml, readFileSync(new URL(name, DATA), 'latin1'));
    const json = judged(readAutobahnJson, readFileSync(new URL(name.replace(/html$/, 'json'), DATA), 'latin1'));
    expect([name, ...page.found]).toEqual([name, ...json.found]);
    const [told, due] = [page.verdict.derived?.behavior ?? null, json.verdict.derived?.behavior ?? null];
    if (told === null && due !== null) counts.untold++;
    else {
      expect([name, told]).toEqual([name, due]);
      counts.same++;
    }
  }
  // Cases that a close may decide, of which the page does not say what is expected.
  expect(counts.untold / names.length).toBeLessThan(0.15);
});
