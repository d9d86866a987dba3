// Tries all mutants: with each test those that it reaches, then one by one those that need a process of their own.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { named, readEntries, readTrial, type Trial, writeEntry, writeTrial } from './journal.ts';
import { GAVE_UP, type Job, STUCK } from './runner.ts';
import type { Mutant } from './weave.ts';

/** CPU seconds of a process of its own. */
const ALONE = 120;

export interface MutantOutcome {
  readonly mutant: Mutant;
  readonly fate: 'killed' | 'endless' | 'survived' | 'unreached';
  /** The test that noticed it. */
  readonly by: string | null;
}

/** Writes into the journal. What stands there already is not tried again. */
export async function tryAll(mutants: readonly Mutant[], tests: readonly string[], journal: string): Promise<void> {
  const runner = openRunner(mutants);
  for (const slow of [false, true]) {
    const withSlow = new Set(readEntries(journal).flatMap(([kind, , file]) => (kind === 'slow' ? [file] : [])));
    const files = slow ? tests.filter((path) => withSlow.has(path)) : tests;
    if (files.length === 0) break;
    while (!(await tryTogether({ journal, alone: null, slow, files })));
    const entries = readEntries(journal);
    const decided = named<number>(entries, 'killed', 'endless', slow ? 'tried slowly' : 'tried');
    const left = [...named<number>(entries, 'alone')].filter((id) => !decided.has(id));
    for (const id of left) await tryAlone(id, slow, files);
  }
  runner.close();

  /** Whether it came to an end. */
  async function tryTogether(job: Job): Promise<boolean> {
    writeTrial(journal, 'none');
    const answer = await runner.run(job);
    if (Array.isArray(answer)) {
      if (answer.length > 0) throw new Error(`without a mutant, tests fail:\n${answer.join('\n')}`);
      return true;
    }
    const trial = JSON.parse(readTrial(journal)) as Trial | 'none' | 'spoilt';
    if (trial === 'none') throw new Error(`without a mutant, the tests end with exit code ${answer}`);
    if (trial !== 'spoilt') writeEntry(journal, ['endless', trial.mutant]);
    return false;
  }

  async function tryAlone(id: number, slow: boolean, of: readonly string[]): Promise<void> {
    const path = mutants[id]?.path ?? '';
    const files = of.toSorted((a, b) => distance(path, a) - distance(path, b));
    writeTrial(journal, { mutant: id, test: 'all', seconds: ALONE });
    const job = { journal, alone: id, slow, files };
    let answer = await runner.run(job);
    if (answer === STUCK) answer = await runner.run(job);
    if (answer === GAVE_UP || answer === STUCK) writeEntry(journal, ['endless', id]);
    else if (!Array.isArray(answer)) writeEntry(journal, ['killed', id, `exit code ${answer}`]);
    else if (answer[0] !== undefined) writeEntry(journal, ['killed', id, answer[0]]);
    else {
      writeEntry(journal, ['passed', id]);
      writeEntry(journal, [slow ? 'tried slowly' : 'tried', id]);
    }
  }
}

/** Tests beside a file tell the most about it, then those of the same folder of `src/`. */
function distance(path: string, test: string): number {
  if (dirname(path) === dirname(test)) return 0;
  return folderOf(path) === folderOf(test) ? 1 : 2;
}

export function folderOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

function openRunner(mutants: readonly Mutant[]) {
  let child: ChildProcess | null = null;

  function start(): ChildProcess {
    const started = fork(`${import.meta.dirname}/runner.ts`, { env: { ...process.env, CI: '1' } });
    started.send(mutants);
    return started;
  }

  return {
    /** The tests that failed, or the code with which the process ended. */
    async run(job: Job): Promise<readonly string[] | number | null> {
      const running = child ?? start();
      child = running;
      const done = new AbortController();
      const ended = Promise.race(['message', 'exit'].map((event) => once(running, event, done)));
      running.send(job);
      const [answer] = (await ended) as [readonly string[] | number | null];
      done.abort();
      if (!Array.isArray(answer)) child = null;
      return answer;
    },
    close: () => child?.kill(),
  };
}

export function outcomesOf(mutants: readonly Mutant[], journal: string): MutantOutcome[] {
  const entries = readEntries(journal);
  const killers = new Map(entries.flatMap((entry) => (entry[0] === 'killed' ? [[entry[1], entry[2]] as const] : [])));
  const endless = named<number>(entries, 'endless');
  const passed = named<number>(entries, 'passed');
  return mutants.map((mutant) => {
    const by = killers.get(mutant.id) ?? null;
    if (by !== null) return { mutant, fate: 'killed', by };
    if (endless.has(mutant.id)) return { mutant, fate: 'endless', by };
    return { mutant, fate: passed.has(mutant.id) ? 'survived' : 'unreached', by };
  });
}
