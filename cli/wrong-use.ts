// What is wrong with the words of a call, said in the program's own words: the parser's are for its own makers.

import type { CommandModule } from 'yargs';
import { type CommandEntry, commandOf, commandTable, placeholderOf } from './help/command-table.ts';
import { nearest, suggestion } from './nearest.ts';

interface Wrong {
  readonly command: CommandEntry;
  /** `check: `; empty where it is no command. */
  readonly called: string;
  readonly words: readonly string[];
}

/** By what the parser says; the rest of its line comes in. */
const REASONS: readonly (readonly [RegExp, (found: string, wrong: Wrong) => string])[] = [
  [/^Unknown (?:arguments?|commands?): (.+)$/s, unknown],
  [/^Not enough arguments following: (\S+)$/, valueMissing],
  [/^Not enough non-option arguments: (.+)$/, argumentMissing],
  [/^Too many non-option arguments: (.+)$/, tooMany],
  [/^Missing required arguments?: (.+)$/, optionMissing],
  [/^Invalid values: (.+)$/s, invalidValue],
];

/** One line; `words` are those of the call. */
export function wrongUse(message: string, words: readonly string[], commands: readonly CommandModule[]): string {
  const command = commandOf(words, commandTable(commands));
  const called = command.name === '' ? '' : `${command.name}: `;
  const line = message.replace(/\s*\n\s*/g, ' ').replaceAll('\0', '');
  for (const [form, reason] of REASONS) {
    const found = form.exec(line)?.[1];
    if (found !== undefined) return reason(found, { command, called, words });
  }
  return line;
}

function unknown(list: string, wrong: Wrong): string {
  const { command, called, words } = wrong;
  const [name = ''] = list.split(', ');
  if (words.some((word) => word.replace('\0', '') === name)) return tooMany(name, wrong);
  const dashes = name.length === 1 ? '-' : '--';
  const names = command.options.map((option) => option.name);
  const near =
    nearest(kebab(name), names) ?? (name.length === 1 ? null : nearest(name, ['no-redact', 'no-ignore', 'no-config']));
  const hint = near === null ? `wirelog ${helpOf(command)} lists them` : `did you mean --${near}?`;
  return `${called}no option ${dashes}${kebab(name)}: ${hint}`;
}

function helpOf({ name }: CommandEntry): string {
  return `${name === '' ? '' : `${name} `}--help`;
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function valueMissing(name: string, { command }: Wrong): string {
  const option = command.options.find((one) => one.name === name || one.alias === name);
  const value = option ? placeholderOf(option) : null;
  return `--${option?.name ?? name} needs a value${value === null ? '' : `: ${value}`}`;
}

/** `got 1, need at least 2` */
function argumentMissing(counts: string, { command, called }: Wrong): string {
  const names = [...command.usage.matchAll(/<([^>]+?)(?:\.\.)?>/g)].map(([, name]) => name);
  const wanted = names[Number(/\d+/.exec(counts)?.[0] ?? 0)] ?? 'argument';
  return `${called}${wanted} is missing: wirelog ${command.usage}`;
}

function tooMany(word: string, { command, called }: Wrong): string {
  return `${called}"${word}" is one too many: wirelog ${command.usage}`;
}

function optionMissing(list: string, { command, called }: Wrong): string {
  const [name = ''] = list.split(', ');
  const option = command.options.find((one) => one.name === name);
  const value = option ? ` ${placeholderOf(option) ?? ''}` : '';
  return `${called}--${name}${value} is missing: ${option?.describe ?? `wirelog ${helpOf(command)} tells more`}`;
}

function invalidValue(text: string, { command, called }: Wrong): string {
  const [, name = '', given = '', list = ''] = /^Argument: ([^,]+), Given: "?(.*?)"?, Choices: (.*)$/s.exec(text) ?? [];
  const choices = list.split(', ').map((choice) => choice.replace(/^"|"$/g, ''));
  const option = command.options.find((one) => one.name === name || one.alias === name);
  const what = option ? `--${option.name}` : `${called}${name}`;
  return `${what} cannot be "${given}"${suggestion(given, choices)}`;
}
