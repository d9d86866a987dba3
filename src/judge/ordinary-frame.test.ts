import { describe, expect, it } from 'vitest';
import { octetsOfText } from '../model/octets.ts';
import { octetsOfFrame, type WireFrame } from '../model/wire-frame.fixture.ts';
import { FrameSight, octetsOfView } from './ordinary-frame.ts';

const KEY = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);
const ANY_SIGN = 0x7fffffff;

function frame(more: Partial<WireFrame> = {}): Uint8Array {
  return octetsOfFrame({ fin: true, rsv: 0, opcode: 1, key: null, payload: octetsOfText('Hello'), ...more });
}

/** With other octets before it and behind it. */
function sightOf(octets: Uint8Array): FrameSight {
  const sight = new FrameSight(ANY_SIGN);
  const room = new Uint8Array(octets.length + 10).fill(0xff);
  room.set(octets, 3);
  expect(sight.read(room, 3, 3 + octets.length)).toBe(true);
  return sight;
}

describe('the header of a frame in sight', () => {
  it.each([
    [{}, [true, 0, 1, false, 7, 2, 5]],
    [{ fin: false, rsv: 5, opcode: 11 }, [false, 5, 11, false, 7, 2, 5]],
    [{ key: KEY }, [true, 0, 1, true, 7, 6, 5]],
    [{ lengthBits: 16 }, [true, 0, 1, false, 16, 4, 5]],
    [{ lengthBits: 64, key: KEY }, [true, 0, 1, true, 64, 14, 5]],
    [{ payload: new Uint8Array(300) }, [true, 0, 1, false, 16, 4, 300]],
    [{ payload: new Uint8Array(70_000) }, [true, 0, 1, false, 64, 10, 70_000]],
  ] as const)('of %j is %j', (more, expected) => {
    const { fin, rsv, opcode, masked, lengthBits, size, length } = sightOf(frame(more));
    expect([fin, rsv, opcode, masked, lengthBits, size, length]).toEqual(expected);
  });

  it.each([
    {},
    { key: KEY },
    { lengthBits: 16 },
    { lengthBits: 64, key: KEY },
    { payload: new Uint8Array(0) },
    { payload: new Uint8Array(0), lengthBits: 16 },
    { payload: new Uint8Array(0), key: KEY },
  ] as const)('of %j is there only with the whole frame', (more) => {
    const octets = frame(more);
    const sight = new FrameSight(ANY_SIGN);
    for (let end = 0; end < octets.length; end++) expect(sight.read(octets, 0, end), `${end}`).toBe(false);
    expect(sight.read(octets, 0, octets.length)).toBe(true);
    expect(sight.read(Buffer.concat([octets, Uint8Array.of(1)]), 0, octets.length + 1)).toBe(true);
  });
});

const LENGTHS = [0, 1, 2, 3, 4, 5, 7, 8, 9, 255, 256, 257, 600];

describe.each([
  ['without a mask', null],
  ['with one', KEY],
])('the content of a frame %s', (_, key) => {
  it.each(LENGTHS)('of %i octets is the payload, also behind a longer one', (length) => {
    const payload = Uint8Array.from({ length }, (_, i) => (i * 7) & 255);
    const sight = sightOf(frame({ payload: new Uint8Array(300), key }));
    sight.content();
    const octets = frame({ payload, key });
    expect(sight.read(octets, 0, octets.length)).toBe(true);
    expect(Array.from(octetsOfView(sight.content()))).toEqual(Array.from(payload));
  });

  it.each(LENGTHS.slice(0, 9))('of %i octets is odd text wherever one octet is, and else is not', (length) => {
    const payload = new Uint8Array(length).fill(0x7f).fill(0x20, 0, length >> 1);
    const isOdd = (octets: Uint8Array, opcode = 1) => {
      const sight = sightOf(frame({ payload: octets, key, opcode }));
      return sight.hasOddText(sight.content());
    };
    expect(isOdd(payload.fill(0x61))).toBe(false);
    for (let at = 0; at < length; at++) {
      for (const odd of [0x80, 0xc3, 0xff]) {
        expect(isOdd(payload.with(at, odd)), `${odd} at ${at}`).toBe(true);
        expect(isOdd(payload.with(at, odd), 2)).toBe(false);
      }
      for (const usual of [0x01, 0x7f]) expect(isOdd(payload.with(at, usual))).toBe(false);
    }
  });

  it('is no odd text where it is UTF-8, however its characters lie', () => {
    for (const before of ['', 'a', 'ab', 'abc']) {
      const sight = sightOf(frame({ payload: octetsOfText(`${before}größe €`), key }));
      expect(sight.hasOddText(sight.content())).toBe(false);
    }
  });
});
