// A log in the text notation through the pipeline into one of the output forms of `annotate`.

import { readRows } from '../../ingest/text/rows.ts';
import type { AnnotatedRow } from '../../judge/annotation.ts';
import { type Judge, judge } from '../../judge/judge.ts';
import { RENDERERS } from './forms.ts';
import type { RenderOptions } from './renderer.ts';

/** Nothing is agreed, and both sides are under test. */
export const BARE = '# writer: server\n# extensions: none\n';

export function renderLog(id: string, log: string, rest: Partial<RenderOptions> = {}): string {
  const entry = RENDERERS.find((one) => one.id === id);
  if (!entry) throw new Error(`no form ${id}`);
  const renderer = entry.open({ color: false, violationsOnly: false, hexdump: null, ...rest });
  const parts = [renderer.head?.() ?? ''];
  let stream: Judge | null = null;
  const show = (rows: readonly AnnotatedRow[]) => void parts.push(...rows.map(renderer.row));
  const reader = readRows('logs/made.log', {
    header: (header) => {
      stream = judge(header);
      parts.push(renderer.begin(header, stream.connection));
    },
    row: (row) => show(stream?.push(row) ?? []),
  });
  reader.push(Buffer.from(log, 'utf8').toString('latin1'));
  reader.end();
  const ended = (stream as Judge | null)?.end();
  show(ended?.rows ?? []);
  if (ended) parts.push(renderer.end(ended.summary, ended.judged));
  return [...parts, renderer.tail?.() ?? ''].join('');
}
