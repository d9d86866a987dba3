// What may come next on the command line: `wirelog --complete -- WORDS`, of which the last is what was begun. A candidate
// a line, with a tab and a description behind it; nothing where a file is wanted.

import type { CommandModule } from 'yargs';
import { type CommandEntry, commandOf, commandTable, type OptionEntry } from '../help/command-table.ts';
import { openOutput } from '../input/io.ts';
import { SHELLS } from './shells.ts';

interface Completion {
  readonly name: string;
  readonly describe?: string;
}

export async function printCandidates(commands: readonly CommandModule[], argv: readonly string[]): Promise<void> {
  const words = argv[0] === '--' ? argv.slice(1) : argv;
  const candidates = await candidatesFor(words, commandTable(commands));
  await openOutput(process.stdout).write(candidates.map(lineOf).join(''));
}

function lineOf({ name, describe }: Completion): string {
  return describe === undefined ? `${name}\n` : `${name}\t${describe.replace(/\s+/g, ' ')}\n`;
}

async function candidatesFor(words: readonly string[], table: readonly CommandEntry[]): Promise<Completion[]> {
  const begun = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const command = commandOf(before, table);
  if (before.includes('--')) return [];
  const [, name, value] = /^--([\w-]+)=(.*)$/s.exec(begun) ?? [];
  if (name !== undefined) {
    const found = await valuesOf(optionNamed(command, `--${name}`), value ?? '', command, before);
    return (found ?? []).map((one) => ({ ...one, name: `--${name}=${one.name}` }));
  }
  const values = await valuesOf(optionNamed(command, before.at(-1) ?? ''), begun, command, before);
  if (values !== null) return values;
  if (begun.startsWith('-')) return startingWith(begun, optionCandidates(command));
  const places = placesBefore(before, command);
  const commands = table.filter((one) => one.name !== '').map((one) => ({ name: one.name, describe: one.describe }));
  if (before.length === 0 || (command.name === 'help' && places === 0)) return startingWith(begun, commands);
  if (command.name === 'completion' && places === 0)
    return startingWith(
      begun,
      SHELLS.map((name) => ({ name })),
    );
  if (command.name === 'rules' && places === 0) return startingWith(begun, await ruleCandidates());
  return [];
}

function startingWith(begun: string, candidates: readonly Completion[]): Completion[] {
  return candidates.filter(({ name }) => name.startsWith(begun));
}

function optionCandidates({ options }: CommandEntry): Completion[] {
  return options.map(({ name, describe }) => ({ name: `--${name}`, describe }));
}

function optionNamed({ options }: CommandEntry, word: string): OptionEntry | null {
  const option = options.find(({ name, alias }) => word === `--${name}` || (alias !== null && word === `-${alias}`));
  return option && option.kind !== 'boolean' ? option : null;
}

/** How many words stand there that are neither the command, nor options, nor their values. */
function placesBefore(before: readonly string[], command: CommandEntry): number {
  const own = command.name === '' ? before : before.slice(1);
  return own.filter((word, i) => !word.startsWith('-') && optionNamed(command, own[i - 1] ?? '') === null).length;
}

/** Null where no option waits for its value; empty where the value is a file, or anything. */
async function valuesOf(
  option: OptionEntry | null,
  begun: string,
  command: CommandEntry,
  before: readonly string[],
): Promise<Completion[] | null> {
  if (!option) return null;
  if (option.choices)
    return startingWith(
      begun,
      option.choices.map((name) => ({ name })),
    );
  const values = VALUES[option.name];
  if (!values) return [];
  const { of, isList } = values;
  const candidates = await of(command, before);
  if (!isList) return startingWith(begun, candidates);
  const former = begun.slice(0, begun.lastIndexOf(',') + 1);
  return startingWith(begun.slice(former.length), candidates).map((one) => ({ ...one, name: `${former}${one.name}` }));
}

interface Values {
  readonly isList: boolean;
  readonly of: (command: CommandEntry, before: readonly string[]) => Completion[] | Promise<Completion[]>;
}

/** Options whose values are known, though they are no fixed choice. */
const VALUES: Readonly<Record<string, Values>> = {
  format: { isList: false, of: formCandidates },
  from: { isList: false, of: formatCandidates },
  only: { isList: true, of: ruleCandidates },
  skip: { isList: true, of: ruleCandidates },
  rule: { isList: true, of: ruleCandidates },
  case: { isList: true, of: caseCandidates },
  redact: { isList: true, of: () => [{ name: 'hosts' }, { name: 'payloads' }] },
  where: { isList: false, of: filterCandidates },
};

async function formCandidates({ name }: CommandEntry): Promise<Completion[]> {
  const forms = await import('../../src/render/form-names.ts');
  const own = { check: forms.CHECK_FORMS, test: forms.TEST_FORMS, attach: forms.ATTACH_FORMS }[name];
  return (own ?? forms.ANNOTATE_FORMS).map(({ id, title }) => ({ name: id, describe: title }));
}

async function formatCandidates({ name }: CommandEntry): Promise<Completion[]> {
  // `decode --from` has choices of its own.
  const { FORMATS } = await import('../../src/ingest/formats.ts');
  return name === 'decode' ? [] : FORMATS.map(({ id, title }) => ({ name: id, describe: title }));
}

async function ruleCandidates(): Promise<Completion[]> {
  const { RULES } = await import('../../src/rules/all.ts');
  const { areaOf } = await import('../../src/rules/kit/rule.ts');
  const areas = [...new Set(RULES.map(({ id }) => areaOf(id)))].map((area) => ({
    name: area,
    describe: 'all of them',
  }));
  return [...areas, ...RULES.map(({ id, title }) => ({ name: id, describe: title }))];
}

/** Cases of the suite that `test` plays, or of the reports that are named. */
async function caseCandidates({ name }: CommandEntry, before: readonly string[]): Promise<Completion[]> {
  if (name === 'test') {
    const { suiteFor } = await import('../../src/live/suite.ts');
    return suiteFor(before.includes('--listen') ? 'server' : 'client').map(({ id, title }) => ({
      name: id,
      describe: title,
    }));
  }
  const { caseIdsIn } = await import('./case-ids.ts');
  return caseIdsIn(before.slice(1).filter((word) => !word.startsWith('-'))).map((id) => ({ name: id }));
}

async function filterCandidates(): Promise<Completion[]> {
  const { FLAGS, NUMBERS, PATTERNS } = await import('../../src/judge/filter/filter-terms.ts');
  const patterns = Object.keys(PATTERNS).map((pattern) => `${pattern}:`);
  return [...Object.keys(FLAGS), ...Object.keys(NUMBERS), ...patterns].map((name) => ({ name }));
}
