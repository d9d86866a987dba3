import { describe, expect, it } from 'vitest';
import { cpuSeconds } from '../../model/cpu-time.fixture.ts';
import type { Direction, FrameRow, Row } from '../../model/row.ts';
import { NO_HINTS, recoverRowLengths } from './row-lengths.ts';

function octets(direction: Direction, text: string, length: number | null = null): Row {
  const given = Buffer.from(text, 'latin1');
  const known = length === null ? Buffer.concat([given, Buffer.alloc(Math.max(0, 64 - given.length))]) : given;
  return {
    kind: 'octets',
    row: 0,
    time: null,
    direction,
    sync: false,
    octets: { length: length ?? 64, known, exact: length !== null },
  };
}

function frame(direction: Direction, length: number | null, more: Partial<FrameRow> = {}): Row {
  return {
    kind: 'frame',
    row: 0,
    time: null,
    direction,
    opcode: 2,
    fin: true,
    rsv: 0,
    masked: false,
    maskingKey: null,
    length,
    payload: null,
    repeat: null,
    chopSize: null,
    sync: false,
    ...more,
  };
}

function lengths(rows: readonly Row[]): (number | string)[] {
  return rows.flatMap((row) =>
    row.kind === 'octets' ? [row.octets.exact ? row.octets.length : `${row.octets.length}?`] : [],
  );
}

function recovered(
  rows: readonly Row[],
  rx: Record<string, number> | null,
  tx: Record<string, number> | null = null,
  head: number | string | null = null,
) {
  const octetsOfHead = head === null ? null : Buffer.from(typeof head === 'string' ? head : ' '.repeat(head), 'latin1');
  return lengths(recoverRowLengths(rows, { stats: { rx, tx }, heads: { rx: octetsOfHead, tx: octetsOfHead } }));
}

const HEAD = 'GET / HTTP/1.1\r\n';

it('gives the only size that is left to the row that is left', () => {
  expect(recovered([octets('rx', 'ab', 2), octets('rx', '')], { 2: 1, 300: 1 })).toEqual([2, 300]);
  expect(recovered([octets('rx', ''), octets('rx', '')], { 300: 2 })).toEqual([300, 300]);
});

it('gives the first row the length of the handshake, if there was such a read', () => {
  expect(recovered([octets('rx', HEAD), octets('rx', '')], { 300: 1, 200: 1 }, null, 200)).toEqual([200, 300]);
  expect(recovered([octets('rx', HEAD), octets('rx', '')], { 300: 1, 210: 1 }, null, 200)).toEqual(['200?', '64?']);
});

it('leaves rows alone that could have either of two sizes', () => {
  expect(recovered([octets('rx', ''), octets('rx', '')], { 300: 1, 200: 1 })).toEqual(['64?', '64?']);
});

it('finds the size among those that no row has, when the log was off for a while', () => {
  expect(recovered([octets('rx', HEAD), octets('rx', 'x', 1)], { 200: 1, 1: 2, 7: 5, 60: 1 })).toEqual([200, 1]);
  expect(recovered([octets('rx', HEAD), octets('rx', '')], { 200: 1, 300: 1, 400: 1 }, null, 200)).toEqual([
    200,
    '64?',
  ]);
});

it('does not believe statistics that contradict the rows', () => {
  expect(recovered([octets('rx', 'abc', 3), octets('rx', '')], { 2: 1, 300: 1 })).toEqual([3, '64?']);
  expect(recovered([octets('rx', ''), octets('rx', '')], { 300: 1 })).toEqual(['64?', '64?']);
});

describe('writes', () => {
  it('are one frame each', () => {
    const rows = [frame('tx', 200), octets('tx', '\x82\x7e\0\xc8'), frame('tx', 300), octets('tx', '\x82\x7e\x01\x2c')];
    expect(recovered(rows, null)).toEqual([204, 304]);
    expect(recovered(rows, null, { 204: 1, 304: 1 })).toEqual([204, 304]);
    expect(recovered(rows, null, { 204: 1, 305: 1 })).toEqual([204, 305]);
  });

  it('are as long as the repeated payload', () => {
    expect(recovered([frame('tx', 10, { repeat: 262144 }), octets('tx', '\x82\x7f\0\0\0\0\0\x04\0\0')], null)).toEqual([
      262154,
    ]);
  });

  it('are chops of the size that the frame row says, the last one what is left', () => {
    const rows = [
      frame('tx', 250, { chopSize: 100 }),
      octets('tx', '\x82\x7e\0\xfa'),
      octets('tx', ''),
      octets('tx', '', 54),
    ];
    expect(recovered(rows, null)).toEqual([100, 100, 54]);
  });

  it('without a frame row of their own tell nothing, and those after them are found again', () => {
    const rows = [octets('tx', '\x82\x7e\0\xc8'), frame('tx', 300), octets('tx', '\x82\x7e\x01\x2c')];
    expect(recovered(rows, null)).toEqual(['64?', 304]);
  });

  it('that do not begin with the frame of their row tell nothing', () => {
    expect(recovered([frame('tx', 200), octets('tx', '\x82\x7e\0\xc9')], null)).toEqual(['64?']);
  });
});

describe('reads', () => {
  const big = (size: number) => octets('rx', `\x82\x7e${String.fromCharCode((size - 4) >> 8, (size - 4) & 255)}`);

  it('between frames hold what the frames need', () => {
    const rows = [octets('rx', HEAD), big(304), frame('rx', 300), big(504), frame('rx', 500)];
    expect(recovered(rows, { 200: 1, 304: 1, 504: 1 }, null, 200)).toEqual([200, 304, 504]);
  });

  it('of one frame in three parts keep the parts open that could change places', () => {
    const rows = [
      octets('rx', HEAD),
      big(1000),
      octets('rx', ''),
      octets('rx', ''),
      frame('rx', 996),
      octets('rx', '\x82\x01a', 3),
      frame('rx', 1),
    ];
    expect(recovered(rows, { 200: 2, 3: 1, 300: 1, 500: 1 }, null, 200)).toEqual([200, '64?', '64?', '64?', 3]);
    expect(recovered(rows, { 200: 1, 3: 1, 100: 2, 800: 1 }, null, 200)).toEqual([200, '64?', '64?', '64?', 3]);
  });

  it('are told apart by where frames begin in the octets that are shown', () => {
    // The second frame begins 10 octets into the third read; were that 480 octets and the second 500, it would begin
    // 30 octets into it, and there is no frame there.
    const third = `${'\0'.repeat(10)}\x82\x7e\x01\xd2`;
    const rows = [octets('rx', HEAD), big(510), octets('rx', third), frame('rx', 506), frame('rx', 466)];
    expect(recovered(rows, { 200: 1, 500: 1, 480: 1 }, null, 200)).toEqual([200, 500, 480]);
  });

  it('of which the log shows no length at all stay open', () => {
    expect(recovered([octets('rx', HEAD), frame('rx', null), octets('rx', '')], null)).toEqual(['64?', '64?']);
  });
});

it('changes nothing where all is known', () => {
  const rows = [octets('rx', 'ab', 2), frame('rx', 1), octets('tx', 'a', 1)];
  expect(recoverRowLengths(rows, NO_HINTS)).toEqual(rows);
});

it('gives up in time', () => {
  const sizes = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [String(100 + i), 1]));
  const rows = [octets('rx', HEAD), ...Array.from({ length: 299 }, () => octets('rx', '')), frame('rx', 1e6)];
  const seconds = cpuSeconds(() => {
    expect(recovered(rows, sizes, null, 100).slice(0, 2)).toEqual([100, '64?']);
  });
  expect(seconds).toBeLessThan(2);
});

describe('a head that came in several reads', () => {
  const long = ['GET /a?b HTTP/1.1', 'Host: 127.0.0.1:9001', 'Upgrade: websocket', 'Connection: Upgrade'];
  const head = [...long, `Sec-WebSocket-Key: ${'k'.repeat(22)}==`, 'Sec-WebSocket-Version: 13', '', ''].join('\r\n');
  const read = (from: number, to: number) => octets('rx', head.slice(from, to), to - from);
  const cutRead = (from: number, to: number) => octets('rx', head.slice(from, Math.min(to, from + 64)));

  it('is cut where the next row begins within its text', () => {
    expect(recovered([cutRead(0, 70), cutRead(70, head.length)], { 70: 1, [head.length - 70]: 1 }, null, head)).toEqual(
      [70, head.length - 70],
    );
  });

  it('is found behind a row that is shown whole', () => {
    const sizes = { 60: 1, [head.length - 60]: 1, 100: 1 };
    expect(recovered([read(0, 60), cutRead(60, head.length)], sizes, null, head)).toEqual([60, head.length - 60]);
  });

  it('gives the sizes to the rows that they fit, not in the order of the table', () => {
    const rows = [cutRead(0, 75), read(75, 80), cutRead(80, head.length), octets('rx', '\x81\xfe')];
    const sizes = { 5: 1, [head.length - 80]: 1, 75: 1, 300: 1 };
    expect(recovered(rows, sizes, null, head)).toEqual([75, 5, head.length - 80, 300]);
  });

  it('may have frames behind it in its last read', () => {
    const last = octets('rx', `${head.slice(80)}\x89\x80abcd`);
    const sizes = { 80: 1, [head.length - 80 + 6]: 1, 400: 1 };
    expect(recovered([cutRead(0, 80), last, read(0, 3)], { ...sizes, 3: 1 }, null, head)[0]).toBe(80);
  });

  it('is cut where only one place fits, also without statistics', () => {
    expect(recovered([cutRead(0, 70), cutRead(70, head.length)], null, null, head)).toEqual([
      70,
      `${head.length - 70}?`,
    ]);
  });

  it('is in its rows also where nobody can say how long each was', () => {
    const same = `GET / HTTP/1.1\r\nX: ${'x'.repeat(300)}\r\n\r\n`;
    const rows = [octets('rx', same.slice(0, 64)), octets('rx', 'x'.repeat(64))];
    const [first, second] = recovered(rows, null, null, same);
    expect([first, second].every((length) => String(length).endsWith('?'))).toBe(true);
    expect(Number.parseInt(String(first), 10) + Number.parseInt(String(second), 10)).toBe(same.length);
  });
});
