// `annotate --format html`: every log as an attachment shows it, all on one page. A page is laid out by what decides, so
// each log is held until its end. Nothing is hidden here, as in the other forms of `annotate`: that is for `attach`.

import { describeLog } from '../../attach/attachment.ts';
import type { AnnotatedRow } from '../../judge/annotation.ts';
import type { JudgedLog } from '../../judge/judged-log.ts';
import { NO_VERDICT } from '../../judge/verdict/verdict.ts';
import type { LogHeader } from '../../model/row.ts';
import type { Connection } from '../../protocol/connection.ts';
import { inflatedStart } from '../../protocol/deflate/inflate.ts';
import { logArticle, pageBegin, pageEnd } from '../attach/html.ts';
import type { Renderer, RenderOptions } from './renderer.ts';

declare const WIRELOG_VERSION: string;

interface OpenPage {
  readonly header: LogHeader;
  readonly connection: Connection | null;
  readonly rows: AnnotatedRow[];
  readonly byNumber: Map<number, AnnotatedRow>;
  /** Units: octets, and rows that are not held. */
  octets: number;
  left: number;
}

/** A page holds its log: of one that is longer, the beginning. */
const MOST_ROWS = 100_000;
const MOST_OCTETS = 64 << 20;
const INFLATED_KEPT = 64 << 10;

export function htmlRenderer({ violationsOnly }: RenderOptions): Renderer {
  const version = typeof WIRELOG_VERSION === 'undefined' ? '0.0.0' : WIRELOG_VERSION;
  let open: OpenPage | null = null;
  let logs = 0;
  return {
    head: () => pageBegin('Annotated wire logs'),
    begin: (header, connection) => {
      open = { header, connection, rows: [], byNumber: new Map(), octets: 0, left: 0 };
      return '';
    },
    row: (annotated) => {
      if (open) hold(open, annotated);
      return '';
    },
    late: (annotation) => {
      open?.byNumber.get(annotation.row)?.annotations.push(annotation);
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
        judged,
      };
      const made = { redactions: null, lost: [], minimised: null, file: null, version };
      // Rows without annotations are left out of the page, never of the log in it.
      const selection = violationsOnly
        ? annotated.filter((row) => row.annotations.length > 0).map(({ row }) => [row.row, row.row] as const)
        : null;
      const article = logArticle(describeLog(log, { ...made, rows: selection }), logs++ === 0 ? '' : `log${logs}-`);
      return open.left === 0
        ? article
        : `${article}<p>The log goes on: ${open.left} more rows are not on this page.</p>\n`;
    },
    tail: () => pageEnd(version),
  };
}

const UNKNOWN: JudgedLog['connection'] = { request: null, response: null, deflate: null };

function hold(open: OpenPage, annotated: AnnotatedRow): void {
  const { row, frames } = annotated;
  if (row.kind === 'octets') open.octets += row.octets.known.length;
  for (const { message } of frames) {
    // Pages show the beginning only.
    if (message?.inflation) message.inflation = inflatedStart(message.inflation, INFLATED_KEPT);
    open.octets += message?.inflation?.octets.length ?? 0;
  }
  if (open.rows.length >= MOST_ROWS || open.octets > MOST_OCTETS) open.left++;
  else {
    open.rows.push(annotated);
    open.byNumber.set(row.row, annotated);
  }
}
