import { describe, expect, it } from 'vitest';
import { widthOf } from './cells.ts';
import { actionFor, type Context, hintsOf, isIn, KEYMAP, keysLabel } from './keymap.ts';
import { COMMANDS } from './state.ts';

const CONTEXTS: readonly Context[] = ['log', 'help'];

describe('the table of keys', () => {
  it.each(CONTEXTS)('has no key twice in the context %s', (context) => {
    const keys = KEYMAP.filter((binding) => isIn(binding, context)).flatMap(({ keys }) => keys);
    expect(keys).toEqual([...new Set(keys)]);
  });

  it('reaches each action', () => {
    const reached = new Set(KEYMAP.map(({ action }) => action));
    expect([...reached].sort()).toEqual([...COMMANDS, 'digit'].sort());
  });

  it('has a key and a help for each entry', () => {
    for (const binding of KEYMAP) {
      expect(binding.keys.length).toBeGreaterThan(0);
      expect(binding.help).not.toBe('');
      expect(widthOf(keysLabel(binding))).toBeLessThan(16);
    }
  });

  it('dispatches by context', () => {
    expect(actionFor('q', 'log')).toEqual({ type: 'quit' });
    expect(actionFor('q', 'help')).toEqual({ type: 'close-help' });
    expect(actionFor('7', 'log')).toEqual({ type: 'digit', digit: 7 });
    expect(actionFor('7', 'help')).toBeNull();
    expect(actionFor('ctrl-c', 'help')).toEqual({ type: 'interrupt' });
    expect(actionFor('toString', 'log')).toBeNull();
  });

  it('makes the key line of it', () => {
    expect(hintsOf('log').map(({ keys, hint }) => `${keys} ${hint}`)).toEqual([
      '? help',
      'q quit',
      'j/k row',
      'e/E violation',
      'w/W annotation',
      'Tab pane',
      'space/b page',
    ]);
  });
});
