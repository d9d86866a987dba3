// A whole log in memory, judged. An attachment is made of one log, redacted or minimised as a log and judged anew after
// each such step, so that what it shows and what it says cannot differ.

import type { LogHeader, Row } from '../model/row.ts';
import type { Connection } from '../protocol/connection.ts';
import { SEVERITIES } from '../rules/kit/rule.ts';
import type { Summary } from './annotate.ts';
import type { AnnotatedRow, Annotation } from './annotation.ts';
import { isCharged, isStimulus } from './annotation.ts';
import { judge } from './judge.ts';
import type { CaseVerdict } from './verdict/case.ts';
import type { Hint, Verdict } from './verdict/verdict.ts';

export interface WholeLog {
  readonly header: LogHeader;
  readonly rows: readonly Row[];
}

/** `header` is as the log has it; that of the summary knows the roles that the rows told. */
export interface JudgedLog extends WholeLog {
  readonly annotated: readonly AnnotatedRow[];
  readonly summary: Summary;
  readonly connection: Pick<Connection, 'request' | 'response' | 'deflate'>;
  readonly verdict: Verdict;
  readonly hints: readonly Hint[];
  /** All that came of it as a case; null where that was not asked for. */
  readonly judged: CaseVerdict | null;
}

export type Shows = (rule: string) => boolean;

export function judgeLog({ header, rows }: WholeLog, shows: Shows = () => true): JudgedLog {
  const stream = judge(header, { window: Number.POSITIVE_INFINITY, shows });
  for (const row of rows) stream.push(row);
  const { rows: annotated, summary, judged: outcome } = stream.end();
  const judged = outcome as CaseVerdict;
  const { verdict, hints } = judged;
  return { header, rows, annotated, summary, connection: stream.connection, verdict, hints, judged };
}

export function annotationsOf({ annotated }: Pick<JudgedLog, 'annotated'>): Annotation[] {
  return annotated.flatMap(({ annotations }) => annotations);
}

/** What makes two annotations the same finding. The message is left out: it may quote what redaction changes. */
export function findingKey({ rule, severity, row, octets, by, intent, certainty, afterFailure }: Annotation): string {
  return JSON.stringify([rule, severity, row, octets, by, intent, certainty, afterFailure]);
}

export function findingKeys(annotations: readonly Annotation[]): string[] {
  return annotations.map(findingKey).sort();
}

/** The one finding that an attachment is about: what the verdict names, else the worst that is charged. */
export function chooseFinding(judged: JudgedLog): Annotation | null {
  const all = annotationsOf(judged);
  const charged = worstFirst(all.filter(isCharged));
  const { why, decidedBy } = judged.verdict;
  // What the sentence cites at its end, not what it says was sent.
  const named = charged.find(({ row, rule }) => row === decidedBy && why?.includes(`${rule}, `));
  return (
    named ?? charged.find(({ row }) => row === decidedBy) ?? charged[0] ?? worstFirst(all.filter(isStimulus))[0] ?? null
  );
}

function worstFirst(annotations: readonly Annotation[]): Annotation[] {
  return [...annotations].sort(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || a.row - b.row,
  );
}
