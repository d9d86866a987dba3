// What a hint is: a small record in the spirit of the rules. It says nothing about right or wrong, only which slip in
// a program would give just these octets, so its evidence is the equality of octets and nothing softer.

import type { Example } from '../../rules/kit/rule.ts';
import type { HintFacts } from './facts.ts';
import type { LikelyEcho, Sending } from './sendings.ts';

export interface HintFound {
  readonly row: number;
  readonly says: string;
}

interface HintExample extends Example {
  /** Row that the hint names. */
  readonly row: number;
}

export interface HintRecord {
  /** Without a slash: no rule has such an id. */
  readonly id: string;
  readonly title: string;
  /** Asked once for each endpoint under test, when the log is over. */
  readonly check: (facts: HintFacts) => HintFound | null;
  /** Hints that say the same better: where one of them is shown, this one is not. */
  readonly unless?: readonly string[];
  readonly examples: {
    readonly shows: readonly HintExample[];
    readonly holds: readonly Example[];
  };
}

export type EchoCheck = (echo: LikelyEcho, sent: Sending, facts: HintFacts) => HintFound | null;

/** Asks about each echo and each thing that it may be the echo of. */
export function ofEchoes(ask: EchoCheck): HintRecord['check'] {
  return (facts) => {
    for (const echo of facts.echoes) {
      for (const sent of echo.candidates) {
        const found = ask(echo, sent, facts);
        if (found) return found;
      }
    }
    return null;
  };
}
