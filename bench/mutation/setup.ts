// In the worker, before each test file. After a test has passed, it runs again for each mutant that it reaches and that
// no test has noticed yet: so modules are loaded once for all mutants.

import { configureGlobal, readConfigureGlobal } from 'fast-check';
import { afterEach, beforeEach, inject, TestRunner } from 'vitest';
import { named, readEntries, writeEntry, writeTrial } from './journal.ts';
import type { Job } from './runner.ts';

declare module 'vitest' {
  interface ProvidedContext {
    mutation: Job;
  }
}

/** CPU seconds above which a test waits until all others have been tried. */
const SLOW = 0.1;

const { journal, alone, slow } = inject('mutation');
const entries = readEntries(journal);
const decided = named<number>(entries, 'killed', 'endless', 'alone');
const slowTests = named<string>(entries, 'slow');
const done = named<string>(entries, 'done');
const passed = named<number>(entries, 'passed');

let on = alone;
let limit = Number.POSITIVE_INFINITY;
let asked = new Map<number, number>();
let began = 0;
let isImporting = true;
/** Something keeps what a mutant did, so that nothing can be tried any more. */
let isSpoilt = false;

Object.assign(globalThis, {
  __mutant(id: number): boolean {
    const times = (asked.get(id) ?? 0) + 1;
    asked.set(id, times);
    if (id !== on) return false;
    if (times > limit) throw new Error('it runs far more often than what it stands for');
    return true;
  },
});

// The first failure is enough, however long its input.
configureGlobal({ ...readConfigureGlobal(), endOnFailure: true });

function spent(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function decide(entry: readonly ['killed', number, string] | readonly ['alone', number]): void {
  decided.add(entry[1]);
  writeEntry(journal, entry);
}

beforeEach(({ task, skip }) => {
  if (isImporting && alone === null) for (const id of asked.keys()) if (!decided.has(id)) decide(['alone', id]);
  isImporting = false;
  if (slow !== slowTests.has(task.id) || (alone === null && done.has(task.id))) skip();
  asked = new Map();
  began = spent();
});

afterEach(async ({ task }) => {
  if (alone !== null || isSpoilt || task.result?.state !== 'pass') return;
  const took = spent() - began;
  if (!slow && took > SLOW) return writeEntry(journal, ['slow', task.id, task.file.name]);
  const run = TestRunner.getTestFn(task);
  const test = `${task.file.name}: ${task.fullTestName}`;
  for (const [id, times] of asked) {
    if (decided.has(id)) continue;
    limit = 100 * times + 10_000;
    writeTrial(journal, { mutant: id, test, seconds: 5 + 10 * took });
    const isKilled = await fails(run, id);
    if (!asked.has(id)) decide(['alone', id]);
    else if (!isKilled) pass(id);
    else if (!(await fails(run, null))) decide(['killed', id, test]);
    else return spoil(id);
  }
  writeTrial(journal, 'none');
  if (!isSpoilt) writeEntry(journal, ['done', task.id]);
});

async function fails(run: () => unknown, mutant: number | null): Promise<boolean> {
  on = mutant;
  if (mutant !== null) asked = new Map();
  try {
    await run();
    return false;
  } catch {
    return true;
  } finally {
    on = null;
  }
}

function pass(id: number): void {
  if (!passed.has(id)) writeEntry(journal, ['passed', id]);
  passed.add(id);
}

function spoil(id: number): void {
  isSpoilt = true;
  decide(['alone', id]);
  writeTrial(journal, 'spoilt');
}
