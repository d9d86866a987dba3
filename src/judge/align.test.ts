import { describe, expect, it } from 'vitest';
import { align, type Unit, unitsOf } from './align.ts';
import { annotateExample } from './example.ts';

function units(text: string): Unit[] {
  return [...text].map(
    (key, position) => ({ position, row: {}, frame: null, key, payload: new Uint8Array(0) }) as unknown as Unit,
  );
}

function shown(left: string, right: string): string[] {
  const pairs = align(units(left), units(right));
  return pairs.map((pair) => `${pair.left?.key ?? '-'}${pair.right?.key ?? '-'}${pair.isSame ? '' : '!'}`);
}

/** The length of the longest sequence that both have. */
function common(left: string, right: string): number {
  if (left === '' || right === '') return 0;
  if (left[0] === right[0]) return 1 + common(left.slice(1), right.slice(1));
  return Math.max(common(left.slice(1), right), common(left, right.slice(1)));
}

describe('two logs side by side', () => {
  it.each([
    ['', '', []],
    ['ab', 'ab', ['aa', 'bb']],
    ['ab', 'b', ['a-!', 'bb']],
    ['b', 'ab', ['-a!', 'bb']],
    ['abc', 'axc', ['aa', 'bx!', 'cc']],
    ['abxc', 'ayzc', ['aa', 'by!', 'xz!', 'cc']],
    ['abc', 'axyzc', ['aa', 'bx!', '-y!', '-z!', 'cc']],
    ['aa', 'aaa', ['aa', 'aa', '-a!']],
    ['abcd', 'bd', ['a-!', 'bb', 'c-!', 'dd']],
    ['a', 'b', ['ab!']],
    ['a', '', ['a-!']],
  ])('%j and %j stand so: %j', (left, right, pairs) => {
    expect(shown(left, right)).toEqual(pairs);
  });

  it('have as much in common as there is, and lack nothing', () => {
    for (let i = 0; i < 3 ** 5; i++) {
      const [left, right] = [i, (i * 37) % 243].map((number) =>
        number
          .toString(3)
          .padStart(5, '0')
          .replace(/^0+/, (zeros) => zeros.slice(0, number % 3)),
      ) as [string, string];
      const pairs = align(units(left), units(right));
      expect(pairs.flatMap((pair) => pair.left?.key ?? []).join('')).toBe(left);
      expect(pairs.flatMap((pair) => pair.right?.key ?? []).join('')).toBe(right);
      expect(pairs.filter(({ isSame }) => isSame).length, `${left} ${right}`).toBe(common(left, right));
    }
  });

  it('stand as they come where they are too long to compare', () => {
    const [left, right] = [`${'a'.repeat(2000)}b`, `c${'a'.repeat(1999)}d`];
    expect(left.length * right.length).toBeGreaterThan(4_000_000);
    expect(align(units(left), units(right)).every(({ isSame }) => !isSame)).toBe(true);
  });
});

function keysOf(log: string): string[] {
  return annotateExample({ log })
    .rows.flatMap(unitsOf)
    .map(({ key }) => key);
}

function sameIn(left: string, right: string): boolean[] {
  const [one, other] = [left, right].map((log) => annotateExample({ log }).rows.flatMap(unitsOf)) as [Unit[], Unit[]];
  return align(one, other).map(({ isSame }) => isSame);
}

describe('what is compared', () => {
  it('is heads by method or status, frames by their headers, and events', () => {
    const head =
      'tx "GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"\nrx "HTTP/1.1 400 Bad\\r\\nContent-Length: 0\\r\\n\\r\\n"';
    expect(keysOf(`# writer: client\n${head}\nTCP DROPPED BY PEER`)).toEqual([
      'http tx GET',
      'http rx 400',
      'tcp-drop peer',
    ]);
    expect(keysOf('rx 8105 LEN=7\nrx 8100 8900\nTCP DROPPED BY ME')).toEqual([
      'rx 1 true 0 false 5',
      'rx 1 true 0 false 0',
      'rx 9 true 0 false 0',
      'tcp-drop writer',
    ]);
  });

  it('is a payload as far as both logs show it, without its mask', () => {
    expect(sameIn('tx 818537fa213d7f9f4d5158', 'tx 81850000000048656c6c6f')).toEqual([true]);
    expect(sameIn('rx 810548656c6c6f', 'rx 810548656c6c70')).toEqual([false]);
    expect(sameIn('rx 810548656c LEN=7', 'rx 810548656c6c6f')).toEqual([true]);
    expect(sameIn('rx 810548656d LEN=7', 'rx 810548656c6c6f')).toEqual([false]);
    expect(sameIn('rx 810548656c6c6f', 'tx 810548656c6c6f')).toEqual([false]);
  });

  it('is no more of a payload than its first 256 octets', () => {
    const frame = (last: string) => `rx 827e0101${'61'.repeat(256)}${last}`;
    expect(sameIn(frame('61'), frame('62'))).toEqual([true]);
    const shorter = (last: string) => `rx 827e0100${'61'.repeat(255)}${last}`;
    expect(sameIn(shorter('61'), shorter('62'))).toEqual([false]);
  });
});
