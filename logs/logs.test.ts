import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatOf } from '../src/ingest/formats.ts';
import type { AnnotatedRow } from '../src/judge/annotation.ts';
import { type Judge, judge } from '../src/judge/judge.ts';
import type { LogHeader } from '../src/model/row.ts';
import { textRenderer } from '../src/render/annotate/text.ts';

const FOLDER = import.meta.dirname;
const NOT_LOGS = /\.(?:annotated|md|ts)$|^suite$/;

function annotated(name: string): string {
  const text = readFileSync(join(FOLDER, name), 'latin1');
  const renderer = textRenderer({ color: false, violationsOnly: false, hexdump: null });
  const logs: { readonly header: LogHeader; readonly judging: Judge; readonly rows: AnnotatedRow[] }[] = [];
  const format = formatOf(text);
  if (!format) throw new Error(`${name}: no format`);
  const reader = format.read(name, {
    header: (header) => void logs.push({ header, judging: judge(header), rows: [] }),
    row: (row) => {
      const log = logs.at(-1);
      log?.rows.push(...log.judging.push(row));
    },
  });
  reader.push(text);
  reader.end();
  if (logs.length === 0) throw new Error(`${name}: no log in it`);
  return logs
    .map(({ header, judging, rows }) => {
      const { rows: last, summary, judged } = judging.end();
      const all = [...rows, ...last];
      return [renderer.begin(header, null), ...all.map(renderer.row), renderer.end(summary, judged)].join('');
    })
    .join('');
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
