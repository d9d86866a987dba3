import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { annotation, closeCase, HEADER, pings } from './log.fixture.ts';
import { openStore } from './store.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the store', () => {
  it('grows in chunks and finds what is annotated', () => {
    const store = openStore();
    store.sink.header(HEADER);
    const rows = pings(500);
    store.sink.rows(rows.slice(0, 250));
    expect(store.index.violations).toEqual([99, 199]);
    store.sink.rows(rows.slice(250));
    expect(store.index.violations).toEqual([99, 199, 299, 399, 499]);
    expect([store.length, store.status.lastNumber]).toEqual([500, 499]);
  });

  it('counts violations, stimuli and remarks apart', () => {
    const store = openStore();
    store.sink.rows(closeCase());
    expect(store.index).toMatchObject({
      violations: [4],
      annotated: [3, 4],
      counts: { violation: 1, stimulus: 1, remark: 0 },
    });
  });

  it('sees annotations that came late', () => {
    const store = openStore();
    const rows = closeCase();
    store.sink.rows(rows);
    expect(store.index.violations).toEqual([4]);
    rows[0]?.annotations.push(annotation(0));
    store.sink.done(null, null);
    expect(store.index.violations).toEqual([0, 4]);
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
    expect([store.headerAt(5)?.case, store.headerAt(6)?.case]).toEqual(['1.1.1', '1.1.2']);
    expect([store.positionOf(2, 0), store.positionOf(2, 8), store.positionOf(99, 0)]).toEqual([2, 8, 5]);
  });
});
