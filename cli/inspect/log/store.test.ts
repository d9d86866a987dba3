import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Row } from '../../../src/model/row.ts';
import { annotation, closeCase, decoded, HEADER, octets, pings } from './log.fixture.ts';
import { openStore } from './store.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the store', () => {
  it('grows in chunks and finds what is annotated', () => {
    const store = openStore();
    store.sink.header(HEADER);
    const rows = pings(500);
    store.sink.rows(rows.slice(0, 250));
    expect(store.index.positions.violation).toEqual([99, 199]);
    store.sink.rows(rows.slice(250));
    expect(store.index.positions.violation).toEqual([99, 199, 299, 399, 499]);
    expect([store.length, store.status.lastNumber]).toEqual([500, 499]);
  });

  it('counts violations, stimuli and remarks apart', () => {
    const store = openStore();
    store.sink.rows(closeCase());
    expect(store.index).toMatchObject({
      positions: { violation: [4], stimulus: [3], annotation: [3, 4] },
      counts: { violation: 1, stimulus: 1, warning: 0 },
    });
  });

  it('sees annotations that came late', () => {
    const store = openStore();
    const rows = closeCase();
    store.sink.rows(rows);
    expect(store.index.positions.violation).toEqual([4]);
    store.sink.change(0, ({ annotations }) => annotations.push(annotation(0)));
    expect(store.index).toMatchObject({
      positions: { violation: [0, 4], annotation: [0, 3, 4] },
      counts: { violation: 2 },
    });
    expect(store.at(0)?.annotations).toEqual([annotation(0)]);
    store.sink.change(99, () => expect.fail('there is no such row'));
  });

  it('tells at once, then at most ten times a second, and the end at once', () => {
    const store = openStore();
    let told = 0;
    store.subscribe(() => told++);
    for (const row of pings(50)) store.sink.rows([row]);
    expect(told).toBe(1);
    vi.advanceTimersByTime(100);
    expect(told).toBe(2);
    vi.advanceTimersByTime(1000);
    expect(told).toBe(2);
    store.sink.rows(pings(1));
    store.sink.done(null, null);
    expect([told, store.status.isLoading]).toEqual([4, false]);
  });

  it('keeps several logs apart', () => {
    const store = openStore();
    store.sink.header({ ...HEADER, case: '1.1.1' });
    store.sink.rows(closeCase());
    store.sink.header({ ...HEADER, case: '1.1.2' });
    store.sink.rows(closeCase());
    expect([store.logAt(5)?.header.case, store.logAt(6)?.header.case]).toEqual(['1.1.1', '1.1.2']);
    expect([store.positionOf(2, 0), store.positionOf(2, 8), store.positionOf(99, 0)]).toEqual([2, 8, 5]);
  });

  it('finds messages, waits and pauses', () => {
    const store = openStore();
    const timed = (row: Row, time: number): Row => ({ ...row, time });
    store.sink.header(HEADER);
    store.sink.rows(
      decoded([
        timed(octets(0, 'tx', '01 01 61'), 0),
        timed(octets(1, 'tx', '80 01 62'), 0.05),
        timed(octets(2, 'tx', '82 00'), 1),
        { kind: 'delay', row: 3, time: null, seconds: 1, tag: null },
        timed(octets(4, 'tx', '89 00'), 1.01),
      ]),
    );
    expect(store.index.positions).toMatchObject({ message: [0, 2], gap: [2, 3] });
  });

  it('follows the states of each log', () => {
    const store = openStore();
    store.sink.header(HEADER);
    store.sink.rows(closeCase());
    expect(store.logAt(0)?.phases.phases).toEqual([
      { from: 0, state: 'open' },
      { from: 3, state: 'closing' },
      { from: 5, state: 'closed' },
    ]);
    expect(store.logAt(0)?.phases.agreed).toBe('no extensions');
  });
});
