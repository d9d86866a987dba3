import { describe, expect, it } from 'vitest';
import { octetsOfText, textOf } from '../../model/octets.ts';
import { inflateMessage, startInflate } from '../deflate/inflate.ts';
import type { Frame } from './frame.ts';
import { contentOf, FRAMES_KEPT, frameAt, joinFrame, type Message, openMessage } from './message.ts';

function frames(...texts: readonly string[]): Frame[] {
  return texts.map((text, i) => ({
    ordinal: i,
    headerLength: 2,
    length: text.length,
    payload: octetsOfText(text),
  })) as unknown as Frame[];
}

function messageOf(compressed: boolean, ...parts: readonly Frame[]): Message {
  const message = openMessage(1, compressed, true);
  message.frames.push(...parts);
  return message;
}

describe('the content of a message', () => {
  it('is that of its fragments, one after the other', () => {
    expect(textOf(contentOf(messageOf(false, ...frames('Hel', '', 'lo'))) ?? new Uint8Array(0))).toBe('Hello');
  });

  it('is not known where a payload octet is hidden, or its start', () => {
    const message = messageOf(false, ...frames('Hel'));
    message.hidden = true;
    expect(contentOf(message)).toBe(null);
    expect(contentOf(openMessage(0, false, false, true))).toBe(null);
  });

  it('is what it inflates to, where it does', () => {
    const message = messageOf(true);
    expect(contentOf(message)).toBe(null);
    message.inflation = inflateMessage(startInflate(), [Buffer.from('f248cdc9c90700', 'hex')], { limit: 100 });
    expect(textOf(contentOf(message) ?? new Uint8Array(0))).toBe('Hello');
    message.inflation = inflateMessage(startInflate(), [Buffer.from('f248cdc9c90700', 'hex')], { limit: 3 });
    expect(contentOf(message)).toBe(null);
  });

  it('is not known where it refers to a message that did not come out', () => {
    const inflated = (before: string) => {
      const context = startInflate();
      inflateMessage(context, [Buffer.from(before, 'hex')], { limit: 100 });
      const message = messageOf(true);
      message.inflation = inflateMessage(context, [Buffer.from('f200110000', 'hex')], { limit: 100 });
      return contentOf(message);
    };
    expect(textOf(inflated('f248cdc9c90700') ?? new Uint8Array(0))).toBe('Hello');
    expect(inflated('f248cdc906')).toBe(null);
  });
});

describe('a payload octet of a message', () => {
  it.each([
    [0, 0, 2],
    [2, 0, 4],
    [3, 2, 2],
    [4, 2, 3],
    [99, 2, 3],
  ])('number %i stands in frame %i, octet %i', (at, ordinal, octet) => {
    const place = frameAt(messageOf(false, ...frames('Hel', '', 'lo')), at);
    expect([place?.frame.ordinal, place?.octet]).toEqual([ordinal, octet]);
  });

  it('of a message without frames stands nowhere', () => {
    expect(frameAt(messageOf(false), 0)).toBe(null);
  });
});

it('keeps so many fragments of a message, and the latest one', () => {
  const message = openMessage(2, false, false);
  const [fragment] = frames('a');
  for (let ordinal = 0; ordinal < FRAMES_KEPT + 5; ordinal++) joinFrame(message, { ...fragment, ordinal } as Frame);
  expect(message.frames).toHaveLength(FRAMES_KEPT + 1);
  expect(message.frames.at(-2)?.ordinal).toBe(FRAMES_KEPT - 1);
  expect(message.frames.at(-1)?.ordinal).toBe(FRAMES_KEPT + 4);
});
