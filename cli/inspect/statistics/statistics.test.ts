import { describe, expect, it } from 'vitest';
import type { AnnotatedRow } from '../../../src/judge/annotation.ts';
import type { Row } from '../../../src/model/row.ts';
import { annotation, closeCase, decoded, HEADER, octets, pings } from '../log/log.fixture.ts';
import { toldLatencies } from './latencies.ts';
import { statisticsLines } from './lines.ts';
import { openStatistics, type Statistics } from './statistics.ts';

function counted(rows: readonly AnnotatedRow[]): Statistics {
  const counting = openStatistics();
  for (const row of rows) counting.row(row);
  return counting.statistics;
}

/** Rows a thousandth of a second apart, but the last, which comes a second later. */
function timed(rows: readonly Row[]): readonly AnnotatedRow[] {
  return decoded(rows.map((row, at) => ({ ...row, time: at === rows.length - 1 ? at / 1000 + 1 : at / 1000 })));
}

const TALK = [
  octets(0, 'tx', '89 01 31'),
  octets(1, 'tx', '89 01 32'),
  octets(2, 'tx', '81 02 68 69'),
  octets(3, 'rx', '8a 81 00 00 00 00 32'),
  octets(4, 'rx', '81 82 00 00 00 00 68 69'),
  octets(5, 'rx', '89 80 00 00 00 00'),
  octets(6, 'tx', '01 01 61 80 01 62'),
  octets(7, 'rx', '88 82 00 00 00 00 03 e8'),
];

describe('the statistics', () => {
  it('count frames, sizes and messages for both directions', () => {
    const { flows, rows } = counted(decoded(TALK));
    expect(rows).toBe(8);
    expect(Object.fromEntries(flows.tx.frames)).toEqual({
      0: { count: 1, octets: 1 },
      1: { count: 2, octets: 3 },
      9: { count: 2, octets: 2 },
    });
    expect(flows.tx).toMatchObject({
      octets: 16,
      reads: 4,
      sizes: [0, 5, 0, 0],
      longest: 2,
      messages: 2,
      fragmented: 1,
    });
    expect(flows.rx).toMatchObject({ sizes: [1, 3, 0, 0], messages: 1, fragmented: 0 });
    expect([...flows.rx.closes]).toEqual([[1000, 1]]);
  });

  it('measure from a Ping to its Pong, and from a message to its echo', () => {
    const told = toldLatencies(counted(timed(TALK)).latencies);
    const brief = told.map(({ what, direction, answered, slowest, waiting }) => {
      return [what, direction, answered, slowest && [slowest.row, slowest.seconds.toFixed(3)], waiting()];
    });
    expect(brief).toEqual([
      // The Pong answers the second Ping, and with it the first.
      ['Pong', 'rx', 1, [3, '0.002'], 0],
      ['Pong', 'tx', 0, null, 1],
      ['echo', 'rx', 1, [4, '0.002'], 1],
    ]);
  });

  it('expect an echo from who did not speak first, where none came', () => {
    const { latencies } = counted(decoded([octets(0, 'tx', '81 02 68 69'), octets(1, 'rx', '81 81 00 00 00 00 68')]));
    expect(toldLatencies(latencies).map(({ direction, answered }) => [direction, answered])).toEqual([['rx', 0]]);
  });

  it('find the longest pauses', () => {
    expect(counted(timed(TALK)).pauses).toMatchObject({ count: 1, longest: [{ row: 7 }] });
    expect(counted(decoded(TALK)).times).toBeNull();
  });

  it('count findings by rule, and by what they are', () => {
    const rows = closeCase();
    rows[0]?.annotations.push(annotation(0, { rule: 'mask/missing' }), annotation(0, { afterFailure: true }));
    const findings = [...counted(rows).findings.values()];
    expect(findings.map(({ rule, count, first, mark }) => [rule, count, first, mark.character])).toEqual([
      ['mask/missing', 2, 0, '✗'],
      ['close/code-unassigned', 1, 0, '×'],
      ['close/code-unassigned', 1, 3, '◇'],
    ]);
  });

  it('say it in lines', () => {
    const lines = statisticsLines(counted(timed(TALK)), HEADER, { width: 80, color: false }).map((line) =>
      line.trimEnd(),
    );
    expect(lines).toMatchInlineSnapshot(`
      [
        "                             RX from the client    TX from the server",
        " reads and writes                             4                     4",
        " octets                                      29                    16",
        " frames                                       4                     5",
        "   continuation                               –            1 · 1 oct.",
        "   text                              1 · 2 oct.            2 · 3 oct.",
        "   close                             1 · 2 oct.                     –",
        "   ping                              1 · 0 oct.            2 · 2 oct.",
        "   pong                              1 · 1 oct.                     –",
        " sizes of payloads",
        "   empty                                      1                     0",
        "   1–125                                      3                     5",
        "   126–65,535                                 0                     0",
        "   65,536 and more                            0                     0",
        "   longest                                    2                     2",
        " messages                                     1                     2",
        "   in several frames                          0                     1",
        "   compressed                                 –                     –",
        " close codes",
        "   1000 normal closure                        1                     0",
        "",
        " answers  least · median · most, in milliseconds",
        "   Pong from the client          1  2.000 · 2.000 · 2.000 (row 3)",
        "   Pong from the server          0  1 without",
        "   echo from the client          1  2.000 · 2.000 · 2.000 (row 4)  1 without",
        "",
        " pauses  1 above 0.1 s",
        "   1.001 s before row 7",
        "",
        " findings  none",
      ]
    `);
  });

  it('count on where nobody answers', () => {
    const statistics = counted(pings(30_000));
    expect(statistics.latencies[0]?.waiting()).toBe(30_000);
    expect(statistics.flows.tx.frames.get(9)?.count).toBe(30_000);
  });

  it('tell an echo from what only looks as if it answered one', () => {
    const talk = Array.from({ length: 50 }, (_, at) => [
      octets(2 * at, 'rx', `81 81 00 00 00 00 ${30 + (at % 3)}`),
      octets(2 * at + 1, 'tx', `81 01 ${30 + (at % 3)}`),
    ]);
    const [echo, ...more] = toldLatencies(counted(decoded(talk.flat())).latencies);
    expect([echo?.direction, echo?.answered, more.length]).toEqual(['tx', 50, 0]);
  });
});
