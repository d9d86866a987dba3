// One case judged again, from the rows, what the case expects, and the role alone.

import type { LogHeader } from '../../model/row.ts';
import type { Connection } from '../../protocol/connection.ts';
import type { Annotation, Summary } from '../annotation.ts';
import { type HintReader, readHints } from '../hints/hints.ts';
import type { RowOrStretch } from '../ordinary-row.ts';
import { derive, NOT_EXPECTED } from './derive.ts';
import { isPage } from './expected.ts';
import type { CaseFacts } from './facts.ts';
import { gatherFacts } from './gather.ts';
import { type Behaviors, behaviorsOf, type Hint, isGood, NO_VERDICT, reportedIn, type Verdict } from './verdict.ts';
import { explain } from './why.ts';

export interface CaseVerdict {
  readonly verdict: Verdict;
  /** Rules charged to the endpoint under test, the most important first. */
  readonly rules: readonly string[];
  readonly hints: readonly Hint[];
  /** The first annotation of each of those rules, in their order. */
  readonly findings: readonly Annotation[];
}

export interface CaseJudge {
  /** Rows in their order, each once all is known of it. */
  take(rows: RowOrStretch): void;
  /** `last`: the rows that have not been taken yet. */
  end(summary: Summary, connection: Connection, last?: readonly RowOrStretch[]): CaseVerdict;
}

const NO_ROWS: readonly RowOrStretch[] = [];

export function judgeCase(header: LogHeader): CaseJudge {
  const gathered = gatherFacts(header);
  let hints: HintReader | null = null;
  return {
    take: (rows) => {
      hints ??= readHints(header);
      hints.take(rows);
      gathered.take(rows);
    },
    end: (summary, connection, last = NO_ROWS) => {
      for (const rows of last) gathered.take(rows);
      const facts = gathered.end(summary.header, connection);
      const verdict = verdictOf(facts);
      const findings = firstOfEach(facts.charged);
      return {
        verdict,
        rules: findings.map(({ rule }) => rule),
        findings,
        // Where nothing is wrong there is no cause to look for.
        hints:
          verdict.reported && isGood(behaviorsOf(verdict)) && facts.charged.length === 0
            ? []
            : hintsAt(connection, last),
      };
    },
  };

  function hintsAt(connection: Connection, last: readonly RowOrStretch[]): readonly Hint[] {
    const reader = hints ?? readHints(header);
    for (const rows of last) reader.take(rows);
    return reader.end(connection);
  }
}

/** Of each rule the first. */
function firstOfEach(annotations: readonly Annotation[]): Annotation[] {
  const found = new Map<string, Annotation>();
  for (const annotation of annotations) if (!found.has(annotation.rule)) found.set(annotation.rule, annotation);
  return [...found.values()];
}

function verdictOf(facts: CaseFacts): Verdict {
  const reported = reportedIn(facts.header);
  if (!reported) {
    const why = explain(facts, null);
    return { ...NO_VERDICT, why: why?.says ?? null, decidedBy: why?.row ?? null };
  }
  const { behavior, behaviorClose, missing } = derive(facts);
  const derived: Behaviors | null = missing === NOT_EXPECTED ? null : { behavior, behaviorClose };
  const why = explain(facts, derived);
  return {
    reported,
    derived,
    agrees: agrees(facts.header, reported, derived),
    why: why?.says ?? null,
    decidedBy: why?.row ?? null,
    missing,
  };
}

function agrees(header: LogHeader, reported: Behaviors, derived: Behaviors | null): boolean | null {
  // A page says "Fail" where the JSON says UNIMPLEMENTED.
  if (isPage(header) && derived?.behavior === 'UNIMPLEMENTED') return reported.behavior === 'FAILED';
  if (!derived || (derived.behavior === null && derived.behaviorClose === null)) return null;
  const same = (key: keyof Behaviors) =>
    derived[key] === null || reported[key] === null || derived[key] === reported[key];
  return same('behavior') && same('behaviorClose');
}
