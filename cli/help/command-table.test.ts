import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../commands.ts';
import { commandOf, commandTable, placeholderOf } from './command-table.ts';

const table = commandTable(COMMANDS);

describe('the table of commands', () => {
  it.each(table.map((command) => [command.name || 'wirelog', command] as const))(
    'says what each word of %s is',
    (_, command) => {
      expect(command.describe).not.toBe('');
      expect(command.examples.length).toBeGreaterThan(0);
      for (const { describe: about } of [...command.options, ...command.args]) expect(about).toMatch(/^[A-Za-z]/);
      for (const [line] of command.examples) expect(line).toContain('wirelog');
      const names = command.options.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    },
  );

  it('has no two options of a command with one letter', () => {
    for (const { options } of table) {
      const letters = options.flatMap(({ alias }) => alias ?? []);
      expect(new Set(letters).size).toBe(letters.length);
    }
  });

  it('finds the command that words begin with', () => {
    expect(commandOf(['check', 'a'], table).name).toBe('check');
    expect(commandOf(['a.log', 'check'], table).name).toBe('');
    expect(commandOf([], table).name).toBe('');
  });

  it('names the value of an option, unless it has none', () => {
    const check = commandOf(['check'], table);
    const shown = (name: string) => {
      const option = check.options.find((one) => one.name === name);
      return option && placeholderOf(option);
    };
    expect(['baseline', 'fail-on', 'connection', 'quiet'].map(shown)).toEqual([
      'FILE',
      'error|warning|note|never',
      'N',
      null,
    ]);
  });
});
