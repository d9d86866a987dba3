import { describe, expect, it } from 'vitest';
import { judgeLog } from '../../../src/judge/judged-log.ts';
import { decoded, HEADER, octets, pings } from './log.fixture.ts';
import { openStore, type Store } from './store.ts';
import { octetsAt, openVerdicts } from './verdict.ts';

/** An echo that is an octet short: no rule is broken, and the case fails. */
const EXPECTED = { OK: [['message', 'hi', false]] };
const REPORT = {
  behavior: 'FAILED',
  behaviorClose: 'OK',
  expected: EXPECTED,
  expectedClose: { closedByMe: true, closeCode: [1000], requireClean: true },
};

function storeOf(rows = decoded(ROWS)): Store {
  const store = openStore();
  store.sink.header({ ...HEADER, writer: 'client', underTest: 'server', case: '1.1.2', report: REPORT });
  store.sink.rows(rows);
  return store;
}

const frame = (row: number, direction: 'rx' | 'tx', text: string) =>
  ({
    kind: 'frame',
    row,
    time: null,
    direction,
    opcode: 1,
    fin: true,
    rsv: 0,
    masked: direction === 'tx',
    maskingKey: null,
    length: text.length,
    payload: { known: Buffer.from(text), length: text.length, exact: true },
    repeat: null,
    chopSize: null,
    sync: false,
  }) as const;

const ROWS = [
  frame(0, 'tx', 'hi'),
  octets(1, 'tx', '81 82 00 00 00 00 68 69'),
  octets(2, 'rx', '81 01 68'),
  frame(3, 'rx', 'h'),
  { kind: 'tcp-drop', row: 4, time: null, by: 'peer', reset: false } as const,
];

describe('the verdict on the case', () => {
  it('names the octets of the row that decides, though no rule is broken there', () => {
    const store = storeOf();
    store.sink.done(null, null);
    const verdicts = openVerdicts(store, (log) => judgeLog(log));
    expect(verdicts.at(0)).toMatchObject({ status: 'FAILED', level: 'error', position: 2 });
    expect(verdicts.at(0)?.sentence).toContain("the server's echo");
    expect(store.at(2)?.annotations).toEqual([]);
    expect([0, 1, 2, 3].map((at) => verdicts.decidedAt(at) !== null)).toEqual([false, false, true, false]);
  });

  it('waits until the log is read, judges once, and no log that is too long for a case', () => {
    let judged = 0;
    const judge: typeof judgeLog = (log) => {
      judged++;
      return judgeLog(log);
    };
    const store = storeOf();
    const verdicts = openVerdicts(store, judge);
    expect(verdicts.at(0)).toBeNull();
    store.sink.done(null, null);
    expect(verdicts.at(0)).toBe(verdicts.at(3));
    expect(judged).toBe(1);
    const long = storeOf(pings(5001));
    long.sink.done(null, null);
    expect(openVerdicts(long, judge).at(0)).toBeNull();
  });

  it('finds the octets of a frame that the log tells of', () => {
    expect(octetsAt(storeOf(), 3, 0)).toBe(2);
    expect(octetsAt(storeOf(), 1, 0)).toBe(1);
  });
});
