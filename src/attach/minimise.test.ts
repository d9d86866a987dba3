import { describe, expect, it } from 'vitest';
import { annotationsOf } from '../judge/judged-log.ts';
import { attachmentText } from '../render/attach/text.ts';
import { attachmentOf, findingsIn, logOfFile, logWith, maskedFrame, readBack } from './whole-log.fixture.ts';

const LOGS = new URL('../../logs/', import.meta.url).pathname;

describe('a minimised log', () => {
  it('keeps the rows that the finding needs, and no other', () => {
    const { minimised, judged } = attachmentOf(logOfFile(`${LOGS}rsv2-echoed.log`), { minimise: true });
    expect(minimised?.kept).toEqual([1, 4, 7]);
    expect(minimised?.isPartial).toBe(false);
    expect(findingsIn(judged, false)).toEqual([
      '1 0-1 error frame/rsv-set client stimulus',
      '2 * error reaction/invalid-processed server violation',
    ]);
  });

  it('says what was left out, and is a log of its own', () => {
    const attachment = attachmentOf(logOfFile(`${LOGS}rsv2-echoed.log`), { minimise: true });
    const text = attachmentText(attachment);
    expect(text).toContain(
      'Minimised: 3 of 13 rows are left, and the same finding remains (rows 1, 4, 7 of the whole log, numbered anew).',
    );
    expect(findingsIn(readBack(text))).toEqual(findingsIn(attachment.judged));
    expect(readBack(text).rows.map(({ row }) => row)).toEqual([0, 1, 2]);
  });

  it('finds the one bad frame among two thousand', () => {
    const good = Array.from({ length: 2000 }, (_, i) => `tx 8204${i.toString(16).padStart(8, '0')}`);
    const log = logWith([...good.slice(0, 1234), `rx ${maskedFrame(3, Buffer.from('bad'))}`, ...good.slice(1234)]);
    const { minimised, finding } = attachmentOf(log, { minimise: true });
    expect(finding?.rule).toBe('frame/opcode-reserved-data');
    expect(minimised?.kept).toContain(1236);
    expect(minimised?.kept.length).toBeLessThan(5);
    expect(minimised?.isPartial).toBe(false);
  });

  it('blames nobody for what the whole log does not blame him for', () => {
    for (const name of [
      'pong-missing.log',
      'utf8-broken-in-second-fragment.log',
      'deflate-context-takeover-used.log',
    ]) {
      const log = logOfFile(LOGS + name);
      const { judged, finding } = attachmentOf(log, { minimise: true });
      const rules = new Set(annotationsOf(attachmentOf(log).judged).map(({ rule }) => rule));
      const found = annotationsOf(judged).filter(({ certainty, intent }) => certainty === 'certain' && intent !== null);
      for (const { rule } of found) expect(rules).toContain(rule);
      expect(finding?.rule).toBe(attachmentOf(log).finding?.rule);
    }
  });

  it('is the log as it was where nothing is found', () => {
    const { minimised, judged } = attachmentOf(logWith([]), { minimise: true });
    expect(minimised).toBeNull();
    expect(judged.rows).toHaveLength(5);
  });
});
