import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutOctets, hexOf, octetsFromHex, textOf, wholeOctets } from '../../model/octets.ts';
import type { FrameRow } from '../../model/row.ts';
import { headerOfFrame, octetsOfFrame, type WireFrame } from '../../model/wire-frame.fixture.ts';
import { endOf, exactLength, type Frame, isComplete, startOf } from './frame.ts';
import { type DecoderStep, FrameDecoder, type RowPiece, type Witnessing } from './frame-decoder.ts';

const KEEP = 1 << 20;
const NO_WITNESS: Witnessing = { forNext: () => null, forOpen: () => null };

interface Decoded {
  readonly frames: Frame[];
  readonly steps: string[];
  readonly decoder: FrameDecoder;
  readonly last: DecoderStep;
}

/** Reads all pieces, each until nothing more comes. */
function decode(pieces: readonly RowPiece[], witnessing: Witnessing = NO_WITNESS): Decoded {
  const decoder = new FrameDecoder('rx', 0, KEEP);
  const frames: Frame[] = [];
  const steps: string[] = [];
  let last: DecoderStep = { type: 'more' };
  for (const piece of pieces) {
    decoder.push(piece);
    for (;;) {
      last = decoder.next(witnessing);
      steps.push(last.type);
      if (last.type === 'header') frames.push(last.frame);
      if (last.type === 'more' || last.type === 'witness' || last.type === 'lost') break;
    }
    if (last.type === 'lost') break;
  }
  return { frames, steps, decoder, last };
}

function pieceOf(octets: Uint8Array, row = 0): RowPiece {
  return { row, octet: 0, octets: wholeOctets(octets) };
}

function decodeHex(hex: string): Decoded {
  return decode([pieceOf(octetsFromHex(hex) ?? new Uint8Array(0))]);
}

/** Cuts the octets at these places, into rows. */
function chopped(octets: Uint8Array, cuts: readonly number[]): RowPiece[] {
  const borders = [0, ...[...cuts].map((cut) => cut % (octets.length + 1)).sort((a, b) => a - b), octets.length];
  return borders.slice(1).map((end, row) => pieceOf(octets.subarray(borders[row], end), row));
}

/** All of a frame but where in the rows it stands. */
function facts(frame: Frame): unknown {
  const { spans: _, header, payload, maskingKey, ...rest } = frame;
  return { ...rest, header: hexOf(header), payload: hexOf(payload), maskingKey: maskingKey && hexOf(maskingKey) };
}

const wireFrame: fc.Arbitrary<WireFrame> = fc.record({
  fin: fc.boolean(),
  rsv: fc.nat(7),
  opcode: fc.nat(15),
  key: fc.option(fc.uint8Array({ minLength: 4, maxLength: 4 })),
  payload: fc.oneof(
    fc.uint8Array({ maxLength: 140 }),
    fc.constantFrom(125, 126, 127, 300).map((length) => new Uint8Array(length).fill(length)),
  ),
});

const someOctets = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.array(wireFrame, { maxLength: 6 }).map((frames) => Buffer.concat(frames.map(octetsOfFrame))),
  fc
    .tuple(wireFrame, fc.uint8Array({ maxLength: 40 }))
    .map(([frame, rest]) => Buffer.concat([octetsOfFrame(frame), rest])),
);

const cuts = fc.array(fc.nat(1000), { maxLength: 20 });

describe('the examples of RFC 6455 §5.7', () => {
  it.each([
    ['an unmasked text', '810548656c6c6f', [[1, true, 'Hello']]],
    ['a masked text', '818537fa213d7f9f4d5158', [[1, true, 'Hello']]],
    [
      'a text in two fragments',
      '010348656c80026c6f',
      [
        [1, false, 'Hel'],
        [0, true, 'lo'],
      ],
    ],
    [
      'a Ping and a masked Pong',
      '890548656c6c6f8a8537fa213d7f9f4d5158',
      [
        [9, true, 'Hello'],
        [10, true, 'Hello'],
      ],
    ],
  ])('%s', (_, hex, expected) => {
    const { frames, last } = decodeHex(hex);
    expect(frames.map(({ opcode, fin, payload }) => [opcode, fin, textOf(payload)])).toEqual(expected);
    expect(frames.every(isComplete)).toBe(true);
    expect(last.type).toBe('more');
  });

  it.each([
    ['827e0100', 256, 16, 4],
    ['827f0000000000010000', 65536, 64, 10],
  ])('binary data, %s', (header, length, lengthBits, headerLength) => {
    const [frame] = decodeHex(header + 'ab'.repeat(length)).frames;
    expect(frame).toMatchObject({ opcode: 2, length, lengthBits, headerLength, finished: true, received: length });
  });
});

it('thousands of rows that wait are read one after the other', () => {
  const decoder = new FrameDecoder('rx', 0, KEEP);
  for (let i = 0; i < 3000; i++) decoder.push(pieceOf(Uint8Array.of(0x82, 0x02, i >> 8, i & 255), i));
  const numbers: number[] = [];
  for (let step = decoder.next(NO_WITNESS); step.type !== 'more'; step = decoder.next(NO_WITNESS)) {
    if (step.type !== 'frame') continue;
    const [high = 0, low = 0] = step.frame.payload;
    numbers.push(high * 256 + low);
  }
  expect(numbers).toEqual(Array.from({ length: 3000 }, (_, i) => i));
});

describe('a payload length', () => {
  it.each([0, 1, 125, 126, 127, 65535, 65536])('of %d octets is read, masked or not', (length) => {
    for (const key of [null, Uint8Array.of(1, 2, 3, 4)]) {
      const payload = new Uint8Array(length).fill(0x2a);
      const octets = octetsOfFrame({ fin: true, rsv: 0, opcode: 2, key, payload });
      const { frames, decoder } = decode([pieceOf(Buffer.concat([octets, Uint8Array.of(0x89)]))]);
      expect(frames).toHaveLength(1);
      expect(frames[0]).toMatchObject({ length, finished: true, masked: key !== null });
      expect(frames[0]?.payload.every((octet) => octet === 0x2a)).toBe(true);
      expect(decoder.offset).toBe(octets.length);
    }
  });

  it.each([2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n])(
    'of %d is told exactly, and waits for its octets',
    (length) => {
      const header = headerOfFrame({ fin: true, rsv: 0, opcode: 2, key: null, payload: new Uint8Array(0) }, length);
      const { frames, decoder, last } = decode([pieceOf(header), pieceOf(new Uint8Array(1000), 1)]);
      expect(frames).toHaveLength(1);
      expect(exactLength(frames[0] as Frame)).toBe(length);
      expect(decoder.open).toMatchObject({ received: 1000, finished: false, length: Number(length) });
      expect(last.type).toBe('more');
    },
  );

  it.each([16, 64] as const)('may be given in %d bits though it is short', (lengthBits) => {
    const octets = octetsOfFrame({ fin: true, rsv: 0, opcode: 1, key: null, payload: Uint8Array.of(0x61), lengthBits });
    expect(decode([pieceOf(octets)]).frames[0]).toMatchObject({ lengthBits, length: 1, finished: true });
  });
});

describe('any octets', () => {
  it('give frames and a rest that account for every one of them', () => {
    fc.assert(
      fc.property(someOctets, cuts, (octets, at) => {
        const { frames, decoder, last } = decode(chopped(octets, at));
        expect(last.type).toBe('more');
        let position = 0;
        for (const { offset, headerLength, received } of frames) {
          expect(offset).toBe(position);
          position += headerLength + received;
        }
        expect(decoder.offset).toBe(position);
        // What is left is a header that is not whole.
        expect(decoder.open === null || position === octets.length).toBe(true);
        expect(octets.length - position).toBeLessThan(14);
        expect(frames.slice(0, -1).every(({ finished }) => finished)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('give the same frames, however they are chopped', () => {
    fc.assert(
      fc.property(someOctets, cuts, (octets, at) => {
        const whole = decode([pieceOf(octets)]);
        const parts = decode(chopped(octets, at));
        expect(parts.decoder.open && facts(parts.decoder.open)).toEqual(
          whole.decoder.open && facts(whole.decoder.open),
        );
        expect(parts.frames.map(facts)).toEqual(whole.frames.map(facts));
      }),
      { numRuns: 1000 },
    );
  });

  it('stand where the frame says, octet for octet', () => {
    fc.assert(
      fc.property(someOctets, cuts, (octets, at) => {
        const pieces = chopped(octets, at);
        for (const frame of decode(pieces).frames) {
          const wire = Buffer.concat(
            frame.spans.map(({ row, octet, length }) =>
              (pieces[row] as RowPiece).octets.known.subarray(octet, octet + length),
            ),
          );
          expect(hexOf(wire)).toBe(
            hexOf(octets.subarray(frame.offset, frame.offset + frame.headerLength + frame.received)),
          );
          expect(frame.spans.every(({ length }) => length > 0)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('are unmasked wherever a row ends', () => {
    fc.assert(
      fc.property(wireFrame, cuts, (frame, at) => {
        const [found] = decode(chopped(octetsOfFrame(frame), at)).frames;
        expect(hexOf(found?.payload ?? new Uint8Array(0))).toBe(hexOf(frame.payload));
      }),
    );
  });
});

// ---- cuts

function rowOf({ fin, rsv, opcode, key, payload }: WireFrame, row: number): FrameRow {
  return {
    kind: 'frame',
    row,
    time: null,
    direction: 'rx',
    opcode,
    fin,
    rsv,
    masked: key !== null,
    maskingKey: key && hexOf(key),
    length: payload.length,
    payload: cutOctets(payload.subarray(0, 64), payload.length),
    repeat: null,
    chopSize: null,
    sync: false,
  };
}

/** Hands out the rows of these frames, as the log's own frame rows come. */
function witnessOf(frames: readonly WireFrame[]): { witnessing: Witnessing; begun: () => void } {
  let next = 0;
  const at = (i: number) => {
    const frame = frames[i];
    return frame ? rowOf(frame, i) : null;
  };
  return { witnessing: { forNext: () => at(next), forOpen: () => at(next - 1) }, begun: () => void next++ };
}

describe('rows that the log cuts', () => {
  it('do not move the place where frames begin, and what is hidden of a header comes from the frame rows', () => {
    fc.assert(
      fc.property(
        fc.array(wireFrame, { minLength: 1, maxLength: 6 }),
        cuts,
        fc.array(fc.nat(100), { minLength: 30, maxLength: 30 }),
        (sent, at, shown) => {
          const whole = chopped(Buffer.concat(sent.map(octetsOfFrame)), at);
          const pieces = whole.map((piece, i): RowPiece => {
            const { known, length } = piece.octets;
            return { ...piece, octets: cutOctets(known.subarray(0, shown[i]), length) };
          });
          const { witnessing, begun } = witnessOf(sent);
          const decoder = new FrameDecoder('rx', 0, KEEP);
          const frames: Frame[] = [];
          for (const piece of pieces) {
            decoder.push(piece);
            for (let step = decoder.next(witnessing); step.type !== 'more'; step = decoder.next(witnessing)) {
              if (step.type === 'header') {
                begun();
                frames.push(step.frame);
              }
              expect(['header', 'payload', 'frame']).toContain(step.type);
            }
          }
          const truth = decode(whole).frames;
          expect(frames.map(positionOf)).toEqual(truth.map(positionOf));
          frames.forEach((frame, i) => {
            const all = sent[i]?.payload as Uint8Array;
            expect(hexOf(all).startsWith(hexOf(frame.payload))).toBe(true);
            if (frame.witnessed) expect(hexOf(all).startsWith(hexOf(frame.witnessed))).toBe(true);
          });
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('ask for the frame row while it may yet come, and go on once it is there', () => {
    const decoder = new FrameDecoder('rx', 0, KEEP);
    decoder.push({ row: 0, octet: 0, octets: cutOctets(Uint8Array.of(0x82), 7) });
    const waiting: Witnessing = { forNext: () => undefined, forOpen: () => undefined };
    expect(decoder.next(waiting)).toEqual({ type: 'witness' });
    expect(decoder.next(waiting)).toEqual({ type: 'witness' });
    const row = rowOf({ fin: true, rsv: 0, opcode: 2, key: null, payload: Buffer.from('Hello') }, 1);
    const there: Witnessing = { forNext: () => row, forOpen: () => row };
    expect(decoder.next(there)).toMatchObject({ type: 'header', frame: { via: 'row', length: 5, headerLength: 2 } });
    expect(decoder.next(there)).toMatchObject({ type: 'payload', hidden: true });
    expect(decoder.next(there)).toMatchObject({ type: 'frame', frame: { finished: true, offset: 0 } });
  });

  it('take the form of the length from the second octet, where that is shown', () => {
    const row = rowOf({ fin: true, rsv: 0, opcode: 2, key: null, payload: Buffer.from('Hello') }, 1);
    const witnessing: Witnessing = { forNext: () => row, forOpen: () => row };
    const { frames } = decode(
      [{ row: 0, octet: 0, octets: cutOctets(Uint8Array.of(0x82, 0x7f), 15) }, pieceOf(Uint8Array.of(0x89, 0), 1)],
      {
        ...witnessing,
        forNext: () => row,
      },
    );
    expect(frames[0]).toMatchObject({ headerLength: 10, lengthBits: 64, length: 5, via: 'row' });
    expect(frames[1]).toMatchObject({ opcode: 9, offset: 15 });
  });

  it.each([
    ['another first octet', { opcode: 1 }],
    ['another mask bit', { key: Uint8Array.of(1, 2, 3, 4) }],
  ])('lose the place where the frame row has %s', (_, change) => {
    const row = rowOf({ fin: true, rsv: 0, opcode: 2, key: null, payload: new Uint8Array(300), ...change }, 1);
    const piece: RowPiece = { row: 7, octet: 0, octets: cutOctets(Uint8Array.of(0x82, 0x7e), 304) };
    expect(decode([piece], { forNext: () => row, forOpen: () => row }).last).toMatchObject({ type: 'lost', row: 7 });
  });

  it('lose the place where no frame row tells the header', () => {
    const piece: RowPiece = { row: 3, octet: 0, octets: cutOctets(Uint8Array.of(0x82), 7) };
    expect(decode([piece]).last).toEqual({ type: 'lost', why: 'frame header hidden by the cut', row: 3 });
  });

  it('need no frame row for a length that is shown, only for the masking key behind it', () => {
    const piece: RowPiece = { row: 0, octet: 0, octets: cutOctets(Uint8Array.of(0x82, 0x85, 1, 2), 11) };
    const { frames } = decode([piece, pieceOf(Uint8Array.of(0x89, 0x80, 0, 0, 0, 0), 1)]);
    expect(frames.map(({ offset, maskingKey }) => [offset, maskingKey && hexOf(maskingKey)])).toEqual([
      [0, null],
      [11, '00000000'],
    ]);
    expect(frames[0]?.payload).toHaveLength(0);
  });
});

function positionOf(frame: Frame): unknown {
  const { ordinal, offset, opcode, fin, rsv, masked, length, headerLength, finished } = frame;
  return {
    ordinal,
    offset,
    opcode,
    fin,
    rsv,
    masked,
    length,
    headerLength,
    finished,
    from: startOf(frame),
    to: endOf(frame),
  };
}

describe('a row whose length is not known', () => {
  const inexact = (hex: string, row: number): RowPiece => {
    const known = octetsFromHex(hex) ?? new Uint8Array(0);
    return { row, octet: 0, octets: { known, length: known.length, exact: false } };
  };

  it.each([
    ['after a whole frame', '8900', 1],
    ['inside a payload', '81054865', 1],
    ['inside a header', '81', 0],
    ['before any octet', '', 0],
  ])('loses the place %s', (_, hex, count) => {
    const { frames, last } = decode([inexact(hex, 4), pieceOf(Uint8Array.of(0x89, 0), 5)]);
    expect(last).toMatchObject({ type: 'lost', row: 4 });
    expect(frames).toHaveLength(count);
  });

  it('is read from anew after a restart', () => {
    const { decoder } = decode([inexact('8900', 4)]);
    decoder.restart(100);
    decoder.push(pieceOf(Uint8Array.of(0x8a, 0), 6));
    expect(decoder.next(NO_WITNESS)).toMatchObject({ type: 'header', frame: { ordinal: 1, offset: 100, opcode: 10 } });
  });
});

it('keeps no more of a payload than it is told to, and counts all of it', () => {
  const decoder = new FrameDecoder('rx', 0, 100);
  decoder.push(pieceOf(headerOfFrame({ fin: true, rsv: 0, opcode: 2, key: null, payload: new Uint8Array(0) }, 1000)));
  for (let row = 1; row <= 20; row++) decoder.push(pieceOf(new Uint8Array(50), row));
  let step = decoder.next(NO_WITNESS);
  while (step.type !== 'frame') step = decoder.next(NO_WITNESS);
  expect(step.frame.payload).toHaveLength(100);
  expect(step.frame.received).toBe(1000);
});
