// Most calls are plain: a command, files, and options that are spelt out, each once. Those are read here, from the same
// builders that yargs gets, because loading yargs takes longer than annotating a small log. Whatever is not plain, might
// be wrong, or could mean something else, is left to yargs, which also says what is wrong with it.

import type { Argv, CommandModule } from 'yargs';

export interface PlainCall {
  readonly command: CommandModule;
  /** As yargs would hand them over. */
  readonly options: Record<string, unknown>;
}

interface OptionSpec {
  readonly type?: string;
  readonly alias?: string;
  readonly array?: boolean;
  readonly default?: unknown;
  readonly choices?: readonly string[];
  readonly demandOption?: boolean;
}

/** Null where it is not plain. Throws the `UserError` of a command's own check. */
export function plainCallOf(words: readonly string[], commands: readonly CommandModule[]): PlainCall | null {
  const [first = ''] = words;
  const named = commands.find((command) => nameOf(command) === first);
  // yargs looks for a command behind options too.
  if (!named && commands.some((one) => words.includes(nameOf(one)))) return null;
  const command = named ?? commands.find((one) => nameOf(one) === '$0');
  if (!command || typeof command.builder !== 'function') return null;
  const spec = new OptionRecorder();
  command.builder(spec as unknown as Argv);
  return readCall(command, spec, named ? words.slice(1) : words);
}

function nameOf({ command }: CommandModule): string {
  return String(command).split(' ', 1)[0] ?? '';
}

/** Stands in for yargs where a builder says what options there are. */
class OptionRecorder {
  readonly options = new Map<string, OptionSpec>();
  readonly positionals = new Map<string, OptionSpec>();
  readonly checks: ((options: Record<string, unknown>) => unknown)[] = [];

  option(name: string, spec: OptionSpec): this {
    this.options.set(name, spec);
    return this;
  }

  positional(name: string, spec: OptionSpec): this {
    this.positionals.set(name, spec);
    return this;
  }

  check(check: (options: Record<string, unknown>) => unknown): this {
    this.checks.push(check);
    return this;
  }

  example(): this {
    return this;
  }

  epilogue(): this {
    return this;
  }

  /** Of `decode`, for whose numbers no positional argument is plain. */
  parserConfiguration(): this {
    return this;
  }

  named(word: string): readonly [name: string, spec: OptionSpec] | null {
    if (word.startsWith('--')) {
      const spec = this.options.get(word.slice(2));
      return spec ? [word.slice(2), spec] : null;
    }
    return [...this.options].find(([, { alias }]) => alias !== undefined && word === `-${alias}`) ?? null;
  }
}

function readCall(command: CommandModule, spec: OptionRecorder, words: readonly string[]): PlainCall | null {
  const given = new Map<string, unknown>();
  const files: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '-' || !word.startsWith('-')) {
      if (!isPlainWord(word)) return null;
      files.push(word);
      continue;
    }
    const option = spec.named(word);
    if (option === null || given.has(option[0])) return null;
    const next = words[i + 1];
    const value = plainValue(option[1], next);
    if (value === undefined) return null;
    given.set(option[0], value);
    if (option[1].type !== 'boolean') i++;
  }
  const options = withDefaults(spec, given);
  if (options === null || !takePositionals(String(command.command), spec, files, options)) return null;
  options['_'] = nameOf(command) === '$0' ? [] : [nameOf(command)];
  options['$0'] = 'wirelog';
  return spec.checks.every((check) => check(options) === true) ? { command, options } : null;
}

/** What looks like a number, or stands in quotation marks, yargs takes for more than its characters. */
function isPlainWord(word: string): boolean {
  return word !== '' && !/^["'\0]|^[+.\d][.\deExX+\-a-fA-F]*$/.test(word);
}

/** Undefined where yargs has to look at it. */
function plainValue({ type, choices }: OptionSpec, next: string | undefined): unknown {
  if (type === 'boolean') return next === 'true' || next === 'false' ? undefined : true;
  if (next === undefined || next.startsWith('-') || next === '' || /^["'\0]/.test(next)) return undefined;
  if (type === 'number') return /^[1-9]\d{0,8}$/.test(next) ? Number(next) : undefined;
  if (choices) return choices.includes(next) ? next : undefined;
  return type === 'string' ? next : undefined;
}

function withDefaults(spec: OptionRecorder, given: ReadonlyMap<string, unknown>): Record<string, unknown> | null {
  const options: Record<string, unknown> = {};
  for (const [name, { alias, default: otherwise, demandOption }] of spec.options) {
    const value = given.has(name) ? given.get(name) : otherwise;
    if (value === undefined) {
      if (demandOption) return null;
      continue;
    }
    options[name] = value;
    options[name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())] = value;
    if (alias !== undefined) options[alias] = value;
  }
  return options;
}

/** Of a command such as `diff <left> <right>` or `annotate [log..]`. False where there are too few or too many. */
function takePositionals(
  command: string,
  { positionals }: OptionRecorder,
  files: readonly string[],
  options: Record<string, unknown>,
): boolean {
  const slots = [...command.matchAll(/([<[])([a-z]+)(\.\.)?[>\]]/g)];
  let taken = 0;
  for (const [, bracket, name = '', isList] of slots) {
    if (positionals.get(name)?.type !== 'string') return false;
    const words = isList === undefined ? files.slice(taken, taken + 1) : files.slice(taken);
    if (bracket === '<' && words.length === 0) return false;
    taken += words.length;
    // The default command's list is left out where it is empty.
    if (isList !== undefined && (words.length > 0 || !command.startsWith('$0'))) options[name] = words;
    else if (isList === undefined && words.length > 0) options[name] = words[0];
  }
  return taken === files.length;
}
