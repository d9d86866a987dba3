// The catalogue of rules as text, JSON and Markdown; README and `wirelog rules` print the same records.

import { annotateExample, logOfExample } from '../judge/example.ts';
import type { Role } from '../model/row.ts';
import { adviceInLines, adviceOf } from '../rules/advice/advice.ts';
import { areaOf, type Example, type Rule } from '../rules/kit/rule.ts';
import { textRenderer } from './annotate/text.ts';
import { wrap } from './columns.ts';
import { painter } from './paint.ts';

export function rulesInText(rules: readonly Rule[], color: boolean): string {
  const paint = painter(color);
  const width = Math.max(...rules.map(({ id }) => id.length));
  return rules
    .map(({ id, severity, section, title }) => {
      const ink = severity === 'error' ? 'red' : severity === 'warning' ? 'yellow' : 'dim';
      return `${id.padEnd(width)}  ${paint(ink, severity.padEnd(7))}  ${title} ${paint('dim', `(${section})`)}\n`;
    })
    .join('');
}

/** Behind "the other endpoint". */
const REACTIONS: Readonly<Record<Rule['reaction'], string>> = {
  'fail-1002': 'has to fail the connection: Close 1002 and the end of TCP, or the end of TCP alone',
  'may-fail-1002': 'may fail the connection with 1002, or go on',
  'fail-1007': 'has to fail the connection: Close 1007 and the end of TCP, or the end of TCP alone',
  fail: 'has to fail the connection: Close 1007 or 1002 and the end of TCP, or the end of TCP alone',
  'http-4xx': 'has to answer with a 4xx status, never with 101',
  'client-drops': 'has to end TCP: there is no WebSocket connection',
  'handshake-fails': 'has to answer a request with a 4xx status, and to end TCP after a 101',
  none: 'has nothing to do about it',
};

/** Of each role the cases in which it breaks the rule on purpose. */
export type ProvokingCases = Readonly<Record<Role, readonly string[]>>;

/** `width`: columns of a line; infinite where nothing is wrapped. */
export function ruleInText(rule: Rule, color: boolean, cases: ProvokingCases, width: number): string {
  const paint = painter(color);
  const by = rule.by.length === 0 ? 'nobody: it is about the log' : rule.by.join(' or ');
  return [
    paint('bold', rule.id),
    `  ${rule.title}`,
    `  ${rule.severity} (${rule.basis}), ${rule.section}`,
    `  broken by: ${by}`,
    `  the other endpoint ${REACTIONS[rule.reaction]}`,
    `  wirelog test ws://… plays it: ${cases.client.join(', ') || 'never'}`,
    `  wirelog test --listen … plays it: ${cases.server.join(', ') || 'never'}`,
    ...adviceInLines(rule.id).flatMap((line) => ['', ...wrap(line, width, '  ', '  ')]),
    '',
  ].join('\n');
}

export function exampleInText(rule: Rule, example: Example, index: number, color: boolean): string {
  const kind = index < rule.examples.violates.length ? 'violates' : 'holds';
  const { header, connection, rows, summary } = annotateExample(example);
  const renderer = textRenderer({ color, violationsOnly: false, hexdump: null });
  renderer.begin(header, connection);
  const shown = rows.map((row) => renderer.row(row)).join('');
  return `\n${painter(color)('bold', `${kind}:`)}\n${shown}${renderer.end(summary, null)}`;
}

export function rulesAsJson(rules: readonly Rule[], casesOf: (rule: Rule) => ProvokingCases): string {
  const records = rules.map((rule) => ({ ...recordOf(rule), advice: adviceOf(rule.id), cases: casesOf(rule) }));
  return `${JSON.stringify(records, null, 2)}\n`;
}

function recordOf({ id, severity, basis, by, section, title, reaction, examples }: Rule) {
  return {
    id,
    severity,
    basis,
    by,
    section,
    title,
    reaction,
    examples: { violates: examples.violates.map(logOfExample), holds: examples.holds.map(logOfExample) },
  };
}

export function rulesAsMarkdown(rules: readonly Rule[]): string {
  const rows = rules.map(({ id, severity, section, title }) => `| \`${id}\` | ${severity} | ${section} | ${title} |\n`);
  return `| rule | severity | section | what is wrong |\n| --- | --- | --- | --- |\n${rows.join('')}`;
}

const AREAS: Readonly<Record<string, string>> = {
  http: 'HTTP/1.1 syntax of either handshake message',
  request: 'the client’s opening handshake',
  response: 'the server’s opening handshake',
  pmd: 'negotiation of permessage-deflate',
  frame: 'the base framing header',
  mask: 'masking keys',
  fragment: 'fragmentation',
  control: 'control frames',
  close: 'Close frames and the closing handshake',
  ping: 'Ping and Pong',
  text: 'UTF-8 of text messages',
  deflate: 'compressed messages',
  phase: 'order of phases, ends of TCP',
  reaction: 'what the other endpoint does about it',
  log: 'the log itself',
};

/** The table of areas for the README. */
export function areasAsMarkdown(rules: readonly Rule[]): string {
  const rows = Object.entries(AREAS)
    .map(([area, about]) => ({ area, about, rules: rules.filter(({ id }) => areaOf(id) === area) }))
    .filter(({ rules: own }) => own.length > 0)
    .map(({ area, about, rules: own }) => {
      const count = (severity: Rule['severity']) => own.filter((rule) => rule.severity === severity).length;
      return `| \`${area}/\` | ${about} | ${count('error')} | ${count('warning')} | ${count('note')} |\n`;
    });
  return `| area | about | errors | warnings | notes |\n| --- | --- | --- | --- | --- |\n${rows.join('')}`;
}
