// `annotate --format html`: every log as an attachment shows it, all on one page. A page is laid out by what decides, so
// each log is held until its end. Nothing is hidden here, as in the other forms of `annotate`: that is for `attach`.

import type { AnnotatedRow, Annotation } from '../annotation.ts';
import { describeLog } from '../attach/attachment.ts';
import type { JudgedLog } from '../attach/judged-log.ts';
import type { Connection } from '../protocol/connection.ts';
import { NO_VERDICT } from '../verdict.ts';
import { type CaseJudge, judgeCase } from '../verdict-case.ts';
import { logArticle, pageBegin, pageEnd } from './attach-html.ts';
import type { Renderer, RenderOptions } from './renderers.ts';

declare const WIRELOG_VERSION: string;

interface Open {
  readonly connection: Connection | null;
  readonly judge: CaseJudge;
  readonly rows: AnnotatedRow[];
}

export function htmlRenderer({ violationsOnly }: RenderOptions): Renderer {
  const version = typeof WIRELOG_VERSION === 'undefined' ? '0.0.0' : WIRELOG_VERSION;
  let open: Open | null = null;
  let logs = 0;
  return {
    head: () => pageBegin('Annotated wire logs'),
    begin: (header, connection) => {
      open = { connection, judge: judgeCase(header), rows: [] };
      return '';
    },
    row: (annotated) => {
      open?.judge.row(annotated);
      open?.rows.push(annotated);
      return '';
    },
    late: (annotation) => {
      placeLate(open?.rows ?? [], annotation);
      return '';
    },
    end: (summary) => {
      if (!open) return '';
      const { connection, judge, rows: annotated } = open;
      const verdict = connection ? judge.end(summary, connection).verdict : NO_VERDICT;
      const rows = annotated.map(({ row }) => row);
      const judged: JudgedLog = {
        header: summary.header,
        rows,
        annotated,
        summary,
        connection: connection ?? UNKNOWN,
        verdict,
      };
      const made = { redactions: null, lost: [], minimised: null, file: null, version };
      // Rows without annotations are left out of the page, never of the log in it.
      const selection = violationsOnly
        ? annotated.filter((row) => row.annotations.length > 0).map(({ row }) => [row.row, row.row] as const)
        : null;
      return logArticle(describeLog(judged, { ...made, rows: selection }), logs++ === 0 ? '' : `log${logs}-`);
    },
    tail: () => pageEnd(version),
  };
}

const UNKNOWN: JudgedLog['connection'] = { request: null, response: null, deflate: null };

function placeLate(rows: readonly AnnotatedRow[], annotation: Annotation): void {
  rows.findLast(({ row }) => row.row === annotation.row)?.annotations.push(annotation);
}
