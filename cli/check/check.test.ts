import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noCounts } from '../../src/judge/annotation.ts';
import { FAILED_CASE, madeCase, verdictOf } from '../../src/render/check/case.fixture.ts';
import type { CheckedCase } from '../../src/render/check/case.ts';
import { caseRecord } from '../../src/render/check/ndjson.ts';
import { caseInWords } from '../../src/render/check/total.ts';
import { selectionOf } from '../input/select.ts';
import { readBaseline, writeBaseline } from './baseline.ts';
import { findCheckInputs, indexOf } from './inputs.ts';
import { failsAt } from './logs.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirelog-check-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
}

describe('the inputs', () => {
  const index = JSON.stringify({
    made: {
      '10.1.1': { behavior: 'OK', behaviorClose: 'OK', reportfile: 'made_case_10_1_1.json' },
      '2.1': { behavior: 'OK', behaviorClose: 'OK', reportfile: 'made_case_2_1.json' },
    },
  });

  it('an index stands for its reports in case order, and says which are missing', () => {
    const file = written('run/index.json', index);
    written('run/made_case_10_1_1.json', '{}');
    written('run/stale_case_1_1.json', '{}');
    expect(findCheckInputs([file]).lost).toEqual([
      { agent: 'made', case: '2.1', source: join(folder, 'run/made_case_2_1.json'), index: file },
    ]);
    written('run/made_case_2_1.json', '{}');
    const { inputs, errors, lost } = findCheckInputs([file]);
    expect(lost).toEqual([]);
    expect(inputs.map(({ source }) => source)).toEqual([
      join(folder, 'run/made_case_2_1.json'),
      join(folder, 'run/made_case_10_1_1.json'),
    ]);
    expect(errors).toEqual([]);
  });

  it('that are given twice count once, however they are named', () => {
    const file = written('twice/index.json', index);
    const report = written('twice/made_case_2_1.json', '{}');
    written('twice/made_case_10_1_1.json', '{}');
    symlinkSync(report, join(folder, 'twice/link.json'));
    const paths = [file, report, join(folder, 'twice/./made_case_2_1.json'), join(folder, 'twice/link.json'), file];
    expect(findCheckInputs(paths).inputs.map(({ source }) => source)).toEqual([
      report,
      join(folder, 'twice/made_case_10_1_1.json'),
    ]);
  });

  it('a case report is no index, nor is any other JSON', () => {
    for (const text of ['{"behavior": "OK", "wirelog": []}', '{"a": {"b": "behavior"}}', '[]', '{', '{}', 'x'])
      expect(indexOf(text)).toBeNull();
    expect(indexOf(index)).not.toBeNull();
  });
});

describe('the exit code', () => {
  const failed = { verdict: verdictOf('FAILED'), violations: noCounts() };
  const soft = { verdict: verdictOf('NON-STRICT'), violations: noCounts() };
  const noted = { verdict: verdictOf('OK'), violations: { error: 0, warning: 0, note: 2 } };

  it('counts a case from the level on that --fail-on names', () => {
    expect([failed, soft, noted].map((one) => failsAt('error', one, null))).toEqual([true, false, false]);
    expect([failed, soft, noted].map((one) => failsAt('warning', one, null))).toEqual([true, true, false]);
    expect([failed, soft, noted].map((one) => failsAt('note', one, null))).toEqual([true, true, true]);
    expect([failed, soft, noted].map((one) => failsAt('never', one, null))).toEqual([false, false, false]);
  });

  it('with a baseline counts only what got worse, and bad enough', () => {
    expect((['worse', 'better', 'same', 'new'] as const).map((one) => failsAt('error', failed, one))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(failsAt('error', soft, 'worse')).toBe(false);
    expect(failsAt('warning', soft, 'worse')).toBe(true);
  });

  it('counts a feature that is no longer agreed to as a loss', () => {
    const lost = { verdict: verdictOf('UNIMPLEMENTED'), violations: noCounts() };
    expect(failsAt('error', lost, 'worse')).toBe(true);
    expect(failsAt('error', lost, null)).toBe(false);
  });
});

describe('a baseline', () => {
  const compare = (before: readonly CheckedCase[], now: CheckedCase) =>
    readBaseline(written('base.ndjson', before.map(caseRecord).join(''))).compare(now);

  it('tells worse, better, the same and new by verdict and by close', () => {
    const step = (from: [string, string], to: [string, string]) =>
      compare([madeCase({ verdict: verdictOf(...from) })], madeCase({ verdict: verdictOf(...to) }));
    expect(step(['OK', 'OK'], ['FAILED', 'OK'])).toBe('worse');
    expect(step(['OK', 'OK'], ['OK', 'UNCLEAN'])).toBe('worse');
    expect(step(['OK', 'WRONG CODE'], ['OK', 'FAILED'])).toBe('worse');
    expect(step(['OK', 'OK'], ['UNIMPLEMENTED', 'OK'])).toBe('worse');
    expect(step(['FAILED', 'OK'], ['NON-STRICT', 'OK'])).toBe('better');
    expect(step(['FAILED', 'OK'], ['OK', 'UNCLEAN'])).toBe('worse');
    expect(step(['FAILED', 'UNCLEAN'], ['FAILED', 'UNCLEAN'])).toBe('same');
    expect(step(['OK', 'OK'], ['INFORMATIONAL', 'OK'])).toBe('same');
    expect(compare([], madeCase())).toBe('new');
  });

  it('tells by the rules that are charged, too', () => {
    expect(compare([madeCase()], madeCase({ rules: ['frame/rsv-set'] }))).toBe('worse');
    expect(compare([madeCase({ rules: ['frame/rsv-set', 'a/b'] })], madeCase({ rules: ['a/b'] }))).toBe('better');
    expect(compare([madeCase({ rules: ['frame/rsv-set'] })], madeCase({ rules: ['a/b'] }))).toBe('worse');
  });

  it('says what is in it and not here, of what was wanted', () => {
    const others = [madeCase(), madeCase({ case: '2.1' }), madeCase({ case: '3.1' })];
    const baseline = readBaseline(written('base.ndjson', others.map(caseRecord).join('')));
    baseline.compare(madeCase());
    expect(baseline.missing(() => true).map(({ case: id }) => id)).toEqual(['2.1', '3.1']);
    expect(baseline.missing(selectionOf('2.*', undefined).wants).map(({ case: id }) => id)).toEqual(['2.1']);
  });

  it('a log that is no case is missing under the name of its file', () => {
    const former = { ...madeCase({}), agent: null, case: null, source: 'notes.log', change: null, fails: false };
    const baseline = readBaseline(written('former-logs.ndjson', caseRecord(former)));
    const [missing] = baseline.missing(() => true);
    expect(missing && caseInWords(missing)).toBe('notes.log');
    expect(caseInWords({ agent: null, case: '1.1.1' })).toBe('case 1.1.1');
    expect(caseInWords({ agent: 'made', case: '1.1.1' })).toBe('made 1.1.1');
  });

  it('tells runs of one agent apart by their files', () => {
    const [a, b] = [madeCase({ source: 'a/x' }), madeCase({ source: 'b/x', verdict: verdictOf('FAILED') })];
    expect(compare([a, b], madeCase({ source: 'a/x', verdict: verdictOf('FAILED') }))).toBe('worse');
    expect(compare([a, b], madeCase({ source: 'b/x', verdict: verdictOf('FAILED') }))).toBe('same');
  });

  it('may be an index of Autobahn, which knows no rules', () => {
    const file = written('index.json', '{"made": {"3.2": {"behavior": "OK", "behaviorClose": "OK"}}}');
    expect(readBaseline(file).compare(FAILED_CASE)).toBe('worse');
    expect(readBaseline(file).compare(madeCase({ case: '3.2', rules: ['a/b'] }))).toBe('same');
  });

  it('that is something else is refused with its line', () => {
    expect(() => readBaseline(written('x.txt', `${caseRecord(madeCase())}hello\n`))).toThrow(/x\.txt: line 2: neither/);
    expect(() => readBaseline(join(folder, 'none'))).toThrow(
      /the baseline cannot be read: no such file or directory; --update-baseline writes one$/,
    );
    for (const text of ['null\n', '1\n', '[]\n']) expect(() => readBaseline(written('x.txt', text))).toThrow(/line 1/);
  });

  it('is written beside the old one and takes its place only at the end', () => {
    const file = written('keep.ndjson', caseRecord(madeCase()));
    const before = readFileSync(file, 'utf8');
    const dropped = writeBaseline(file);
    dropped.add(FAILED_CASE);
    dropped.discard();
    expect(readFileSync(file, 'utf8')).toBe(before);
    const kept = writeBaseline(file);
    kept.add({ ...FAILED_CASE, change: 'worse' });
    kept.commit();
    expect(readFileSync(file, 'utf8')).toBe(caseRecord(FAILED_CASE));
    expect(readBaseline(file).compare(FAILED_CASE)).toBe('same');
  });

  it('never replaces what is not its own', () => {
    expect(() => writeBaseline(written('index.json', '{"a": {"1.1": {"behavior": "OK"}}}'))).toThrow(/Autobahn's/);
    expect(() => writeBaseline(written('notes.txt', 'my notes'))).toThrow(/notes\.txt/);
    expect(() => writeBaseline(join(folder, 'no/such/folder'))).toThrow(
      /cannot be written: there is no directory .*such$/,
    );
  });
});
