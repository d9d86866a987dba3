// A log in the text notation through the pipeline into one of the output forms of `annotate`.

import { readRows } from '../../ingest/text/rows.ts';
import { type Annotator, annotate } from '../../judge/annotate.ts';
import type { AnnotatedRow } from '../../judge/annotation.ts';
import { type CaseJudge, judgeCase } from '../../judge/verdict/case.ts';
import { RENDERERS } from './forms.ts';
import type { RenderOptions } from './renderer.ts';

/** Nothing is agreed, and both sides are under test. */
export const BARE = '# writer: server\n# extensions: none\n';

export function renderLog(id: string, log: string, rest: Partial<RenderOptions> = {}): string {
  const entry = RENDERERS.find((one) => one.id === id);
  if (!entry) throw new Error(`no form ${id}`);
  const renderer = entry.open({ color: false, violationsOnly: false, hexdump: null, ...rest });
  const parts = [renderer.head?.() ?? ''];
  let annotator: Annotator | null = null;
  let judge: CaseJudge | null = null;
  const show = (rows: readonly AnnotatedRow[]) => {
    for (const row of rows) {
      judge?.row(row);
      parts.push(renderer.row(row));
    }
  };
  const reader = readRows('logs/made.log', {
    header: (header) => {
      annotator = annotate(header);
      judge = judgeCase(header);
      parts.push(renderer.begin(header, annotator.connection));
    },
    row: (row) => show(annotator?.push(row) ?? []),
  });
  reader.push(Buffer.from(log, 'utf8').toString('latin1'));
  reader.end();
  const done = annotator as Annotator | null;
  const { rows, summary } = done?.end() ?? { rows: [], summary: null };
  const judging = judge as CaseJudge | null;
  show(rows);
  if (summary && done) parts.push(renderer.end(summary, judging?.end(summary, done.connection) ?? null));
  return [...parts, renderer.tail?.() ?? ''].join('');
}
