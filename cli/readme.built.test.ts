// Every command that the README shows is run, or, where it needs a terminal or a peer, at least has the options it names;
// what the README shows as output is what is printed.

import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { caseReport, LOGS, put, scratch, shell, wirelog } from './built.fixture.ts';

const README = readFileSync('README.md', 'utf8');
const BLOCKS = [...README.matchAll(/^```\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
/** Without what stands beside a command to explain it. */
const COMMANDS = BLOCKS.flatMap((block) => block.match(/^wirelog .*$/gm) ?? []).map(
  (line) => line.split(/ {2,}/)[0] ?? '',
);
const NEEDS_MORE = /^wirelog (?:inspect|record|replay|test)\b/;

const folder = scratch();
cpSync(LOGS, join(folder, 'logs'), { recursive: true });
cpSync(join(LOGS, 'two-connections.pcap'), join(folder, 'a.pcap'));
mkdirSync(join(folder, 'reports'));
for (const id of ['1.1', '1.2']) put(join(folder, 'reports'), `agent_case_${id}.json`, caseReport(id));
for (const name of ['report.json', 'a.json']) put(folder, name, caseReport('1.1'));
for (const name of ['a.log', 'again.log']) put(folder, name, '# wirelog 1\nrx 8900\n');
put(folder, 'b.log', '# wirelog 1\nrx 890161\n');
put(folder, 'keys.txt', `CLIENT_RANDOM ${'00'.repeat(32)} ${'00'.repeat(48)}\n`);
wirelog(['attach', 'report.json', '-o', 'page.html'], { cwd: folder });

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** Blanks are equal to one another, and `…` is anything. */
function shown(text: string): RegExp {
  const words = text
    .trim()
    .split(/\s+/)
    .map((word) => word.split('…').map(escaped).join('[\\s\\S]*?'));
  return new RegExp(words.join('\\s+').replaceAll('\\s+[\\s\\S]*?\\s+', '\\s[\\s\\S]*?\\s'));
}

describe('a command in the README', () => {
  it.each(COMMANDS.filter((line) => !NEEDS_MORE.test(line)))('runs: %s', (line) => {
    const { code, err } = shell(line, { cwd: folder });
    expect(code, err).toBeOneOf([0, 1]);
  });

  it.each(COMMANDS.filter((line) => NEEDS_MORE.test(line)))('has its options: %s', (line) => {
    const help = wirelog(['help', line.split(' ')[1] ?? '']).out;
    for (const option of line.match(/(?<= )--?[a-z][\w-]*/g) ?? []) expect(help).toMatch(new RegExp(` ${option}\\b`));
  });

  it('installs the version that there is', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect([...new Set(README.match(/wirelog-[\d.]+\.tgz/g))]).toEqual([`wirelog-${version}.tgz`]);
  });
});

describe('an output in the README', () => {
  const withOutput = BLOCKS.filter((block) => block.startsWith('$ '));

  it.each(withOutput.map((block) => [block.split('\n')[0] ?? '', block]))('is printed: %s', (line, block) => {
    expect(shell(line.slice(2), { cwd: folder }).out).toMatch(shown(block.slice(line.length)));
  });

  it('is printed by npm start', () => {
    const block = BLOCKS.find((text) => text.startsWith('lluv-websocket')) ?? '?';
    expect(wirelog(['annotate', 'logs/7.9.13-close-code-2999.txt'], { cwd: folder }).out).toMatch(shown(block));
  });

  it('begins the report of attach', () => {
    const block = BLOCKS.find((text) => text.startsWith('example-server, case rsv2')) ?? '?';
    wirelog(['attach', 'logs/rsv2-echoed.log', '-o', 'bug.txt'], { cwd: folder });
    expect(readFileSync(join(folder, 'bug.txt'), 'utf8')).toMatch(shown(block));
  });
});
