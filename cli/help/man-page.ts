// The man page, in roff: every command with its options, from the table that the help is made of.

import { type CommandEntry, type OptionEntry, placeholderOf } from './command-table.ts';
import { SHARED_OPTIONS } from './help-page.ts';
import { exitLines, filterLines, type HelpLine, settingLines } from './sections.ts';

const FILES: readonly HelpLine[] = [
  ['wirelog.config.json', 'settings of check, or the member "wirelog" of package.json'],
];
const VARIABLES: readonly HelpLine[] = [
  ['NO_COLOR, FORCE_COLOR', 'switch colour off or on where --color does not say'],
  ['COLUMNS', 'the width at which text is wrapped'],
  ['SSLKEYLOGFILE', 'the TLS key log, where --keys names none'],
  ['GITHUB_STEP_SUMMARY', 'the file to which check --format github adds its summary'],
  ['WIRELOG_DEBUG', '1: the message of a bug in wirelog says where it happened'],
];

export function manPage(commands: readonly CommandEntry[], version: string): string {
  const program = commands.find(({ name }) => name === '');
  const named = commands.filter(({ name }) => name !== '');
  // What several commands have, and mean in the same way, is told once.
  const common = program?.options.filter(({ name }) => SHARED_OPTIONS.has(name)) ?? [];
  return [
    `.TH WIRELOG 1 "" "wirelog ${roff(version)}" "User Commands"`,
    '.SH NAME',
    'wirelog \\- read, judge, record and replay WebSocket wire logs',
    '.SH SYNOPSIS',
    ...['', ...named.map(({ name }) => name)].map((name) => {
      const usage = commands.find((command) => command.name === name)?.usage ?? '';
      return `.B wirelog\n${roff(usage)} [option...]\n.br`;
    }),
    '.SH DESCRIPTION',
    roff(
      'wirelog reads the wire log of a WebSocket connection, decodes every frame again from the octets, and names each violation of RFC 6455 and RFC 7692. In a terminal it opens the log to be stepped through; in a pipe it prints it, annotated.',
    ),
    '.SH COMMANDS',
    ...named.flatMap((command) => commandText(command, common)),
    '.SH COMMON OPTIONS',
    ...common.map(optionText),
    '.SH FILTERS',
    ...definitions(filterLines()),
    '.SH EXIT STATUS',
    ...definitions(exitLines({ name: '', options: [] })),
    '.SH ENVIRONMENT',
    ...definitions(VARIABLES),
    '.SH FILES',
    ...definitions(FILES),
    '.SH SETTINGS',
    ...definitions(settingLines()),
    '.SH SEE ALSO',
    '.BR tshark (1),',
    '.BR tcpdump (1)',
    '',
  ].join('\n');
}

function commandText({ usage, describe, options, examples }: CommandEntry, common: readonly OptionEntry[]): string[] {
  const isCommon = (own: OptionEntry) =>
    common.some(({ name, describe: about }) => name === own.name && about === own.describe);
  return [
    `.SS "wirelog ${roff(usage)}"`,
    `${roff(describe)}.`,
    ...options.filter((option) => !isCommon(option)).map(optionText),
    ...examples.flatMap(([line, what]) => [
      '.PP',
      `${roff(`${what[0]?.toUpperCase()}${what.slice(1)}`)}:`,
      '.PP',
      '.nf',
      `    ${roff(line)}`,
      '.fi',
    ]),
  ];
}

function optionText(option: OptionEntry): string {
  const { name, alias, describe, preset } = option;
  const value = placeholderOf(option);
  const label = `${alias === null ? '' : `\\fB\\-${roff(alias)}\\fR, `}\\fB\\-\\-${roff(name)}\\fR`;
  const extra = preset === null ? '' : ` The default is ${preset}.`;
  return `.TP\n${label}${value === null ? '' : ` \\fI${roff(value)}\\fR`}\n${roff(`${describe}.${extra}`)}`;
}

function definitions(lines: readonly HelpLine[]): string[] {
  return lines.map(([label, text]) => `.TP\n\\fB${roff(label)}\\fR\n${roff(text)}`);
}

/** Text as it is: no line of it is a request, no backslash an escape, and hyphens can be copied. */
function roff(text: string): string {
  return text
    .replace(/\\/g, '\\e')
    .replace(/-/g, '\\-')
    .replace(/…/g, '...')
    .replace(
      /[^\n -~]/gu,
      (character) => `\\[u${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`,
    )
    .replace(/^(?=[.'])/gm, '\\&');
}
