// Findings that differ in nothing but their place and their numbers, told once. A peer whose every masking key is zero
// breaks the same rule in every row, and a list of them would hide the others.

import { type Annotation, isCharged } from '../../judge/annotation.ts';
import { SEVERITIES } from '../../rules/kit/rule.ts';

export interface FindingGroup {
  readonly key: string;
  readonly first: Annotation;
  /** Where the others stand: each row once, in the order of the findings. */
  readonly rows: readonly number[];
  readonly count: number;
}

export function groupFindings(annotations: readonly Annotation[]): FindingGroup[] {
  const groups = new Map<string, { first: Annotation; rows: Set<number>; count: number }>();
  for (const annotation of annotations) {
    const key = groupKey(annotation);
    const group = groups.get(key);
    if (!group) groups.set(key, { first: annotation, rows: new Set(), count: 1 });
    else {
      group.count++;
      if (annotation.row !== group.first.row) group.rows.add(annotation.row);
    }
  }
  return [...groups].map(([key, { first, rows, count }]) => ({ key, first, rows: [...rows], count }));
}

/** The same for findings that are told together. What came of it counts too. */
export function groupKey({
  rule,
  severity,
  by,
  intent,
  certainty,
  afterFailure,
  message,
  reaction,
  cause,
}: Annotation): string {
  const consequence = reaction ? [reaction.kind, reaction.code, reaction.verdict.replace(/\d+/g, '#')] : null;
  const isReaction = cause !== null;
  return JSON.stringify([
    rule,
    severity,
    by,
    intent,
    certainty,
    afterFailure,
    messagePattern(message),
    consequence,
    isReaction,
  ]);
}

/** Numbers, details in brackets and quoted texts differ from place to place. */
export function messagePattern(message: string): string {
  return message.replace(/\([^()]*\)|"[^"]*"/g, '').replace(/\d+|\b[\da-f]{2}\b/g, '#');
}

/** What is charged before what was sent on purpose, the worst first, then in the order of the log. */
export function worstFirst(annotations: readonly Annotation[]): Annotation[] {
  return [...annotations].sort(
    (a, b) =>
      Number(isCharged(b)) - Number(isCharged(a)) ||
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      a.row - b.row,
  );
}

const ROWS_SHOWN = 12;

/** `the same in rows 7, 9 and 12 more`; null where it stands alone. */
export function othersInWords({ first, rows, count }: FindingGroup): string | null {
  if (count === 1) return null;
  if (rows.length === 0) return `${count} times in row ${first.row}`;
  const shown = rows.slice(0, ROWS_SHOWN);
  const more = rows.length - shown.length;
  const last = more > 0 ? ` and ${more} more` : '';
  return `the same in row${rows.length === 1 ? '' : 's'} ${shown.join(', ')}${last}`;
}
