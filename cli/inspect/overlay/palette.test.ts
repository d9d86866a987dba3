import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTEXTS, type Context, isIn, KEYMAP } from '../keys/keymap.ts';
import { openPrompt, type Prompt, typed } from '../keys/prompt.ts';
import { checkPalette, editPalette, matching, orderOf } from './palette.ts';

const written = (text: string): Prompt => openPrompt('palette', text, []);
const ordered = (context: Context, text: string) => orderOf(context, written(text));

describe('the palette', () => {
  it.each(CONTEXTS)('has each action of the table that means something in %s, by its name', (context) => {
    const names = new Set(matching(context, '').map(({ name }) => name as string));
    const actions = KEYMAP.filter((binding) => isIn(binding, context)).map(({ action }) => action as string);
    expect([...names].sort()).toEqual(
      [...new Set(actions.filter((action) => !/^(?:digit|palette)$/.test(action)))].sort(),
    );
    for (const name of names) expect(ordered(context, name)).toEqual({ command: name, count: null });
  });

  it('puts what begins with the text first, then names, then helps', () => {
    expect(matching('log', 'fi').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['filter', 'first', 'toggle-filter']),
    );
    expect(matching('log', 'fi')[0]?.name).toBe('filter');
    expect(matching('log', 'stimulus')[0]?.name).toBe('cause');
    expect(matching('log', 'nothing like it')).toEqual([]);
  });

  it('takes a number for a row, and a share where there are shares', () => {
    expect(ordered('log', '12')).toEqual({ command: 'first', count: 12 });
    expect(ordered('log', ' 50% ')).toEqual({ command: 'percent', count: 50 });
    expect(ordered('cases', '50%')).toBeNull();
    expect(ordered('log', '3 next-violation')).toEqual({ command: 'next-violation', count: 3 });
    expect(checkPalette('log', written('nothing like it')).isRight).toBe(false);
  });

  it('chooses and completes', () => {
    const down = editPalette('log', written('next-'), 'prompt-later') ?? written('');
    const second = matching('log', 'next-')[1]?.name;
    expect(orderOf('log', down)?.command).toBe(second);
    expect(editPalette('log', down, 'prompt-complete')?.text).toBe(second);
    expect(editPalette('log', written('3next-v'), 'prompt-complete')?.text).toBe('3 next-violation');
    expect(typed(down, 'x').chosen).toBe(0);
    expect(editPalette('log', down, 'prompt-erase')).toBeNull();
  });

  it('stays in the list whatever is pressed', () => {
    const keys = fc.array(fc.constantFrom('prompt-earlier', 'prompt-later', 'prompt-complete', 'x'));
    fc.assert(
      fc.property(fc.string({ maxLength: 3 }), keys, (text, pressed) => {
        let prompt = typed(written(''), text);
        for (const key of pressed) {
          prompt = key === 'x' ? typed(prompt, 'e') : (editPalette('log', prompt, key as 'prompt-later') ?? prompt);
        }
        const { length } = matching('log', prompt.text);
        expect(prompt.chosen).toBeLessThan(Math.max(length, 1));
        expect(prompt.chosen).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
