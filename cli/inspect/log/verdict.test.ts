import { describe, expect, it } from 'vitest';
import { judgeLog } from '../../../src/judge/judged-log.ts';
import type { LogHeader } from '../../../src/model/row.ts';
import { decoded, HEADER, octets } from './log.fixture.ts';
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

const CASE: LogHeader = { ...HEADER, writer: 'client', underTest: 'server', case: '1.1.2', report: REPORT };

function storeOf(): Store {
  const store = openStore();
  store.sink.header(CASE);
  store.sink.rows(decoded(ROWS));
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
    store.sink.judged(judgeLog({ header: CASE, rows: ROWS }));
    const verdicts = openVerdicts(store);
    expect(verdicts.at(0)).toMatchObject({ status: 'FAILED', level: 'error', position: 2 });
    expect(verdicts.at(0)?.sentence).toContain("the server's echo");
    expect(store.at(2)?.annotations).toEqual([]);
    expect([0, 1, 2, 3].map((at) => verdicts.decidedAt(at) !== null)).toEqual([false, false, true, false]);
  });

  it('waits until its log is over, and does not wait for the others', () => {
    const store = storeOf();
    const verdicts = openVerdicts(store);
    expect(verdicts.at(0)).toBeNull();
    store.sink.judged(judgeLog({ header: CASE, rows: ROWS }));
    expect(verdicts.at(0)?.status).toBe('FAILED');
    expect(verdicts.at(0)).toBe(verdicts.at(3));
    store.sink.header(CASE);
    store.sink.rows(decoded(ROWS));
    expect([verdicts.at(4)?.status, verdicts.at(5)]).toEqual(['FAILED', null]);
  });

  it('finds the octets of a frame that the log tells of', () => {
    expect(octetsAt(storeOf(), 3, 0)).toBe(2);
    expect(octetsAt(storeOf(), 1, 0)).toBe(1);
  });
});
