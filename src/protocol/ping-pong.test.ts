import { describe, expect, it } from 'vitest';
import { octetsOfText } from '../model/octets.ts';
import type { Frame } from './frame/frame.ts';
import { hasOnePing, matchPong, noPongs, notePing, notePong, type Ping } from './ping-pong.ts';

function frame(text: string, known = text.length): Frame {
  return {
    length: text.length,
    payload: octetsOfText(text).subarray(0, known),
    spans: [],
    witnessed: null,
  } as unknown as Frame;
}

function pings(...texts: readonly string[]): Ping[] {
  const all: Ping[] = [];
  for (const text of texts) notePing(all, frame(text), null, null);
  return all;
}

describe('a Pong', () => {
  it('answers the Ping of its payload', () => {
    const open = pings('a', 'b');
    const match = matchPong(open, frame('a'), new Set());
    expect(match).toMatchObject({ isDuplicate: false, isReordered: false, superseded: [], instead: null });
    expect(match.ping).toBe(open[0]);
  });

  it('answers the newest of several alike, and the older ones too', () => {
    const open = pings('x', 'x', 'x');
    const match = matchPong(open, frame('x'), new Set());
    expect(match.ping).toBe(open[2]);
    expect(match.superseded).toEqual([open[0], open[1]]);
  });

  it('proves no more than that the oldest of several alike was read', () => {
    const open = pings('x', 'y', 'x');
    expect(matchPong(open, frame('x'), new Set())).toMatchObject({ ping: open[2], proves: open[0] });
    expect(matchPong(open, frame('x'), new Set())).toMatchObject({ ping: open[0], proves: open[2] });
    expect(matchPong(open, frame('x'), new Set()).proves).toBe(null);
    expect(matchPong(pings('abc'), frame('abc', 1), new Set()).proves).toBe(null);
  });

  it('is not out of order where its Ping and the newer one are alike', () => {
    const open = pings('x', 'x');
    matchPong(open, frame('x'), new Set());
    expect(matchPong(open, frame('x'), new Set())).toMatchObject({ ping: open[0], isReordered: false });
  });

  it('proves nothing where its sender sent the like of it unasked before', () => {
    const unasked = new Set<string>();
    matchPong([], frame('x'), unasked);
    expect(matchPong(pings('x', 'y'), frame('x'), unasked).proves).toBe(null);
    expect(matchPong(pings('x', 'y'), frame('y'), unasked).proves).not.toBe(null);
  });

  it('for an older Ping after that for a newer one is out of order, and not one too many', () => {
    const open = pings('a', 'b');
    matchPong(open, frame('b'), new Set());
    expect(matchPong(open, frame('a'), new Set())).toMatchObject({ isReordered: true, isDuplicate: false });
  });

  it('for a Ping that has its Pong is a duplicate', () => {
    const open = pings('a');
    matchPong(open, frame('a'), new Set());
    expect(matchPong(open, frame('a'), new Set())).toMatchObject({ isDuplicate: true, instead: null });
  });

  it('that fits nothing stands for the newest open Ping', () => {
    const open = pings('a', 'b');
    expect(matchPong(open, frame('c'), new Set())).toMatchObject({ ping: null, isDuplicate: false });
    expect(matchPong(open, frame('c'), new Set()).instead).toBe(open[1]);
  });

  it('that fits nothing while nothing is open stands for nothing', () => {
    expect(matchPong([], frame('a'), new Set())).toMatchObject({ ping: null, instead: null });
  });

  it('of which the log hides a part is compared as far as it is known, and comes in order', () => {
    const open = pings('same start, one', 'same start, two');
    expect(matchPong(open, frame('same start, ???', 12), new Set())).toMatchObject({ byPrefix: true, superseded: [] });
    expect(open[0]?.answer).not.toBe(null);
  });

  it('of another length fits no Ping, however little is known of it', () => {
    expect(matchPong(pings('abc'), frame('abcd', 0), new Set())).toMatchObject({ ping: null });
  });
});

describe('a Pong that answers no Ping', () => {
  it('is one that its sender sends by itself, where none was open', () => {
    const pongs = noPongs();
    notePong(pongs, [], frame('beat'));
    notePong(pongs, pings('a'), frame('beat'));
    expect(pongs.stray).toEqual([]);
  });

  it('is a stray one where a Ping was open, unless one of its payload came by itself before', () => {
    const pongs = noPongs();
    const open = pings('a', 'b');
    notePong(pongs, open, frame('a'));
    notePong(pongs, open, frame('beat'));
    // That one had answered a Ping.
    notePong(pongs, pings('b'), frame('a'));
    expect(pongs.stray.map(({ instead, isSettled }) => [instead.hash === open[1]?.hash, isSettled])).toEqual([
      [true, true],
      [true, false],
    ]);
  });
});

it('only so many Pings are remembered', () => {
  const open: Ping[] = [];
  for (let i = 0; i < 5000; i++) notePing(open, frame(String(i)), null, null);
  expect(open.length).toBe(4096);
});

describe('one Ping alone has asked for a Pong', () => {
  const pong = 'id 17';
  it.each([
    ['where only one has its payload', ['id 16', 'id 17'], frame('id 17'), [], true],
    ['and not where two have', ['id 17', 'id 16', 'id 17'], frame('id 17'), [], false],
    ['nor where none has', ['id 16'], frame('id 17'), [], false],
    ['nor where its sender sent the like of it unasked', ['id 17'], frame('id 17'), ['id 17'], false],
    ['nor where the log hides some of it', ['id 17'], frame(pong, 4), [], false],
    // What is too short, or says too little, is sent by chance.
    ['nor where it has three octets', ['abc'], frame('abc'), [], false],
    ['and where it has four', ['abcd'], frame('abcd'), [], true],
    ['nor where it has two different octets', ['abab'], frame('abab'), [], false],
    ['and where it has three', ['abac'], frame('abac'), [], true],
  ])('%s', (_, asked, answer, unasked, has) => {
    expect(hasOnePing(pings(...asked), answer, new Set(unasked))).toBe(has);
  });

  it('and not where the payload of another one is hidden, and may be the same', () => {
    const open = pings('id 17');
    notePing(open, frame('id 1?', 4), null, null);
    expect(hasOnePing(open, frame('id 17'), new Set())).toBe(false);
    expect(hasOnePing(open, frame('ie 17'), new Set())).toBe(false);
  });
});

it('a Pong answers the newest Pings that nothing has settled, up to its own', () => {
  const open = pings('a', 'b', 'c', 'd');
  expect(matchPong(open, frame('b'), new Set()).superseded).toEqual([open[0]]);
  expect(matchPong(open, frame('d'), new Set()).superseded).toEqual([open[2]]);
  expect(open.map(({ answer, supersededBy }) => [answer !== null, supersededBy && open.indexOf(supersededBy)])).toEqual(
    [
      [false, 1],
      [true, null],
      [false, 3],
      [true, null],
    ],
  );
});

it('only so many Pongs that answer nothing are kept, and none of who sends them unasked', () => {
  const pongs = noPongs();
  const open = pings('a');
  for (let i = 0; i < 1200; i++) notePong(pongs, open, frame(`x${i}`));
  expect(pongs.stray.length).toBe(1000);
  notePong(pongs, [], frame('y'));
  notePong(pongs, open, frame('z'));
  expect(pongs.stray).toEqual([]);
});
