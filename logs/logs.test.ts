import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Annotator, annotate } from '../src/judge/annotate.ts';
import type { AnnotatedRow } from '../src/judge/annotation.ts';
import { formatOf } from '../src/ingest/formats.ts';
import { textRenderer } from '../src/render/annotate/text.ts';
import { type CaseJudge, judgeCase } from '../src/judge/verdict/case.ts';

const FOLDER = import.meta.dirname;
const NOT_LOGS = /\.(?:annotated|md|ts)$|^suite$/;

function annotated(name: string): string {
  const text = readFileSync(join(FOLDER, name), 'latin1');
  const renderer = textRenderer({ color: false, violationsOnly: false, hexdump: null });
  let header = '';
  let log: { readonly annotator: Annotator; readonly judge: CaseJudge; readonly rows: AnnotatedRow[] } | null = null;
  const format = formatOf(text);
  if (!format) throw new Error(`${name}: no format`);
  const reader = format.read(name, {
    header: (next) => {
      log = { annotator: annotate(next), judge: judgeCase(next), rows: [] };
      header = renderer.begin(next, null);
    },
    row: (row) => log?.rows.push(...log.annotator.push(row)),
  });
  reader.push(text);
  reader.end();
  if (log === null) throw new Error(`${name}: no log in it`);
  const { annotator, judge, rows } = log as NonNullable<typeof log>;
  const { rows: last, summary } = annotator.end();
  rows.push(...last);
  for (const row of rows) judge.row(row);
  const end = renderer.end(summary, judge.end(summary, annotator.connection));
  return [header, ...rows.map(renderer.row), end].join('');
}

describe('the sample logs', () => {
  const names = readdirSync(FOLDER).filter((name) => !NOT_LOGS.test(name));

  it('are there', () => {
    expect(names.length).toBeGreaterThan(4);
  });

  it.each(names)('%s is annotated as its golden output says', async (name) => {
    await expect(annotated(name)).toMatchFileSnapshot(join(FOLDER, `${name}.annotated`));
  });
});
