// What the help of a command and the man page say beside the options: exit codes and filter expressions.

import { FLAGS, NAMED_NUMBERS, NAMES, NUMBERS, PATTERNS } from '../../src/judge/filter/filter-terms.ts';
import { SETTINGS } from '../check/config-settings.ts';
import type { CommandEntry } from './command-table.ts';

export type HelpLine = readonly [label: string, text: string];

/** What 0 and 1 mean where it is not about what is charged; no second one: it never ends in 1. */
const OWN_EXITS: Readonly<Record<string, readonly [string, string?]>> = {
  inspect: ['it was left with q'],
  attach: ['the report is written, whatever it shows'],
  convert: ['the log is written'],
  record: ['it was stopped, or --connections have ended'],
  diff: ['nothing differs', 'something differs'],
  replay: ['the peer does as --expect says', 'it does something else'],
  rules: ['there is such a rule'],
  completion: ['the script is printed'],
  help: ['there is such a command'],
};
const CHARGED: readonly [string, string] = [
  'nothing at or above --fail-on (error) is charged to the endpoint under test',
  'something at or above --fail-on is charged to it',
];

export function exitLines({ name, options }: Pick<CommandEntry, 'name' | 'options'>): HelpLine[] {
  const [ok, differs] = OWN_EXITS[name] ?? CHARGED;
  const hasBaseline = options.some((option) => option.name === 'baseline');
  return [
    ['0', ok],
    ...(differs === undefined ? [] : [['1', differs] as const]),
    ['2', `wrong use, or something cannot be read${hasBaseline ? ', or is not there' : ''}`],
    ['70', 'a bug in wirelog'],
    ['130', 'interrupted'],
  ];
}

/** The settings of `check`. */
export function settingLines(): HelpLine[] {
  return [
    ['in', 'wirelog.config.json, or "wirelog" in package.json, of this folder or one above'],
    ['names', Object.keys(SETTINGS).join(' ')],
    ['such as', '{ "paths": ["reports"], "failOn": "warning", "skip": ["close/no-status"] }'],
  ];
}

/** The grammar of `--where`. */
export function filterLines(): HelpLine[] {
  const list = (names: readonly string[]) => names.join(' ');
  return [
    ['row is or has', list(Object.keys(FLAGS))],
    ['opcode', list(Object.keys(NAMED_NUMBERS['opcode'] ?? {}))],
    ['numbers', `${list(Object.keys(NUMBERS))}, with == != < <= > >=`],
    ['words', `${list(Object.keys(NAMES))}, with == !=`],
    ['patterns', list(Object.keys(PATTERNS).map((name) => `${name}:…`))],
    ['together', 'and or not ( )'],
    ['such as', "'rx and len>125'   'close and not tx'   'rule:close/*'   'gap>500ms'   'hex:8902'"],
  ];
}
