// Runs one target for a time or a number of inputs. Input number n of a seed is always the same one.

import { chanceOf } from '../../src/model/wire-frame.fixture.ts';
import { TARGETS, type Target } from './targets.ts';

/** CPU seconds that no input may take; all of them are far below a megabyte. */
const SLOW = 5;

interface Failure {
  /** The one number that makes the input again. */
  readonly number: number;
  readonly input: string;
  readonly why: string;
}

export interface FuzzOutcome {
  readonly runs: number;
  /** Of the slowest input, in CPU seconds. */
  readonly slowest: number;
  readonly failure: Failure | null;
}

function targetNamed(name: string): Target {
  const target = TARGETS.get(name);
  if (!target) throw new Error(`no target "${name}": there are ${[...TARGETS.keys()].join(', ')}`);
  return target;
}

export function runTarget(name: string, seed: number, goesOn: (runs: number) => boolean): FuzzOutcome {
  const target = targetNamed(name);
  let runs = 0;
  let slowest = 0;
  for (; goesOn(runs); runs++) {
    const number = (seed + runs) >>> 0;
    let input = '';
    const before = process.cpuUsage();
    try {
      target(chanceOf(number), (made) => {
        input = made;
      });
    } catch (error) {
      return { runs, slowest, failure: { number, input, why: String((error as Error).stack ?? error) } };
    }
    const { user, system } = process.cpuUsage(before);
    const seconds = (user + system) / 1e6;
    slowest = Math.max(slowest, seconds);
    if (seconds > SLOW) return { runs, slowest, failure: { number, input, why: `it takes ${seconds} s` } };
  }
  return { runs, slowest, failure: null };
}
