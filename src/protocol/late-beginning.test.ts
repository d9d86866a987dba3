import { describe, expect, it } from 'vitest';
import { octetsFromHex, octetsOfLatin1, wholeOctets } from '../model/octets.ts';
import type { OctetsRow } from '../model/row.ts';
import { Backlog } from './backlog.ts';
import { lateBeginning } from './late-beginning.ts';

function octetsOf(text: string): Uint8Array {
  return /^(?:[0-9a-f]{2})+$/.test(text) ? (octetsFromHex(text) as Uint8Array) : octetsOfLatin1(text);
}

interface Around {
  /** The direction's next row: null where there is none, absent where it may yet come. */
  readonly next?: string | null;
  readonly isMasked?: boolean | null;
}

/** What the octets of the rows are said to begin with; several rows wait together. */
function beginning(rows: readonly string[], { next, isMasked = false }: Around = { next: null }): unknown {
  const waiting = new Backlog();
  rows.forEach((text, row) => {
    const one: OctetsRow = {
      kind: 'octets',
      row,
      time: null,
      direction: 'rx',
      octets: wholeOctets(octetsOf(text)),
      sync: false,
    };
    waiting.push(one);
  });
  return lateBeginning(waiting, {
    direction: 'rx',
    likeness: { isMasked, isDeflated: false },
    confirmation: () => null,
    following: () => (typeof next === 'string' ? wholeOctets(octetsOf(next)) : next),
  });
}

const FRAMES = { restOfHead: 0, after: 'frames' };
const PERHAPS = { restOfHead: 0, after: 'perhaps frames' };
const TEXT_FRAME = '810548656c6c6f';

describe('the first octets of a log that begins late', () => {
  it.each([
    ['a whole frame', [TEXT_FRAME], FRAMES],
    ['a frame whose mask is not the one that is due', ['818537fa213d7f9f4d5158'], FRAMES],
    ['a record of TLS, which is named as such', ['16030100050100000100'], FRAMES],
    ['text', ['ello world, how are you'], 'inside a frame'],
    ['a soft beginning: a header whose payload would go on', ['827e0100aabb'], PERHAPS],
    ['the rest of the head of an answer', ['com\r\nServer: a\r\n\r\n'], { restOfHead: 18, after: 'lost' }],
    ['the rest of the head of a 101', ['cket\r\nSec-WebSocket-Accept: a\r\n\r\n'], { restOfHead: 33, after: 'frames' }],
    ['the end of a blank line', [`\n${octetsText(TEXT_FRAME)}`], { restOfHead: 1, after: 'perhaps frames' }],
  ])('are %s', (_, rows, expected) => {
    expect(beginning(rows)).toEqual(expected);
  });

  it('are the rest of a request, behind which frames come, where the mask says that they are of a client', () => {
    expect(beginning(['com\r\nOrigin: a\r\n\r\n'], { next: null, isMasked: true })).toEqual({
      restOfHead: 18,
      after: 'frames',
    });
  });

  it('may need the next row: half a header, and what may be the rest of a head', () => {
    for (const half of ['81', '827e01', 'com\r\nServer']) {
      expect(beginning([half], {})).toBe('witness');
      expect(beginning([half], { next: '00' })).toBe('more');
    }
    expect(beginning(['827e01'], { next: null })).toEqual(PERHAPS);
    expect(beginning(['aabbccdd'], {})).toBe('witness');
  });

  it('are perhaps a frame where the rows that waited hold no more than a header', () => {
    expect(beginning(['81', '00'])).toEqual(PERHAPS);
    expect(beginning(['8100'])).toEqual(FRAMES);
  });

  it('are not known before the first of them has come', () => {
    expect(beginning([])).toBe('more');
  });
});

function octetsText(hex: string): string {
  return Buffer.from(hex, 'hex').toString('latin1');
}
