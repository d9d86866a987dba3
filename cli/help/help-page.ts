// The help of a command as text: how it is called, its options in groups, examples, filter expressions, exit codes.

import { widthOf, wrap } from '../../src/render/columns.ts';
import { type CommandEntry, type OptionEntry, placeholderOf } from './command-table.ts';
import { exitLines, filterLines, type HelpLine, settingLines } from './sections.ts';

/** Options that several commands share stand behind a command's own. */
const GROUPS: readonly (readonly [title: string, names: readonly string[]])[] = [
  ['What is charged', ['fail-on', 'under-test', 'only', 'skip']],
  ['How it is read', ['from', 'connection', 'port', 'keys', 'ignore']],
  ['Everywhere', ['color', 'quiet', 'help', 'version']],
];

export const SHARED_OPTIONS: ReadonlySet<string> = new Set(GROUPS.flatMap(([, names]) => names));

const WIDEST_LABEL = 30;

/** `commands`: listed too, in the help of the program itself. */
export function helpPage(command: CommandEntry, commands: readonly CommandEntry[], width: number): string {
  const { name, usage, describe, args, examples, notes, options } = command;
  const own = options.filter((option) => !SHARED_OPTIONS.has(option.name));
  const others = commands.filter((one) => one.name !== '' && name === '');
  const sections: [string, readonly HelpLine[]][] = [
    ['Commands', others.map((one) => [one.usage, one.describe])],
    ['Arguments', args.map((arg) => [arg.name, arg.describe])],
    ['Options', own.map(optionLine)],
    ...GROUPS.map(([title, names]): [string, readonly HelpLine[]] => [
      title,
      options.filter((option) => names.includes(option.name)).map(optionLine),
    ]),
    ['Filters', options.some((option) => option.name === 'where') && name !== '' ? filterLines() : []],
    ['Settings', options.some((option) => option.name === 'config') ? settingLines() : []],
    ['Exit code', exitLines(command)],
  ];
  const shown = sections.filter(([, lines]) => lines.length > 0);
  const labels = shown.flatMap(([title, lines]) =>
    title === 'Commands' ? [] : lines.map(([label]) => widthOf(label)),
  );
  const column = Math.min(WIDEST_LABEL, Math.max(...labels));
  const commandColumn = Math.max(0, ...others.map((one) => widthOf(one.usage)));
  const parts = [
    `wirelog ${usage}\n\n${wrap(`${describe}.`, width, '', '').join('\n')}\n`,
    ...shown.map(
      ([title, lines]) => `${title}:\n${linesText(lines, title === 'Commands' ? commandColumn : column, width)}`,
    ),
    examples.length === 0 ? '' : `Examples:\n${examplesText(examples, width)}`,
    ...notes.map((note) => `${wrap(note, width, '', '').join('\n')}\n`),
    name === '' ? 'wirelog help COMMAND tells the options of each command.\n' : '',
  ];
  return parts.filter((part) => part !== '').join('\n');
}

export function optionLine(option: OptionEntry): HelpLine {
  const { name, alias, describe, preset, choices, isRequired } = option;
  const value = placeholderOf(option);
  const label = `${alias === null ? '    ' : `-${alias}, `}--${name}${value === null ? '' : ` ${value}`}`;
  const extras = [
    choices && value !== choices.join('|') ? choices.join(', ') : '',
    isRequired ? 'required' : '',
    preset === null ? '' : `default ${preset}`,
  ].filter((extra) => extra !== '');
  return [label, `${describe}${extras.length === 0 ? '' : ` [${extras.join('; ')}]`}`];
}

/** A label that is too wide has its text on the line below. */
function linesText(lines: readonly HelpLine[], column: number, width: number): string {
  const next = ' '.repeat(column + 4);
  return lines
    .map(([label, text]) => {
      const isWide = widthOf(label) > column;
      const first = isWide ? next : `  ${label}${' '.repeat(column - widthOf(label))}  `;
      const wrapped = wrap(text, width, first, next).join('\n');
      return `${isWide ? `  ${label}\n` : ''}${wrapped}\n`;
    })
    .join('');
}

function examplesText(examples: CommandEntry['examples'], width: number): string {
  const longest = Math.max(...examples.map(([line]) => widthOf(line)));
  const isBeside = examples.every(([, what]) => longest + 4 + widthOf(what) <= width);
  return examples
    .map(([line, what]) => (isBeside ? `  ${line.padEnd(longest)}  ${what}\n` : `  ${line}\n      ${what}\n`))
    .join('');
}
