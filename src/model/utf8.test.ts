import { isUtf8 as isWholeUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { octetsFromHex, octetsOfText } from './octets.ts';
import { nameUtf8Fault, pushUtf8, startUtf8 } from './utf8.ts';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function isUtf8(octets: Uint8Array): boolean {
  try {
    strict.decode(octets);
    return true;
  } catch {
    return false;
  }
}

interface Verdict {
  /** Octet that breaks the text; -1 where none does. */
  readonly at: number;
  /** The text is whole. */
  readonly isWhole: boolean;
  readonly what: string | null;
}

/** Reads the parts one after the other. */
function check(...parts: readonly Uint8Array[]): Verdict {
  const state = startUtf8();
  let before = 0;
  for (const part of parts) {
    const at = pushUtf8(state, part);
    if (at >= 0) {
      expect(state.seen).toBe(before + at);
      return { at: before + at, isWhole: false, what: nameUtf8Fault(state, part[at] as number) };
    }
    before += part.length;
    expect(state.seen).toBe(before);
  }
  return { at: -1, isWhole: state.due === 0, what: null };
}

function checkHex(hex: string): Verdict {
  return check(octetsFromHex(hex.replaceAll(' ', '')) ?? new Uint8Array(0));
}

/** Text with a few octets changed, put in or taken out. */
const mutated = fc
  .tuple(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.array(fc.record({ at: fc.nat(200), octet: fc.nat(255), how: fc.constantFrom('set', 'put', 'cut') }), {
      maxLength: 3,
    }),
  )
  .map(([text, changes]) => {
    const octets = [...octetsOfText(text)];
    for (const { at, octet, how } of changes) {
      const place = at % (octets.length + 1);
      if (how === 'put') octets.splice(place, 0, octet);
      else if (how === 'cut') octets.splice(place, 1);
      else if (place < octets.length) octets[place] = octet;
    }
    return Uint8Array.from(octets);
  });

/** Octets of the kinds that matter, close together. */
const dense = fc
  .uint8Array({ maxLength: 12 })
  .map((octets) =>
    octets.map(
      (octet) =>
        [
          0x41, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf3, 0xf4,
          0xf5, 0xff,
        ][octet % 20] as number,
    ),
  );

const octets = fc.oneof(mutated, dense, fc.uint8Array({ maxLength: 40 }));

describe('any octets', () => {
  it('are text where TextDecoder says so, and nowhere else', () => {
    fc.assert(
      fc.property(octets, (some) => {
        const { at, isWhole } = check(some);
        expect(at < 0 && isWhole).toBe(isUtf8(some));
      }),
      { numRuns: 5000 },
    );
  });

  it('break at the first octet after which no text can go on', () => {
    fc.assert(
      fc.property(octets, (some) => {
        const { at } = check(some);
        // What comes before the fault is the beginning of some text: one of these ends makes it whole.
        const before = at < 0 ? some : some.subarray(0, at);
        expect(canGoOn(before)).toBe(true);
        if (at >= 0) expect(canGoOn(some.subarray(0, at + 1))).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });

  it('are judged alike, however they are chopped', () => {
    fc.assert(
      fc.property(octets, fc.nat(), fc.nat(), (some, a, b) => {
        const [from, to] = [a % (some.length + 1), b % (some.length + 1)].sort((x, y) => x - y) as [number, number];
        expect(check(some.subarray(0, from), some.subarray(from, to), some.subarray(to))).toEqual(check(some));
      }),
      { numRuns: 2000 },
    );
  });
});

const ENDS = ['', '80', 'a0', '90', '8080', 'a080', '9080', '808080', 'a08080', '908080'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

function canGoOn(octets: Uint8Array): boolean {
  return ENDS.some((end) => isWholeUtf8(Buffer.concat([octets, end])));
}

describe('every octet that can lead, with every one that can follow', () => {
  it('is judged as TextDecoder does', () => {
    const wrong: string[] = [];
    for (let lead = 0x7f; lead < 256; lead++) {
      for (let second = 0; second < 256; second++) {
        const begin = Uint8Array.of(lead, second);
        const fault = pushUtf8(startUtf8(), begin);
        const isRight = canGoOn(begin) ? fault < 0 : fault === (canGoOn(begin.subarray(0, 1)) ? 1 : 0);
        if (!isRight) wrong.push(`${lead} ${second}: ${fault}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('the octet that breaks the text, and why', () => {
  it.each([
    ['61 80', 1, 'stray continuation octet'],
    ['bf', 0, 'stray continuation octet'],
    ['c0 af', 0, 'overlong form'],
    ['c1 bf', 0, 'overlong form'],
    ['e0 80 af', 1, 'overlong form'],
    ['e0 9f bf', 1, 'overlong form'],
    ['f0 80 80 af', 1, 'overlong form'],
    ['f0 8f bf bf', 1, 'overlong form'],
    ['ed a0 80', 1, 'surrogate'],
    ['61 ed bf bf', 2, 'surrogate'],
    ['f4 90 80 80', 1, 'above U+10FFFF'],
    ['f5 80 80 80', 0, 'above U+10FFFF'],
    ['f7 bf bf bf', 0, 'above U+10FFFF'],
    ['f8 88 80 80 80', 0, 'bad lead octet'],
    ['fe', 0, 'bad lead octet'],
    ['61 62 ff', 2, 'bad lead octet'],
    ['ce 61', 1, 'sequence broken off'],
    ['e1 bd 41', 2, 'sequence broken off'],
    ['e1 ce', 1, 'sequence broken off'],
    ['f0 9f 98 f0', 3, 'sequence broken off'],
    ['ed 41', 1, 'sequence broken off'],
    ['f4 c2', 1, 'sequence broken off'],
  ])('of %s is octet %i: %s', (hex, at, what) => {
    expect(checkHex(hex)).toEqual({ at, isWhole: false, what });
  });

  it.each(['ce', 'e1bd', 'f09f', 'f09f98', 'f48f', 'ed9f'])('is none in %s, which is only not whole', (hex) => {
    expect(checkHex(hex)).toEqual({ at: -1, isWhole: false, what: null });
  });

  it.each(['', '00', '7f', 'c280', 'dfbf', 'e0a080', 'ed9fbf', 'ee8080', 'efbfbf', 'f0908080', 'f48fbfbf', 'efbbbf'])(
    'is none in %s',
    (hex) => {
      expect(checkHex(hex)).toEqual({ at: -1, isWhole: true, what: null });
    },
  );
});
