import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noCounts } from '../../src/judge/annotation.ts';
import { FAILED_CASE, madeCase, verdictOf } from '../../src/render/check/case.fixture.ts';
import type { CheckedCase } from '../../src/render/check/case.ts';
import { caseLine } from '../../src/render/check/ndjson.ts';
import { caseInWords } from '../../src/render/check/total.ts';
import { readBaseline, writeBaseline } from './baseline.ts';
import { findCheckInputs, indexOf } from './inputs.ts';
import { linesOfRows, rowLocator } from './lines.ts';
import { failsAt } from './logs.ts';
import { openProgress } from './progress.ts';
import { selectionOf } from './select.ts';

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

describe('which cases are wanted', () => {
  const wants = (list: string | undefined, id: string | null, agents?: string, agent = 'made') =>
    selectionOf(list, agents).wants({ agent, case: id });

  it('is told by globs, with commas; a number alone is its group', () => {
    expect(wants('7.*', '7.13.1')).toBe(true);
    expect(wants('7.*', '17.1')).toBe(false);
    expect(wants('7', '7.1.1')).toBe(true);
    expect(wants('1', '13.1')).toBe(false);
    expect(wants('2.1?, 3.2', '2.10')).toBe(true);
    expect(wants('2.1?,3.2', '2.1')).toBe(false);
    expect(wants('*', null)).toBe(false);
    expect(wants('6.(', '6.1')).toBe(false);
  });

  it('is told by the agent, who may have a comma in the name', () => {
    expect(wants(undefined, '1.1', 'ws-8*', 'ws-8-server')).toBe(true);
    expect(wants(undefined, '1.1', 'ws-8', 'ws-8-server')).toBe(false);
    expect(wants(undefined, '1.1', 'a, b', 'a, b')).toBe(true);
    expect(selectionOf(undefined, undefined).isEverything).toBe(true);
  });
});

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
    readBaseline(written('base.ndjson', before.map(caseLine).join(''))).compare(now);

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
    const baseline = readBaseline(written('base.ndjson', others.map(caseLine).join('')));
    baseline.compare(madeCase());
    expect(baseline.missing(() => true).map(({ case: id }) => id)).toEqual(['2.1', '3.1']);
    expect(baseline.missing(selectionOf('2.*', undefined).wants).map(({ case: id }) => id)).toEqual(['2.1']);
  });

  it('a log that is no case is missing under the name of its file', () => {
    const former = { ...madeCase({}), agent: null, case: null, source: 'notes.log', change: null, fails: false };
    const baseline = readBaseline(written('former-logs.ndjson', caseLine(former)));
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
    expect(() => readBaseline(written('x.txt', `${caseLine(madeCase())}hello\n`))).toThrow(/x\.txt: line 2: neither/);
    expect(() => readBaseline(join(folder, 'none'))).toThrow(
      /no baseline: no such file or directory; --update-baseline writes one$/,
    );
    for (const text of ['null\n', '1\n', '[]\n']) expect(() => readBaseline(written('x.txt', text))).toThrow(/line 1/);
  });

  it('is written beside the old one and takes its place only at the end', () => {
    const file = written('keep.ndjson', caseLine(madeCase()));
    const before = readFileSync(file, 'utf8');
    const dropped = writeBaseline(file);
    dropped.add(FAILED_CASE);
    dropped.discard();
    expect(readFileSync(file, 'utf8')).toBe(before);
    const kept = writeBaseline(file);
    kept.add({ ...FAILED_CASE, change: 'worse' });
    kept.commit();
    expect(readFileSync(file, 'utf8')).toBe(caseLine(FAILED_CASE));
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

describe('the line of a row', () => {
  it('is that of its element in JSON, whatever the strings hold', () => {
    const text = JSON.stringify(
      { agent: 'x"wirelog": [', droppedByMe: true, wirelog: [['RO', [2, '81]["00']], ['CT', 1, 'a\\"['], ['KLE']] },
      null,
      3,
    );
    const lines = linesOfRows(text);
    const at = (row: number) => text.split('\n')[(lines.get(row) ?? 0) - 1];
    expect(lines.size).toBe(4);
    expect(text.split('\n')[lines.get(0) ?? 0]).toContain('"RO"');
    expect(text.split('\n')[lines.get(2) ?? 0]).toContain('"KLE"');
    expect(at(3)).toContain('droppedByMe');
  });

  it('is that of its number in a page or in rows', () => {
    const html = '<html>\n<div id="wirelog">\n<pre class="wirelog_rx_octets">000 RX OCTETS: 8100</pre>\n';
    expect(linesOfRows(`${html}<pre class="wirelog_tx_octets">001 TX OCTETS: 8100</pre>\n`)).toEqual(
      new Map([
        [0, 3],
        [1, 4],
      ]),
    );
    expect(linesOfRows('# wirelog 1\n# writer: server\nrx 8100\n\n> 8a00\n')).toEqual(
      new Map([
        [0, 3],
        [1, 5],
      ]),
    );
  });

  it('is not told where several logs stand in one file, or nothing is there to read', () => {
    const log = '# wirelog 1\n000 RX OCTETS: 8100\n001 TCP DROPPED BY ME\n';
    expect(linesOfRows(log + log).size).toBe(0);
    const locate = rowLocator();
    expect(locate('-', 0)).toBeNull();
    expect(locate(join(folder, 'none'), 0)).toBeNull();
    expect(locate(written('a.log', log), 1)).toBe(3);
  });
});

describe('progress', () => {
  const run = (isTTY: boolean, isShared = false) => {
    let time = 0;
    let text = '';
    const write = (part: string) => {
      text += part;
    };
    const screen = { isTTY, columns: 60, write };
    const progress = openProgress(screen, 50, isShared, () => time);
    for (let i = 1; i <= 50; i++) {
      time += 50;
      progress.step(i);
    }
    progress.clear();
    return text;
  };

  it('is drawn on a terminal, when the work is long, over itself, and taken away', () => {
    const text = run(true);
    expect(text.match(/ \d+ of 50 files/g)?.length).toBe(16);
    expect(text.split('\r')[1]).toMatch(/^.\[K\[=+ +\] 20 of 50 files$/);
    expect(text.endsWith('\r\x1b[K')).toBe(true);
    expect(text).not.toContain('\n');
  });

  it('is not drawn elsewhere, nor between results', () => {
    expect(run(false)).toBe('');
    expect(run(true, true)).toBe('');
  });
});
