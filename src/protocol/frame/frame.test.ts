import { describe, expect, it } from 'vitest';
import {
  addSpan,
  answeredFrame,
  closeCodeOf,
  endOf,
  exactLength,
  type Frame,
  isCodeHidden,
  isComplete,
  lengthOfFrame,
  placeAt,
  type Span,
  startOf,
} from './frame.ts';
import { frameOfHeader, headerOfOctets } from './frame-header.ts';

/** A frame with that header, of which that payload has come. */
function frame(header: string, payload = ''): Frame {
  const place = { direction: 'rx', ordinal: 7, offset: 0, isGuessed: false } as const;
  const octets = Buffer.from(header, 'hex');
  const made = frameOfHeader(headerOfOctets(octets), place, { at: 0, row: 3, octet: 5, length: octets.length });
  made.payload = Buffer.from(payload, 'hex');
  made.received = made.payload.length;
  made.finished = true;
  return made;
}

const SPANS: readonly Span[] = [
  { at: 0, row: 3, octet: 5, length: 4 },
  { at: 4, row: 6, octet: 0, length: 10 },
  { at: 14, row: 9, octet: 2, length: 3 },
];

describe('where a frame stands', () => {
  it.each([
    [0, 3, 5],
    [3, 3, 8],
    [4, 6, 0],
    [13, 6, 9],
    [14, 9, 2],
    [16, 9, 4],
    // Behind its last octet.
    [17, 9, 5],
    [99, 9, 5],
  ])('octet %i is in row %i at %i', (at, row, octet) => {
    expect(placeAt(SPANS, at)).toEqual({ row, octet });
  });

  it('is the nearest place before an octet that is in no row, and none without any', () => {
    expect(placeAt([SPANS[0] as Span, SPANS[2] as Span], 6)).toEqual({ row: 3, octet: 9 });
    expect(placeAt([], 4)).toEqual({ row: -1, octet: 0 });
  });

  it('begins with its first span and ends with its last', () => {
    const one = { ...frame('8100'), spans: [...SPANS] };
    expect([startOf(one), endOf(one), answeredFrame(one)]).toEqual([
      { row: 3, octet: 5 },
      { row: 9, octet: 5 },
      { ordinal: 7, row: 9 },
    ]);
    const none = { ...one, spans: [] };
    expect([startOf(none), endOf(none)]).toEqual([
      { row: -1, octet: 0 },
      { row: -1, octet: 0 },
    ]);
  });

  it('grows with what comes next, in the same span where that stands right behind', () => {
    const spans: Span[] = [];
    addSpan(spans, 0, 1, 2, 0);
    expect(spans).toEqual([]);
    addSpan(spans, 0, 1, 2, 3);
    addSpan(spans, 3, 1, 5, 2);
    expect(spans).toEqual([{ at: 0, row: 1, octet: 2, length: 5 }]);
    // A hole, another row, and nothing more.
    addSpan(spans, 5, 1, 8, 1);
    addSpan(spans, 6, 2, 9, 1);
    addSpan(spans, 7, 3, 0, 0);
    expect(spans.map(({ at, row, octet, length }) => [at, row, octet, length])).toEqual([
      [0, 1, 2, 5],
      [5, 1, 8, 1],
      [6, 2, 9, 1],
    ]);
  });
});

describe('what is known of a frame', () => {
  it('is all of it where header and payload are there', () => {
    const whole = frame('8102', '6162');
    expect(isComplete(whole)).toBe(true);
    expect(isComplete(frame('8102', '61'))).toBe(false);
    expect(isComplete({ ...whole, finished: false })).toBe(false);
    expect(isComplete({ ...whole, lengthUnknown: true })).toBe(false);
    expect(isComplete({ ...whole, header: whole.header.subarray(1) })).toBe(false);
  });

  it.each([
    ['8105', 5n, 5],
    ['817e0105', 261n, 261],
    ['817f0000000000000105', 261n, 261],
    ['817f001fffffffffffff', 2n ** 53n - 1n, 2 ** 53 - 1],
    ['817f0020000000000001', 2n ** 53n + 1n, 2n ** 53n + 1n],
    ['817fffffffffffffffff', 2n ** 64n - 1n, 2n ** 64n - 1n],
  ])('%s: its length is exact', (header, exact, length) => {
    expect(exactLength(frame(header))).toBe(exact);
    expect(lengthOfFrame(frame(header))).toBe(length);
  });

  it.each([
    ['8800', '', null, false],
    ['8801', '03', null, false],
    ['8802', '03e8', 1000, false],
    ['8805', '03e8616263', 1000, false],
    ['8802', '03', null, true],
    ['8802', '', null, true],
    ['8802', 'ffff', 65535, false],
  ])('%s %s: a Close with the code %s, which is hidden: %s', (header, payload, code, isHidden) => {
    expect([closeCodeOf(frame(header, payload)), isCodeHidden(frame(header, payload))]).toEqual([code, isHidden]);
  });

  it('may come from the row of the log for it', () => {
    const hidden = { ...frame('8802'), witnessed: Uint8Array.of(3, 0xe9) };
    expect([closeCodeOf(hidden), isCodeHidden(hidden)]).toEqual([1001, false]);
  });
});
