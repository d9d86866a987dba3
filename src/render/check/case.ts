// One case as `check` hands it to its output forms: the verdict, what is charged, and how bad that is. Every form asks
// the same questions of it, so the answers are here.

import { type Annotation, type Counts, sentenceWithSubject } from '../../judge/annotation.ts';
import { type Behaviors, behaviorsOf, type Hint, type Verdict } from '../../judge/verdict/verdict.ts';
import { SEVERITIES, type Severity } from '../../rules/kit/rule.ts';
import { countsInWords } from '../describe.ts';

/** What became of the case since the baseline. */
export type BaselineChange = 'worse' | 'better' | 'same' | 'new';

export interface CheckedCase {
  readonly source: string;
  readonly agent: string | null;
  readonly case: string | null;
  readonly verdict: Verdict;
  /** Ids charged to the endpoint under test, the most important first. */
  readonly rules: readonly string[];
  readonly hints: readonly Hint[];
  readonly violations: Counts;
  /** Of each charged rule the first annotation. */
  readonly findings: readonly Annotation[];
  /** How long the case took, where the report says so. */
  readonly seconds: number | null;
  /** ISO time, as the report has it. */
  readonly started: string | null;
  readonly change: BaselineChange | null;
  /** It counts towards exit code 1. */
  readonly fails: boolean;
}

type CaseOutcome = Pick<CheckedCase, 'verdict' | 'violations'>;

const BAD: ReadonlySet<string> = new Set(['FAILED', 'ERROR']);
const BAD_CLOSE: ReadonlySet<string> = new Set(['FAILED', 'UNCLEAN', 'WRONG CODE', 'FAILED BY CLIENT', 'ERROR']);

export function isFailed({ behavior, behaviorClose }: Behaviors): boolean {
  return BAD.has(behavior ?? '') || BAD_CLOSE.has(behaviorClose ?? '');
}

/** An error: the case is failed, or an error is charged; a warning: not strict, or a warning is charged. */
export function levelOf(checked: CaseOutcome): Severity | null {
  const behaviors = behaviorsOf(checked.verdict);
  const { violations } = checked;
  if (isFailed(behaviors) || violations.error > 0) return 'error';
  if (behaviors.behavior === 'NON-STRICT' || violations.warning > 0) return 'warning';
  return violations.note > 0 ? 'note' : null;
}

/** Is it as bad as the level, or worse? */
export function isAtLeast(found: Severity | null, level: Severity | 'never'): boolean {
  return found !== null && level !== 'never' && SEVERITIES.indexOf(found) <= SEVERITIES.indexOf(level);
}

/** The verdict in a word or two: `FAILED`, `close UNCLEAN`, `1 error charged`. */
export function verdictStatusOf(checked: CaseOutcome): string {
  const { behavior, behaviorClose } = behaviorsOf(checked.verdict);
  if (behavior !== null && (BAD.has(behavior) || behavior === 'NON-STRICT')) return behavior;
  if (BAD_CLOSE.has(behaviorClose ?? '')) return `close ${behaviorClose}`;
  const level = levelOf(checked);
  if (level !== null)
    return `${behavior === null ? '' : `${behavior}, but `}${countsInWords(checked.violations)} charged`;
  return behavior ?? 'OK';
}

/** Why, in one sentence. */
export function sentenceOf(checked: Pick<CheckedCase, 'verdict' | 'violations' | 'findings'>): string {
  const { verdict, findings } = checked;
  if (verdict.why !== null) return verdict.why;
  const [first] = findings;
  if (first) return `row ${first.row}: ${sentenceWithSubject(first)} (${first.rule}, ${first.section})`;
  if (!isFailed(behaviorsOf(checked.verdict)))
    return verdict.missing === null ? '' : `cannot tell (missing: ${verdict.missing})`;
  if (verdict.missing !== null) return `the report says so, and the rows cannot tell (missing: ${verdict.missing})`;
  return verdict.derived ? 'the rows do not show what was expected' : 'the report says so';
}

/** Rules of the errors that are charged and that the sentence does not name. */
export function othersOf(checked: Pick<CheckedCase, 'verdict' | 'violations' | 'findings'>): string {
  const sentence = sentenceOf(checked);
  const others = checked.findings.filter(({ rule, severity }) => severity === 'error' && !sentence.includes(rule));
  return others.map(({ rule }) => rule).join(', ');
}

/** The row that the sentence is about. */
export function decidingRowOf({ verdict, findings }: Pick<CheckedCase, 'verdict' | 'findings'>): number | null {
  return verdict.decidedBy ?? findings[0]?.row ?? null;
}

/** What the case is called where there is no more room: its number, or the name of its file. */
export function caseNameOf({ case: id, source }: Pick<CheckedCase, 'case' | 'source'>): string {
  return id === null ? source : `case ${id}`;
}

/** 1.1.2 before 1.1.10 before 2.1. */
export function inCaseOrder(a: string, b: string): number {
  const partsA = a.split('.');
  const partsB = b.split('.');
  for (let i = 0; i < Math.max(partsA.length, partsB.length); i++) {
    const difference = placeOf(partsA[i]) - placeOf(partsB[i]);
    if (difference !== 0) return difference;
  }
  return inFileOrder(a, b);
}

/** Connections of one file by their numbers: `a.pcap`, `a.pcap#2`, … `a.pcap#10`. */
function inFileOrder(a: string, b: string): number {
  const [fileA = '', numberA = 1] = a.split(/#(?=\d+$)/);
  const [fileB = '', numberB = 1] = b.split(/#(?=\d+$)/);
  return fileA === fileB ? Number(numberA) - Number(numberB) : fileA < fileB ? -1 : 1;
}

/** What is no number comes last. */
function placeOf(part: string | undefined): number {
  if (part === undefined) return -1;
  return /^\d{1,9}$/.test(part) ? Number(part) : 1e9;
}
