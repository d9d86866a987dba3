import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Annotator, annotate } from '../src/annotate.ts';
import { formatOf } from '../src/ingest/formats.ts';
import { textRenderer } from '../src/render/text.ts';

const FOLDER = import.meta.dirname;
const NOT_LOGS = /\.(?:annotated|md|ts)$/;

function annotated(name: string): string {
  const text = readFileSync(join(FOLDER, name), 'latin1');
  const renderer = textRenderer({ color: false, violationsOnly: false, hexdump: null });
  const parts: string[] = [];
  let annotator: Annotator | null = null;
  const format = formatOf(text);
  if (!format) throw new Error(`${name}: no format`);
  const reader = format.read(name, {
    header: (header) => {
      annotator = annotate(header);
      parts.push(renderer.begin(header, null));
    },
    row: (row) => parts.push(...(annotator?.push(row) ?? []).map(renderer.row)),
  });
  reader.push(text);
  reader.end();
  const ending = (annotator as Annotator | null)?.end();
  if (!ending) throw new Error(`${name}: no log in it`);
  return [...parts, ...ending.rows.map(renderer.row), renderer.end(ending.summary)].join('');
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
