// A process in which Vitest stays warm: each message is a job, and the answer says which tests failed. Where a mutant
// takes too long the process ends, because nothing else leaves a loop without an end.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createVitest, type TestSpecification } from 'vitest/node';
import { readTrial } from './journal.ts';
import { type Mutant, woven } from './weave.ts';

export interface Job {
  /** The file in which the outcome is written down. */
  readonly journal: string;
  /** The only mutant that is on, from the start; null: each in turn. */
  readonly alone: number | null;
  /** Whether the slow tests are run, or all others. */
  readonly slow: boolean;
  /** Test files, in the order in which they run. */
  readonly files: readonly string[];
}

/** The exit codes of a process that gave up: because of a mutant, and because the tests did not go on. */
export const GAVE_UP = 75;
export const STUCK = 76;

/** The names of tests that fail. */
type Failures = readonly string[];

async function start(mutants: readonly Mutant[]): Promise<(job: Job) => Promise<Failures>> {
  const weaver = {
    name: 'mutants',
    enforce: 'pre' as const,
    transform(_code: string, id: string) {
      const inside = mutants.filter(({ path }) => resolve(path) === id);
      return inside.length > 0 && { code: woven(readFileSync(id, 'utf8'), inside), map: null };
    },
  };
  const inOrder = class {
    sort = (files: TestSpecification[]): Promise<TestSpecification[]> => Promise.resolve(files);
    shard = this.sort;
  };
  const vitest = await createVitest(
    {
      config: '.ci/vitest.config.ts',
      watch: false,
      // It would keep woven modules for the next run, and for `npm test`.
      fsModuleCache: false,
      pool: 'threads',
      isolate: false,
      maxWorkers: 1,
      testTimeout: 0,
      hookTimeout: 0,
      update: 'none',
      reporters: [{}],
      sequence: { sequencer: inOrder },
      setupFiles: ['.ci/fixed-seed.ts', 'bench/mutation/setup.ts'],
    },
    { plugins: [weaver] },
  );
  await vitest.standalone();
  const project = vitest.getRootProject();

  return async (job) => {
    project.provide('mutation', job);
    project.config.bail = job.alone === null ? 0 : 1;
    vitest.config.bail = project.config.bail;
    const files = job.files.map((path) => project.createSpecification(resolve(path)));
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(files);
    // Vitest also knows of files that an earlier job ran.
    const ran = testModules.filter(({ relativeModuleId }) => job.files.includes(relativeModuleId));
    const failed = ran.flatMap((file) => [
      ...file.errors().map(({ message }) => `${file.relativeModuleId}: ${message}`),
      ...[...file.children.allTests('failed')].map(({ fullName }) => `${file.relativeModuleId}: ${fullName}`),
    ]);
    return [...failed, ...unhandledErrors.map(String)];
  };
}

/** CPU seconds of this process and its workers. */
function spent(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Seconds in which nearly nothing is done, so that nothing will be done any more. */
const IDLE = 120;

/** Ends the process where a trial takes too long, has spoilt those to come, or where nothing goes on. */
function watch(journal: string): NodeJS.Timeout {
  let last = '';
  let since = 0;
  let idle = { since: Date.now(), spent: 0 };
  return setInterval(() => {
    const now = readTrial(journal);
    if (now !== last) since = spent();
    last = now;
    const trial = now === '' ? 'none' : JSON.parse(now);
    if (trial === 'spoilt' || spent() - since > trial.seconds) process.exit(GAVE_UP);
    if (spent() - idle.spent > 2) idle = { since: Date.now(), spent: spent() };
    else if (Date.now() - idle.since > IDLE * 1000) process.exit(STUCK);
  }, 300);
}

let started: ReturnType<typeof start> | null = null;

process.on('message', async (message: readonly Mutant[] | Job) => {
  if (!('journal' in message)) started = start(message);
  else if (started) {
    const run = await started;
    const watching = watch(message.journal);
    process.send?.(await run(message));
    clearInterval(watching);
  }
});
