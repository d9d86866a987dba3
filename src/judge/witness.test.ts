import { describe, expect, it } from 'vitest';
import { hexOf } from '../model/octets.ts';
import type { Frame } from '../protocol/frame/frame.ts';
import { sentFrame } from './conversation.fixture.ts';
import { type AnnotatedExample, annotateExample } from './example.ts';
import { agreement as agreementOf, differences } from './frame-row-comparison.ts';
import { witnesses } from './witness.ts';

const PLAIN = '# writer: client\n# extensions: none\n';

function annotated(...lines: readonly string[]): AnnotatedExample {
  return annotateExample({ log: PLAIN + lines.join('\n') });
}

function agreement({ rows }: AnnotatedExample): (string | boolean | null)[] {
  return rows.flatMap(({ row, agrees }) => (row.kind === 'frame' ? [agrees] : []));
}

function textFrame(text: string, key: Uint8Array | null = null): string {
  return hexOf(sentFrame('server', { fin: true, rsv: 0, opcode: 1, key, payload: Buffer.from(text) }).octets);
}

const KEY = Uint8Array.of(1, 2, 3, 4);
const rx = (text: string, fields = 'OPCODE=1, FIN=True, RSV=0') =>
  `RX FRAME : ${fields}, PAYLOAD-LEN=${text.length}, MASKED=False, MASK=None\n               ${text}`;
const tx = (text: string, more = 'PAYLOAD-REPEAT-LEN=None, CHOPSIZE=None, SYNC=False') =>
  `TX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=${text.length}, MASK=01020304, ${more}\n               ${text}`;

describe('frame rows of what was received', () => {
  it('describe the frames that came before them, the first the first', () => {
    expect(agreement(annotated(`rx ${textFrame('one')}${textFrame('two')}`, rx('one'), rx('two')))).toEqual([
      true,
      true,
    ]);
  });

  it('are compared with the frame of their number, and not with the one that fits', () => {
    const log = annotated(`rx ${textFrame('one')}${textFrame('two')}`, rx('two'), rx('one'));
    expect(agreement(log)).toEqual([false, false]);
    expect(log.rows[1]?.annotations.map(({ rule, by }) => [rule, by])).toEqual([['log/decode-mismatch', null]]);
  });

  it('without octets for them tell nothing', () => {
    expect(agreement(annotated(rx('one')))).toEqual([null]);
  });

  it('may stand before the octets of their frame', () => {
    expect(agreement(annotated(rx('one'), `rx ${textFrame('one')}`))).toEqual([true]);
  });

  it('may be missing', () => {
    const log = annotated(`rx ${textFrame('one')}`, `rx ${textFrame('two')}`);
    expect(log.summary.frames.rx).toBe(2);
    expect(log.rows.flatMap(({ annotations }) => annotations)).toEqual([]);
  });

  it('are compared in all that they show of a payload, also of a long one', () => {
    const long = 'z'.repeat(70);
    expect(agreement(annotated(`rx ${textFrame(long)}`, rx(long)))).toEqual([true]);
    const log = annotated(`rx ${textFrame(long)}`, rx(`${'z'.repeat(69)}y`));
    expect(agreement(log)).toEqual([false]);
    expect(log.rows[1]?.annotations.map(({ rule }) => rule)).toEqual(['log/decode-mismatch']);
  });

  it('agree to nothing that they do not show', () => {
    const [fields] = rx('one').split('\n');
    expect(agreement(annotated(`rx ${textFrame('one')}`, fields ?? ''))).toEqual([null]);
    expect(agreement(annotated(`rx ${textFrame('one')}`, (fields ?? '').replace('=3', '=4')))).toEqual([false]);
    expect(agreement(annotated('rx 8103 ... LEN=5', rx('one')))).toEqual([null]);
    expect(agreement(annotated('rx 8100', rx('')))).toEqual([true]);
  });

  it('of a frame that never came to its end are compared with what did', () => {
    expect(agreement(annotated(`rx ${textFrame('one').slice(0, -2)}`, rx('one')))).toEqual([true]);
  });
});

describe('frame rows of what was sent', () => {
  it('stand before the octets of their frame', () => {
    const log = annotated(tx('one'), `tx ${textFrame('one', KEY)}`, tx('two'), `tx ${textFrame('two', KEY)}`);
    expect(agreement(log)).toEqual([true, true]);
  });

  it('may come before those of earlier frames, when writes wait in a queue', () => {
    const log = annotated(tx('one'), tx('two'), `tx ${textFrame('one', KEY)}`, `tx ${textFrame('two', KEY)}`);
    expect(agreement(log)).toEqual([true, true]);
  });

  it('without octets tell nothing: the write was dropped', () => {
    expect(agreement(annotated(tx('one'), `tx ${textFrame('one', KEY)}`, tx('two')))).toEqual([true, null]);
  });

  it('do not describe a frame that began before them', () => {
    const [first, second] = [textFrame('streamed', KEY), textFrame('one', KEY)];
    expect(agreement(annotated(`tx ${first}`, tx('one'), `tx ${second}`))).toEqual([true]);
  });

  it('tell the length to which a payload is repeated', () => {
    const more = 'PAYLOAD-REPEAT-LEN=6, CHOPSIZE=None, SYNC=False';
    expect(agreement(annotated(tx('abc', more), `tx ${textFrame('abcabc', KEY)}`))).toEqual([true]);
    expect(agreement(annotated(tx('abc', more), `tx ${textFrame('abcabca', KEY)}`))).toEqual([false]);
  });
});

describe('a difference', () => {
  it.each([
    ['opcode', rx('Hello', 'OPCODE=2, FIN=True, RSV=0'), 'opcode 2 in the log, 1 in the octets'],
    ['FIN', rx('Hello', 'OPCODE=1, FIN=False, RSV=0'), 'FIN false in the log, true in the octets'],
    ['RSV', rx('Hello', 'OPCODE=1, FIN=True, RSV=4'), 'RSV 4 in the log, 0 in the octets'],
    ['length', rx('Hell'), 'length 4 in the log, 5 in the octets'],
    ['payload', rx('Hallo'), 'payload differs from the octets'],
  ])('of the %s is told', (_, row, says) => {
    const log = annotated(`rx ${textFrame('Hello')}`, row);
    expect(agreement(log)).toEqual([false]);
    expect(log.rows[1]?.annotations.map(({ message }) => message)).toEqual([says]);
    expect(log.rows[1]?.frame?.length).toBe(5);
  });

  it('of the masking key is told, and one that the log does not have is none', () => {
    const frame = {
      opcode: 1,
      fin: true,
      rsv: 0,
      masked: true,
      maskingKey: KEY,
      length: 0,
      payload: new Uint8Array(0),
    };
    const row = { direction: 'rx', opcode: 1, fin: true, rsv: 0, masked: true, length: 0, payload: null, repeat: null };
    const of = (maskingKey: string | null) => differences({ ...row, maskingKey } as never, frame as never, false);
    expect(of('01020304')).toEqual([]);
    expect(of(null)).toEqual([]);
    expect(of('01020305')).toEqual(['masking key 01020305 in the log, 01020304 in the octets']);
  });

  it('of a masking key is none where one of the two has no mask: that is told of the bit', () => {
    const key = { masked: true, maskingKey: '01020304' };
    const plain = {
      opcode: 1,
      fin: true,
      rsv: 0,
      masked: false,
      maskingKey: KEY,
      length: 0,
      payload: new Uint8Array(0),
    };
    const row = { direction: 'rx', opcode: 1, fin: true, rsv: 0, length: 0, payload: null, repeat: null, ...key };
    expect(differences({ ...row, maskingKey: '05060708' } as never, plain as never, false)).toEqual([
      'MASK true in the log, false in the octets',
    ]);
  });

  it('is none, and no agreement either, where nothing was compared', () => {
    const shows = (text: string) => ({ length: 5, payload: { known: Buffer.from(text) } });
    const of = (row: object, frame: object, isInflated = false) =>
      agreementOf(row as never, { via: 'octets', length: 5, ...frame } as never, [], isInflated);
    expect(of(shows('Hello'), { payload: Buffer.from('He') })).toBe(true);
    // No octet of the payload is known on one side; an inflated one; a header that was taken from the row.
    expect(of(shows('Hello'), { payload: Buffer.from('') })).toBe(null);
    expect(of(shows(''), { payload: Buffer.from('Hello') })).toBe(null);
    expect(of(shows('Hello'), { payload: Buffer.from('Hello') }, true)).toBe(null);
    expect(of(shows('Hello'), { payload: Buffer.from('Hello'), via: 'row' })).toBe(null);
    // Of an empty one the header is all.
    expect(of({ length: 0, payload: null }, { length: 0, payload: Buffer.from('') })).toBe(true);
  });

  it('is none where the log shows a compressed payload inflated', () => {
    const log = annotateExample({
      log: `# writer: client\n# extensions: permessage-deflate\nrx c107f248cdc9c90700\n${rx('Hello', 'OPCODE=1, FIN=True, RSV=4')}`,
    });
    expect(agreement(log)).toEqual([null]);
  });
});

it('a log without frame rows is read in memory that does not grow', () => {
  const received = witnesses('rx');
  for (let ordinal = 0; ordinal < 70_000; ordinal++) {
    received.announce({ kind: 'octets', row: ordinal } as never);
    received.begin(begun(ordinal, ordinal, 0));
  }
  expect(received.reach({ kind: 'frame', row: 70_000 } as never)).toBe(null);
  expect(received.forNext(false)).toBe(null);
});

function begun(ordinal: number, row: number, octets: number): Frame {
  const payload = new Uint8Array(octets);
  return { ordinal, payload, spans: [{ at: 0, row, octet: 0, length: octets }] } as Partial<Frame> as Frame;
}

it('large frames wait for their rows only where these may still come', () => {
  const received = witnesses('rx');
  const row = { kind: 'frame', row: 1 } as never;
  for (let ordinal = 0; ordinal < 20; ordinal++) received.begin(begun(ordinal, 0, 1 << 20));
  for (let ordinal = 0; ordinal < 20; ordinal++) expect(received.reach(row)?.frame.ordinal).toBe(ordinal);
  for (let ordinal = 0; ordinal < 20; ordinal++) received.begin(begun(ordinal, ordinal, 1 << 20));
  expect(received.reach(row)).toBe(null);
  expect(received.forNext(false)).toBe(null);
});
