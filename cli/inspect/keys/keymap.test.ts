import { describe, expect, it } from 'vitest';
import { cellsOf } from '../terminal/cells.ts';
import { actionFor, CONTEXTS, isIn, KEYMAP, keyHintsOf, keysLabel } from './keymap.ts';

describe('the table of keys', () => {
  it.each(CONTEXTS)('has no key twice in the context %s', (context) => {
    const keys = KEYMAP.filter((binding) => isIn(binding, context)).flatMap(({ keys }) => keys);
    expect(keys).toEqual([...new Set(keys)]);
  });

  it('has a key and a help for each entry', () => {
    for (const binding of KEYMAP) {
      expect(binding.keys.length).toBeGreaterThan(0);
      expect(binding.help).not.toBe('');
      expect(cellsOf(keysLabel(binding))).toBeLessThan(20);
    }
  });

  it('dispatches by context', () => {
    expect(actionFor('q', 'log')).toBe('back');
    expect(actionFor('q', 'help')).toBe('close-help');
    expect(actionFor('q', 'prompt')).toBeNull();
    expect(actionFor('7', 'log')).toBe('digit');
    expect(actionFor('7', 'help')).toBeNull();
    expect(actionFor('e', 'cases')).toBe('next-violation');
    for (const context of CONTEXTS) expect(actionFor('ctrl-c', context)).toBe('interrupt');
    expect(actionFor('toString', 'log')).toBeNull();
  });

  it('takes no printable key for itself while one writes', () => {
    const keys = KEYMAP.filter((binding) => isIn(binding, 'prompt')).flatMap((binding) => binding.keys);
    expect(keys.filter((key) => key.length === 1)).toEqual([]);
  });

  it('makes the key line of it', () => {
    expect(keyHintsOf('log').map(({ keys, hint }) => `${keys} ${hint}`)).toEqual([
      '? help',
      'q quit',
      'j/k row',
      'e/E violation',
      'c/C cause/reaction',
      '/ search',
      'f filter',
      'Tab pane',
      'p play',
      'w/W annotation',
      'J/K message',
      'x export',
      'd compare',
      'space/b page',
    ]);
    expect(keyHintsOf('copy').map(({ keys, hint }) => `${keys} ${hint}`)).toEqual([
      'j JSON',
      'h hex',
      'b base64',
      'p payload',
      'q nothing',
    ]);
  });
});
