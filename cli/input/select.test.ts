import { describe, expect, it } from 'vitest';
import { selectionOf } from './select.ts';

describe('which cases are wanted', () => {
  const wants = (list: string | undefined, id: string | null, agents?: string, agent = 'made') =>
    selectionOf(list, agents).wants({ agent, case: id });

  it('is told by globs, with commas; a number alone is its group', () => {
    expect(wants('7.*', '7.13.1')).toBe(true);
    expect(wants('7.*', '17.1')).toBe(false);
    expect(wants('7', '7.1.1')).toBe(true);
    expect(wants('1', '13.1')).toBe(false);
    expect(wants('2.1?, 3.2', '2.10')).toBe(true);
    expect(wants('2.1?,3.2', '2.1')).toBe(false);
    expect(wants('*', null)).toBe(false);
    expect(wants('6.(', '6.1')).toBe(false);
  });

  it('is told by the agent, who may have a comma in the name', () => {
    expect(wants(undefined, '1.1', 'ws-8*', 'ws-8-server')).toBe(true);
    expect(wants(undefined, '1.1', 'ws-8', 'ws-8-server')).toBe(false);
    expect(wants(undefined, '1.1', 'a, b', 'a, b')).toBe(true);
    expect(selectionOf(undefined, undefined).isEverything).toBe(true);
  });
});
