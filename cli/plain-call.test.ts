import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CommandModule } from 'yargs';
import { COMMANDS } from './commands.ts';
import { parserOf } from './full-call.ts';
import { guarded, settle } from './main.ts';
import { plainCallOf } from './plain-call.ts';

/** What each command would be handed: by yargs, and where the call is plain. */
async function bothOf(words: readonly string[]) {
  let byYargs: unknown = null;
  const recording = COMMANDS.map(
    (command): CommandModule => ({
      ...command,
      handler: (options) => {
        byYargs = { command: command.command, options: definedIn(options) };
      },
    }),
  );
  await parserOf(guarded(words), recording, settle).parseAsync();
  const plain = plainCallOf(words, COMMANDS);
  if (plain) settle(plain.options);
  return { byYargs, plain: plain && { command: plain.command.command, options: definedIn(plain.options) } };
}

function definedIn(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

describe('a plain call is read as yargs reads it', () => {
  it.each([
    ['annotate logs/a.txt'],
    ['annotate'],
    ['logs/a.txt'],
    ['logs/a.txt -q'],
    ['-f ndjson logs/a.txt logs/b.txt'],
    ['annotate -f ndjson --fail-on never --under-test both a.log'],
    ['annotate --max-message 64M --where tx a.log'],
    ['annotate a.log --connection 3 --port 8080'],
    ['check reports --case 7.* --baseline old.ndjson --allow-missing'],
    ['attach a.log -o report.md --rows 3-12'],
    ['convert --to autobahn-json -'],
    ['diff left right -q'],
    ['rules close -f json'],
    ['record --target ws://localhost:1 --connections 2'],
    ['replay a.log --listen 9001'],
    ['test ws://localhost:9001 --list'],
    ['decode abcg'],
  ])('%s', async (line) => {
    const { byYargs, plain } = await bothOf(line.split(' '));
    expect(plain).not.toBe(null);
    expect(plain).toEqual(byYargs);
  });

  it('whatever words there are, where it is read at all', async () => {
    const words = fc.oneof(
      fc.constantFrom('annotate', 'check', 'convert', 'attach', 'rules', 'diff', 'decode', 'inspect'),
      fc.constantFrom('-q', '-f', '-o', '--format', '--quiet', '--hex', '--to', '--from', '--redact', '--no-redact'),
      fc.constantFrom('--connection', '--port', '--fail-on', '--color', '--full', '--where', '--at', '--maxMessage'),
      fc.constantFrom('a.log', '-', '7', '7.1', '1e3', '0x12', '+5', '-5', '.5', 'true', 'false', '""', "'a'", 'never'),
      fc.constantFrom('ndjson', 'rows', 'always', '--', '--quiet=true', '-qf', 'NaN', 'Infinity', '007', '5e', '8182'),
    );
    let read = 0;
    const property = fc.asyncProperty(fc.array(words, { maxLength: 5 }), async (line) => {
      const plain = plainOrNull(line);
      if (plain === null) return;
      read++;
      const both = await bothOf(line);
      expect(both.plain).toEqual(both.byYargs);
    });
    await fc.assert(property, { numRuns: 1000 });
    expect(read).toBeGreaterThan(100);
  });
});

/** A command's own check may refuse it, as it does where yargs asks. */
function plainOrNull(line: readonly string[]) {
  try {
    return plainCallOf(line, COMMANDS);
  } catch {
    return null;
  }
}

describe('left to yargs is', () => {
  it.each([
    '--help',
    'annotate --help',
    'annotate --nonsense a.log',
    'annotate a.log -f',
    'annotate -f text -f ndjson a.log',
    'annotate --color nonsense a.log',
    'annotate --quiet true a.log',
    'annotate --no-quiet a.log',
    'annotate -qf text a.log',
    'annotate --fail-on=never a.log',
    'annotate -- -a.log',
    'annotate 7',
    'convert',
    'convert a b',
    'decode 8100',
    'record',
  ])('%s', (line) => {
    expect(plainCallOf(line.split(' '), COMMANDS)).toBe(null);
  });
});
