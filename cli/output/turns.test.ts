// Texts that are written at the same time come out one after the other.

import { describe, expect, it } from 'vitest';
import { openTurns, type Turns } from './turns.ts';

function all(turns: Turns): string {
  const parts: Buffer[] = [];
  // They are copied: what is taken stands until the next is asked for.
  for (let octets = turns.take(); octets.length > 0; octets = turns.take()) parts.push(Buffer.from(octets));
  return Buffer.concat(parts).toString();
}

describe('turns', () => {
  it.each([
    ['in memory', 1 << 20],
    ['in a file', 8],
  ])('keep %s what is not due', (_, most) => {
    const turns = openTurns(most);
    const [a, b, c] = [turns.begin(), turns.begin(), turns.begin()];
    let wanted = { a: '', b: '', c: '' };
    let out = '';
    for (let i = 0; i < 200; i++) {
      a.write(`a${i} `);
      b.write(`b${i}ü `);
      if (i % 3 === 0) c.write(`c${i}\u{1f388} `);
      wanted = {
        a: `${wanted.a}a${i} `,
        b: `${wanted.b}b${i}ü `,
        c: i % 3 === 0 ? `${wanted.c}c${i}\u{1f388} ` : wanted.c,
      };
      if (i === 50) c.end();
      if (i % 7 === 0) out += Buffer.from(turns.take()).toString();
    }
    expect(wanted.a.startsWith(out)).toBe(true);
    a.end();
    b.end();
    out += all(turns);
    expect(out).toBe(wanted.a + wanted.b + wanted.c);
    turns.close();
  });

  it('write the first at once', () => {
    const turns = openTurns();
    const first = turns.begin();
    first.write('x');
    turns.begin().write('y');
    expect(Buffer.from(turns.take()).toString()).toBe('x');
    expect(turns.take()).toHaveLength(0);
    first.end();
    expect(Buffer.from(turns.take()).toString()).toBe('y');
  });
});
