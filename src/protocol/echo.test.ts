import { describe, expect, it } from 'vitest';
import { octetsOfText } from '../model/octets.ts';
import { type Echo, isTelling, type PayloadView, Sendings } from './echo.ts';
import type { Frame } from './frame/frame.ts';
import { type Message, openMessage } from './frame/message.ts';

const LONG = 'a text that nobody sends by chance';

function contentIn({ buffer, byteOffset, byteLength }: Uint8Array, from = 0): PayloadView {
  return { view: new DataView(buffer, byteOffset, byteLength), from, length: byteLength - from };
}

/** Two endpoints: each text with `<` is sent by the one, with `>` by the other. Returns what the last one is taken for. */
function taken(...texts: readonly string[]): Echo | null {
  const [one, other] = [new Sendings(), new Sendings()];
  let ordinal = 0;
  let last: Echo | null = null;
  for (const text of texts) {
    const octets = octetsOfText(text.slice(1));
    const [own, theirs] = text.startsWith('<') ? [one, other] : [other, one];
    last = own.takeContent(contentIn(octets), { ordinal: ordinal++, row: ordinal } as Echo['of'], theirs, true);
  }
  return last;
}

describe('a message', () => {
  it('is the echo of one with the same octets from the other side, the n-th of the n-th', () => {
    expect(taken('<Hello', '>Hello')?.of.ordinal).toBe(0);
    expect(taken('<Hello', '<Hello', '>Hello', '>Hello')?.of.ordinal).toBe(1);
    expect(taken('<Hello', '>Hello', '>Hello')).toBe(null);
    expect(taken('<Hello', '>Hullo')).toBe(null);
    expect(taken('<Hello', '<Hello')).toBe(null);
  });

  it('without octets is no echo', () => {
    expect(taken('<', '>')).toBe(null);
  });

  it('tells whether it is the first of its sender, and in the order of the others', () => {
    expect(taken('<a', '<b', '>a')).toMatchObject({ isFirst: true, isInOrder: true });
    expect(taken('<a', '<b', '>a', '>b')).toMatchObject({ isFirst: false, isInOrder: true });
    expect(taken('<a', '<b', '>b', '>a')).toMatchObject({ isInOrder: false });
    expect(taken('<a', '<b', '>c', '>a')).toMatchObject({ isInOrder: false });
  });
});

describe('an echo has one cause', () => {
  it('where its sender has echoed all, and its content is long and was in no message before', () => {
    expect(taken('<a', '<b', `<${LONG}`, '>a', '>b', `>${LONG}`)?.hasOneCause).toBe(true);
    // An empty message is no other one.
    expect(taken('<a', '<b', `<${LONG}`, '>a', '>', '>b', `>${LONG}`)?.hasOneCause).toBe(true);
  });

  it('and not where it is short, was sent twice, or too few came back before', () => {
    expect(taken('<a', '<b', '<Hello', '>a', '>b', '>Hello')?.hasOneCause).toBe(false);
    expect(taken('<a', '<b', `<${LONG}`, `<${LONG}`, '>a', '>b', `>${LONG}`)?.hasOneCause).toBe(false);
    expect(taken('<a', `<${LONG}`, '>a', `>${LONG}`)?.hasOneCause).toBe(false);
  });

  it('and not where its sender has sent something else too', () => {
    expect(taken('<a', '<b', `<${LONG}`, '>a', '>news', '>b', `>${LONG}`)?.hasOneCause).toBe(false);
  });
});

describe('content', () => {
  it('that the endpoint sent is known again, from four octets on', () => {
    const one = new Sendings();
    for (const text of ['Hello', 'abc', 'x'.repeat(1000)]) {
      const octets = octetsOfText(`__${text}`);
      one.takeContent(contentIn(octets, 2), { ordinal: 0, row: 0 } as Echo['of'], new Sendings(), false);
    }
    expect(
      ['Hello', 'abc', 'x'.repeat(1000), 'Hellp', 'x'.repeat(999)].map((text) => one.has(octetsOfText(text))),
    ).toEqual([true, false, true, false, false]);
  });

  it('is telling where it is long and varied', () => {
    expect(isTelling(octetsOfText('abcdefghijklmnop'))).toBe(true);
    expect(isTelling(octetsOfText('abcdefghijklmno'))).toBe(false);
    expect(isTelling(octetsOfText('abcdefghabcdefgh'))).toBe(true);
    expect(isTelling(octetsOfText('abcdefgaabcdefga'))).toBe(false);
  });

  it.each([4, 5, 6, 7, 8, 1023, 1024, 1025, 5000])(
    'of %i octets is told from what differs in any one octet',
    (length) => {
      const octets = Uint8Array.from({ length }, (_, i) => (i * 31) & 255);
      const one = new Sendings();
      one.takeContent(contentIn(octets), { ordinal: 0, row: 0 }, new Sendings(), false);
      expect(one.has(octets)).toBe(true);
      for (const at of [0, 1, 3, length >> 1, length - 2, length - 1]) {
        expect(one.has(octets.with(at, (octets[at] as number) ^ 1)), `octet ${at}`).toBe(false);
      }
      expect(one.has(octets.subarray(0, -1))).toBe(false);
    },
  );

  it('is the same wherever it stands', () => {
    const octets = octetsOfText(LONG);
    for (const from of [0, 1, 2, 3, 7]) {
      const one = new Sendings();
      const room = new Uint8Array(from + octets.length);
      room.set(octets, from);
      one.takeContent(contentIn(room, from), { ordinal: 0, row: 0 }, new Sendings(), false);
      expect(one.has(octets)).toBe(true);
    }
  });
});

describe('an endpoint echoes', () => {
  function echoes(...texts: readonly string[]): boolean {
    const [one, other] = [new Sendings(), new Sendings()];
    for (const [ordinal, text] of texts.entries()) {
      const [own, theirs] = text.startsWith('<') ? [one, other] : [other, one];
      own.takeContent(contentIn(octetsOfText(text.slice(1))), { ordinal, row: ordinal }, theirs, false);
    }
    return other.isEchoing;
  }

  it.each([
    [['<a', '<b', '>a', '>b'], true],
    [['<a', '>a'], false],
    [['<a', '<a', '>a', '>a'], false],
    [['<a', '<b', '>a', '>b', '>c'], false],
    [['<a', '<b', '>a', '>b', '>'], true],
    [['<a', '<b', '>a', '>b', '>a'], false],
  ])('%j: %s', (texts, is) => {
    expect(echoes(...texts)).toBe(is);
  });
});

describe('a message in frames', () => {
  const text = (payload: string, more: Partial<Message> = {}) => {
    const octets = octetsOfText(payload);
    const frame = { ordinal: 5, spans: [], payload: octets, length: octets.length } as unknown as Frame;
    return { ...openMessage(1, false, false, false, [frame]), length: octets.length, ...more };
  };

  it('is told from others by its content, also where it continues nothing', () => {
    const [one, other] = [new Sendings(), new Sendings()];
    one.take(text('Hello'), other, false);
    expect(one.has(octetsOfText('Hello'))).toBe(true);
    expect(other.take(text('Hello', { headless: true, hidden: true }), one, false)?.of.ordinal).toBe(5);
    expect(other.take(text('World'), one, false)).toBe(null);
  });

  it('of which some is hidden is no echo, and speaks against nothing', () => {
    const [one, other] = [new Sendings(), new Sendings()];
    for (const word of ['a', 'b']) one.take(text(word), other, false);
    other.take(text('a'), one, false);
    expect(other.take(text('?', { hidden: true }), one, false)).toBe(null);
    expect(other.take(text('b'), one, false)?.isInOrder).toBe(false);
  });
});
