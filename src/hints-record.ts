// What a hint is: a small record in the spirit of the rules. It says nothing about right or wrong, only which slip in
// a program would give just these octets, so its evidence is the equality of octets and nothing softer.

import type { HintFacts } from './hints-facts.ts';
import type { Example } from './rules/rule.ts';

export interface HintFound {
  readonly row: number;
  readonly says: string;
}

export interface HintExample extends Example {
  /** Row that the hint names. */
  readonly row: number;
}

export interface HintRecord {
  /** Without a slash: no rule has such an id. */
  readonly id: string;
  readonly title: string;
  /** Asked once for each endpoint under test, when the log is over. */
  readonly check: (facts: HintFacts) => HintFound | null;
  /** Hints that say the same better: they stand before this one in the table. */
  readonly unless?: readonly string[];
  readonly examples: {
    readonly shows: readonly HintExample[];
    readonly holds: readonly Example[];
  };
}

/** Fewer equal octets are no evidence. */
export const ENOUGH = 4;
