// The verdict on one case: what the suite's own rules make of the rows, beside what the report says, and in one sentence
// why. The report's own verdict is shown and never used.

import type { LogHeader } from '../../model/row.ts';

/** The suite's words: OK, NON-STRICT, FAILED, INFORMATIONAL, UNIMPLEMENTED; UNCLEAN, WRONG CODE, FAILED BY CLIENT. */
export interface Behaviors {
  readonly behavior: string | null;
  readonly behaviorClose: string | null;
}

export interface Verdict {
  /** What the report says; null where the log is no report. */
  readonly reported: Behaviors | null;
  /** What the rows say; a null in it is "cannot tell", and the whole is null where nothing is expected. */
  readonly derived: Behaviors | null;
  /** Null where either side is missing. */
  readonly agrees: boolean | null;
  /** One sentence, naming the deciding row; null for a case in which nothing is wrong. */
  readonly why: string | null;
  readonly decidedBy: number | null;
  /** Why the rows do not tell. */
  readonly missing: string | null;
}

/** A likely cause behind a symptom, with its evidence. Never above a note. */
export interface Hint {
  readonly id: string;
  readonly row: number;
  /** Begins with "row N: ". */
  readonly says: string;
}

export const NO_VERDICT: Verdict = {
  reported: null,
  derived: null,
  agrees: null,
  why: null,
  decidedBy: null,
  missing: null,
};

/** What the report says of its case; null where the log is no report. */
export function reportedIn({ report }: LogHeader): Behaviors | null {
  // What is read may hold anything there.
  const [behavior, behaviorClose]: unknown[] = [report?.behavior, report?.behaviorClose];
  if (typeof behavior !== 'string') return null;
  return { behavior, behaviorClose: typeof behaviorClose === 'string' ? behaviorClose : null };
}

/** What the rows say; where they cannot tell, what the report says. */
export function behaviorsOf({ derived, reported }: Pick<Verdict, 'derived' | 'reported'>): Behaviors {
  return {
    behavior: derived?.behavior ?? reported?.behavior ?? null,
    behaviorClose: derived?.behaviorClose ?? reported?.behaviorClose ?? null,
  };
}

const GOOD: ReadonlySet<string | null> = new Set(['OK', 'INFORMATIONAL', 'UNIMPLEMENTED', null]);

/** Nobody complains. */
export function isGood({ behavior, behaviorClose }: Behaviors): boolean {
  return GOOD.has(behavior) && GOOD.has(behaviorClose);
}
