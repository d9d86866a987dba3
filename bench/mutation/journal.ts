// What a run writes down while it goes on, a line each, so that nothing is lost where a mutant never ends.

import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';

export type JournalEntry =
  | readonly ['killed', mutant: number, by: string]
  | readonly ['endless', mutant: number]
  /** A test has run it, and did not notice. */
  | readonly ['passed', mutant: number]
  /** It works while a file is imported, or something keeps what it does: it needs a process of its own. */
  | readonly ['alone', mutant: number]
  /** It had that process, with all but the slow tests, and with these. */
  | readonly ['tried' | 'tried slowly', mutant: number]
  /** A test with which all has been tried, and one that is too slow for the first time round. */
  | readonly ['done', test: string]
  | readonly ['slow', test: string, file: string];

/** What the worker is at: nobody can ask it while a mutant does not end. */
export interface Trial {
  readonly mutant: number;
  readonly test: string;
  /** CPU seconds that it gets. */
  readonly seconds: number;
}

export function writeEntry(journal: string, entry: JournalEntry): void {
  appendFileSync(journal, `${JSON.stringify(entry)}\n`);
}

export function readEntries(journal: string): JournalEntry[] {
  if (!existsSync(journal)) return [];
  const lines = readFileSync(journal, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as JournalEntry);
}

/** The mutants or tests of which one of these has been said. */
export function named<Of extends number | string>(
  entries: readonly JournalEntry[],
  ...kinds: readonly JournalEntry[0][]
): Set<Of> {
  return new Set(entries.filter(([kind]) => kinds.includes(kind)).map(([, of]) => of as Of));
}

export function writeTrial(journal: string, trial: Trial | 'none' | 'spoilt'): void {
  writeFileSync(`${journal}.now`, JSON.stringify(trial));
}

/** The trial as text: two of the same are one. */
export function readTrial(journal: string): string {
  return existsSync(`${journal}.now`) ? readFileSync(`${journal}.now`, 'utf8') : '';
}
