import { describe, expect, it } from 'vitest';
import { accusations, annotateRows, HEADER } from './conversation-log.fixture.ts';
import { type CrossingLog, crossingLog, type Loss, lossyText } from './crossing.fixture.ts';
import { annotateExample } from './example.ts';

const LOGS = Number(process.env['WIRELOG_CROSSINGS'] ?? 1000);

/** What sound endpoints are accused of, with the number of the log. */
function accused(withFault: boolean): string[] {
  return Array.from({ length: LOGS }, (_, seed) => {
    const { writer, violator, rows } = crossingLog(seed, withFault);
    const annotated = annotateRows({ ...HEADER, writer, extensions: 'none' }, rows);
    const isOther = (one: string) => violator === null || !one.includes(` ${violator} `);
    return accusations(annotated)
      .filter(isOther)
      .map((one) => `${seed} ${writer} ${one}`);
  }).flat();
}

/** Who leaves without a word breaks no more than that; what it was in the middle of stays unfinished. */
const OF_LEAVING: ReadonlySet<string> = new Set([
  'close/abnormal-drop',
  'close/dropped-before-reply',
  'close/client-dropped-first',
  'phase/truncated-frame',
  'phase/message-unfinished',
]);

/** The same of logs in the text notation of which something is lost. */
function accusedIn(lossOf: (log: CrossingLog, seed: number) => Loss): string[] {
  return Array.from({ length: Math.ceil(LOGS / 4) }, (_, seed) => {
    const log = crossingLog(seed, false, seed % 2 === 0);
    const annotations = annotateExample({ log: lossyText(log, lossOf(log, seed)) }).rows.flatMap(
      (row) => row.annotations,
    );
    return annotations
      .filter(({ by, severity, certainty }) => by !== null && severity !== 'note' && certainty === 'certain')
      .filter(({ rule }) => !OF_LEAVING.has(rule))
      .map(({ rule, by, row, message }) => `${seed} ${log.writer} ${row} ${by} ${rule}: ${message}`);
  }).flat();
}

describe('of two sound endpoints, one of which may leave without a word', () => {
  it.each<[string, (log: CrossingLog, seed: number) => Loss]>([
    ['the whole log', () => ({})],
    ['a log that was taken on the way', () => ({ isTap: true })],
    ['a log whose rows are cut', (_, seed) => ({ cut: [2, 8, 64][seed % 3] ?? 8 })],
    [
      'a log without one of its rows',
      ({ rows }, seed) => ({ without: rows.length < 2 ? -1 : (seed * 7) % rows.length }),
    ],
  ])('none is accused of anything else by %s', (_, lossOf) => {
    expect(accusedIn(lossOf)).toEqual([]);
  });
});

describe('of two sound endpoints whose frames cross', () => {
  it('none is accused of anything', () => {
    expect(accused(false)).toEqual([]);
  });

  it('none is accused where the other one sends a frame that breaks the protocol', () => {
    expect(accused(true)).toEqual([]);
  });
});
