// What every command takes, as data: each command's own `builder` is asked, and writes into a table instead of a parser.
// Help, man page, completion and suggestions are made of it, so that an option is written down once.

import type { Argv, CommandModule } from 'yargs';

export interface OptionEntry {
  /** Long name, without dashes. */
  readonly name: string;
  readonly alias: string | null;
  readonly describe: string;
  readonly kind: 'string' | 'number' | 'boolean';
  readonly choices: readonly string[] | null;
  /** Null where there is none, or it goes without saying. */
  readonly preset: string | null;
  readonly isRequired: boolean;
}

interface ArgumentEntry {
  readonly name: string;
  readonly describe: string;
}

export interface CommandEntry {
  /** Empty for what runs without a command. */
  readonly name: string;
  /** As it is written: `check [log..]`. */
  readonly usage: string;
  readonly describe: string;
  readonly args: readonly ArgumentEntry[];
  readonly options: readonly OptionEntry[];
  readonly examples: readonly (readonly [line: string, what: string])[];
  readonly notes: readonly string[];
}

interface Spec {
  readonly alias?: string;
  readonly describe?: string;
  readonly type?: 'string' | 'number' | 'boolean';
  readonly choices?: readonly string[];
  readonly default?: unknown;
  readonly demandOption?: boolean;
}

export function commandTable(commands: readonly CommandModule[]): CommandEntry[] {
  return commands.map(entryOf);
}

/** The command that the words begin with; else what runs without one. */
export function commandOf(words: readonly string[], table: readonly CommandEntry[]): CommandEntry {
  const named = table.find(({ name }) => name !== '' && name === words[0]);
  return named ?? (table.find(({ name }) => name === '') as CommandEntry);
}

function entryOf({ command, describe, builder }: CommandModule): CommandEntry {
  const usage = String(command);
  const name = usage.split(' ')[0] ?? '';
  const options: OptionEntry[] = [];
  const args: ArgumentEntry[] = [];
  const examples: [string, string][] = [];
  const notes: string[] = [];
  const recorder: Record<string, unknown> = {
    option: (own: string, spec: Spec) => {
      options.push(optionOf(own, spec));
      return recorder;
    },
    positional: (own: string, { describe: about = '' }: Spec) => {
      args.push({ name: own, describe: about });
      return recorder;
    },
    example: (line: string, what: string) => {
      examples.push([line.replace('$0', 'wirelog'), what]);
      return recorder;
    },
    epilogue: (text: string) => {
      notes.push(text);
      return recorder;
    },
    check: () => recorder,
    parserConfiguration: () => recorder,
  };
  if (typeof builder === 'function') builder(recorder as unknown as Argv);
  return {
    name: name === '$0' ? '' : name,
    usage: usage.replace(/^\$0 ?/, ''),
    describe: String(describe),
    args,
    options: [...options, ...OF_ALL],
    examples,
    notes,
  };
}

/** Options that every command has. */
const OF_ALL: readonly OptionEntry[] = [
  optionOf('help', { alias: 'h', type: 'boolean', describe: 'Show this help' }),
  optionOf('version', { alias: 'V', type: 'boolean', describe: 'Show the version' }),
];

function optionOf(name: string, spec: Spec): OptionEntry {
  const { alias, describe = '', type, choices, demandOption } = spec;
  return {
    name,
    alias: alias ?? null,
    describe,
    kind: type ?? 'string',
    choices: choices ?? null,
    preset: spec.default === undefined || typeof spec.default === 'boolean' ? null : String(spec.default),
    isRequired: demandOption === true,
  };
}

/** What stands for the value of an option in help and man page; null for one that has none. */
export function placeholderOf({ name, kind, choices }: OptionEntry): string | null {
  if (kind === 'boolean') return null;
  return PLACEHOLDERS[name] ?? (choices ? choices.join('|') : kind === 'number' ? 'N' : 'TEXT');
}

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  agent: 'NAME,…',
  around: 'ROW',
  baseline: 'FILE',
  'baseline-agent': 'NAME',
  case: 'CASE,…',
  cert: 'FILE',
  config: 'FILE',
  connect: 'URL',
  extensions: 'VALUE',
  format: 'FORM',
  from: 'FORMAT',
  idle: 'SECONDS',
  key: 'FILE',
  keys: 'FILE',
  listen: '[HOST:]PORT',
  'max-message': 'SIZE',
  'max-octets': 'SIZE',
  'max-size': 'SIZE',
  only: 'RULE,…',
  output: 'FILE',
  redact: 'WHAT',
  report: 'FOLDER',
  rows: 'ROWS',
  rule: 'RULE,…',
  skip: 'RULE,…',
  suite: 'FOLDER',
  target: 'URL',
  timeout: 'SECONDS',
  'timeout-again': 'SECONDS',
  wait: 'SECONDS',
  where: 'FILTER',
};
