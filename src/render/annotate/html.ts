// `annotate --format html`: every log as an attachment shows it, all on one page. A page is laid out by what decides, so
// each log is held until its end. Nothing is hidden here, as in the other forms of `annotate`: that is for `attach`.

import { describeLog } from '../../attach/attachment.ts';
import type { JudgedLog } from '../../attach/judged-log.ts';
import type { AnnotatedRow, Annotation } from '../../judge/annotation.ts';
import { NO_VERDICT } from '../../judge/verdict/verdict.ts';
import type { LogHeader } from '../../model/row.ts';
import type { Connection } from '../../protocol/connection.ts';
import { logArticle, pageBegin, pageEnd } from '../attach/html.ts';
import type { Renderer, RenderOptions } from './renderer.ts';

declare const WIRELOG_VERSION: string;

interface Open {
  readonly header: LogHeader;
  readonly connection: Connection | null;
  readonly rows: AnnotatedRow[];
}

export function htmlRenderer({ violationsOnly }: RenderOptions): Renderer {
  const version = typeof WIRELOG_VERSION === 'undefined' ? '0.0.0' : WIRELOG_VERSION;
  let open: Open | null = null;
  let logs = 0;
  return {
    head: () => pageBegin('Annotated wire logs'),
    begin: (header, connection) => {
      open = { header, connection, rows: [] };
      return '';
    },
    row: (annotated) => {
      open?.rows.push(annotated);
      return '';
    },
    late: (annotation) => {
      placeLate(open?.rows ?? [], annotation);
      return '';
    },
    end: (summary, judged) => {
      if (!open) return '';
      const { header, connection, rows: annotated } = open;
      const rows = annotated.map(({ row }) => row);
      const log: JudgedLog = {
        header,
        rows,
        annotated,
        summary,
        connection: connection ?? UNKNOWN,
        verdict: judged?.verdict ?? NO_VERDICT,
        hints: judged?.hints ?? [],
      };
      const made = { redactions: null, lost: [], minimised: null, file: null, version };
      // Rows without annotations are left out of the page, never of the log in it.
      const selection = violationsOnly
        ? annotated.filter((row) => row.annotations.length > 0).map(({ row }) => [row.row, row.row] as const)
        : null;
      return logArticle(describeLog(log, { ...made, rows: selection }), logs++ === 0 ? '' : `log${logs}-`);
    },
    tail: () => pageEnd(version),
  };
}

const UNKNOWN: JudgedLog['connection'] = { request: null, response: null, deflate: null };

function placeLate(rows: readonly AnnotatedRow[], annotation: Annotation): void {
  rows.findLast(({ row }) => row.row === annotation.row)?.annotations.push(annotation);
}
