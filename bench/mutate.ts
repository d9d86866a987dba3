// Mutation testing by hand: changes the sources one place at a time, and says which changes no test notices.
// `npm run mutate -- FILE…` tries all mutants of these files or folders, `--sample N` only so many of them, chosen by
// `--seed`. `--tests GLOB` takes other tests than those of the three folders, `--all` also shows what was noticed, and
// `--journal FILE` goes on where a run with the same mutants was stopped.

import { globSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chanceOf } from '../src/model/wire-frame.fixture.ts';
import { changesOf } from './mutation/changes.ts';
import { openCompiler } from './mutation/compiles.ts';
import { folderOf, type MutantOutcome, outcomesOf, tryAll } from './mutation/try-all.ts';
import type { Mutant } from './mutation/weave.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    tests: { type: 'string', default: '{src/{protocol,judge,rules},logs}/**/*.test.ts' },
    journal: { type: 'string' },
    all: { type: 'boolean', default: false },
  },
});

function sourcesOf(place: string): string[] {
  const files = statSync(place).isFile() ? [place] : globSync(`${place}/**/*.ts`);
  return files.filter((path) => !/\.(test|fixture|d)\.ts$/.test(path)).toSorted();
}

/** So many mutants that compile, or all of them, in the order of the sources. */
function chosen(paths: readonly string[], count: number, seed: number): Mutant[] {
  const all = paths.flatMap((path) => changesOf(readFileSync(path, 'utf8')).map((change) => ({ path, ...change })));
  const left = all.map((_, at) => at);
  const chance = chanceOf(seed);
  const compiler = openCompiler();
  const found: number[] = [];
  while (found.length < count && left.length > 0) {
    const [at = 0] = left.splice(chance(left.length), 1);
    const one = all[at];
    if (one && compiler.allows(one.path, one)) found.push(at);
  }
  compiler.close();
  const places = new Set(found);
  return all.filter((_, at) => places.has(at)).map((one, id) => ({ ...one, id }));
}

function lineOf(source: string, at: number): number {
  return source.slice(0, at).split('\n').length;
}

function shown(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 60)} … ${line.slice(-35)}` : line;
}

function show({ mutant: { path, start, end, replacement, id }, fate, by }: MutantOutcome): void {
  const source = readFileSync(path, 'utf8');
  const change = `${shown(source.slice(start, end))}  →  ${shown(replacement ?? 'nothing')}`;
  console.log(`${fate} #${id} ${path}:${lineOf(source, start)}  ${change}${by ? `  [${shown(by)}]` : ''}`);
}

function report(outcomes: readonly MutantOutcome[]): void {
  const fates = ['killed', 'endless', 'survived', 'unreached'] as const;
  const folders = [...new Set(outcomes.map(({ mutant }) => folderOf(mutant.path)))].toSorted();
  console.log(`\n${['', ...fates, 'score'].map((head) => head.padEnd(14)).join('')}`);
  for (const folder of [...folders, 'all']) {
    const list = outcomes.filter(({ mutant }) => folder === 'all' || folderOf(mutant.path) === folder);
    const counts = fates.map((fate) => list.filter((one) => one.fate === fate).length);
    const [killed = 0, endless = 0] = counts;
    const score = `${((100 * (killed + endless)) / list.length).toFixed(1)} %`;
    console.log([folder, ...counts, score].map((cell) => String(cell).padEnd(14)).join(''));
  }
}

const paths = (positionals.length > 0 ? positionals : ['src/protocol', 'src/judge', 'src/rules']).flatMap(sourcesOf);
const mutants = chosen(paths, Number(values.sample ?? Number.POSITIVE_INFINITY), Number(values.seed));
console.log(`${mutants.length} mutants of ${paths.length} files, seed ${values.seed}`);
const tests = globSync(values.tests).filter((path) => !/\.(built|data)\.test/.test(path));
const journal = values.journal ?? join(mkdtempSync(join(tmpdir(), 'mutate-')), 'journal');
await tryAll(mutants, tests.toSorted(), journal);
const outcomes = outcomesOf(mutants, journal);
for (const outcome of outcomes) if (values.all || !/killed|endless/.test(outcome.fate)) show(outcome);
report(outcomes);
