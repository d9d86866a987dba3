import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Ajv from 'ajv-draft-04';
import { describe, expect, it } from 'vitest';
import { adviceInLines } from '../../rules/advice/advice.ts';
import { RULES } from '../../rules/all.ts';
import { FAILED_CASE, HOSTILE, madeCase, render, verdictOf } from '../check/case.fixture.ts';
import { BARE, renderLog } from './render-log.fixture.ts';
import { artifactOf, leftNotification, linkTo, resultWriter } from './sarif.ts';

const require = createRequire(import.meta.url);
const SCHEMA = require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');

/** OASIS' schema of SARIF 2.1.0; what it marks as URIs is tested apart. */
const validate = new Ajv.default({
  strict: false,
  validateFormats: false,
  unicodeRegExp: false,
  allErrors: true,
}).compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));

function validated(text: string): { readonly runs: readonly Run[] } {
  const log = JSON.parse(text);
  validate(log);
  expect(validate.errors ?? []).toEqual([]);
  return log;
}

interface Descriptor {
  readonly id: string;
  readonly helpUri?: string;
  readonly help: { readonly text: string; readonly markdown?: string };
}

interface Run {
  readonly tool: { readonly driver: { readonly rules: readonly Descriptor[] } };
  // biome-ignore lint/suspicious/noExplicitAny: what the schema has judged already
  readonly results: readonly any[];
  // biome-ignore lint/suspicious/noExplicitAny: what the schema has judged already
  readonly invocations: readonly any[];
}

describe('SARIF of check', () => {
  it('is valid against the schema of SARIF 2.1.0, whatever stands in the logs', () => {
    validated(render('sarif'));
    validated(render('sarif', []));
  });

  it('a schema that is checked against does find faults', () => {
    expect(validate(JSON.parse(render('sarif').replaceAll('"level":"error"', '"level":"fatal"')))).toBe(false);
    expect(validate({ version: '2.1.0' })).toBe(false);
  });

  it('lists every rule of the catalogue, and each result names one that is listed', () => {
    const [run] = validated(render('sarif')).runs;
    const ids = new Set(run?.tool.driver.rules.map(({ id }) => id));
    for (const { id } of RULES) expect(ids).toContain(id);
    for (const { ruleId } of run?.results ?? []) expect(ids).toContain(ruleId);
  });

  it('says in the help of a rule what it breaks, the usual cause and what to do', () => {
    const [run] = validated(render('sarif')).runs;
    for (const { id, help } of run?.tool.driver.rules ?? []) {
      if (id.startsWith('case/')) continue;
      for (const line of adviceInLines(id)) expect(help.text).toContain(line);
      expect(help.markdown).toContain('**What to do:** ');
    }
  });

  it('gives the verdict and each charged rule, at the line of the row where it is known', () => {
    const locate = (_: string, row: number) => row + 100;
    const [run] = validated(render('sarif', [FAILED_CASE], { locate })).runs;
    expect(run?.results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
      ['case/failed', 'error'],
      ['frame/rsv-set', 'error'],
    ]);
    const [{ message, locations }] = run?.results ?? [];
    expect(message.text).toBe(
      'FAILED: row 9: text with RSV2 set (RFC 6455 §5.2); hint: row 9: the payload was never unmasked',
    );
    expect(locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'reports/made_case_3_2.json', uriBaseId: '%SRCROOT%' },
      region: { startLine: 109 },
    });
  });

  it('has no more results than GitHub takes: notes are the first to be left out', () => {
    const writer = resultWriter(3);
    const result = (level: 'error' | 'note', ruleId: string) => ({ level, ruleId });
    const text = [
      writer.write([result('note', 'a'), result('error', 'b'), result('note', 'c')]),
      writer.write([result('error', 'd'), result('note', 'e')]),
      writer.rest(),
    ].join('');
    expect(JSON.parse(`[${text}]`).map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual(['b', 'd', 'a']);
    expect(writer.left).toBe(2);
    expect(leftNotification(writer)).toMatchObject([{ text: '2 results are not listed: GitHub takes no more' }]);
    expect(leftNotification(resultWriter())).toEqual([]);
  });

  it('cuts long messages', () => {
    const [run] = validated(
      render('sarif', [{ ...FAILED_CASE, verdict: verdictOf('FAILED', 'OK', { why: 'x'.repeat(5000) }) }]),
    ).runs;
    expect(run?.results[0].message.text).toHaveLength(1001);
  });

  it('names the row where no line is known', () => {
    const [run] = validated(render('sarif', [FAILED_CASE])).runs;
    expect(run?.results[0].locations[0].logicalLocations[0].name).toBe('case 3.2, row 9');
    expect(run?.results[0].locations[0].physicalLocation.region).toBeUndefined();
  });

  it('tells what is new since the baseline', () => {
    const cases = [
      { ...FAILED_CASE, change: 'worse' as const },
      madeCase({ case: '3.3', verdict: verdictOf('OK', 'WRONG CODE'), change: 'same', fails: false }),
    ];
    const [run] = validated(render('sarif', cases)).runs;
    expect(run?.results.map(({ baselineState }) => baselineState)).toEqual(['new', 'new', 'unchanged']);
  });

  it('tells what could not be read as a notification', () => {
    const [run] = validated(render('sarif')).runs;
    expect(run?.invocations[0].executionSuccessful).toBe(false);
    expect(run?.invocations[0].toolExecutionNotifications[0].message.text).toBe('empty');
  });

  it('finds a result again by agent, case and rule, not by its row', () => {
    const print = (row: number) => {
      const findings = FAILED_CASE.findings.map((one) => ({ ...one, row }));
      return validated(render('sarif', [{ ...FAILED_CASE, findings }])).runs[0]?.results[1].partialFingerprints;
    };
    expect(print(3)).toEqual(print(4));
  });
});

describe('SARIF of annotate', () => {
  it('is valid, with a result a charged annotation', () => {
    const [run] = validated(renderLog('sarif', `${BARE}rx 9100\nrx 81 ...\n`)).runs;
    expect(run?.results.length).toBeGreaterThan(0);
    expect(run?.results[0].locations[0].physicalLocation.artifactLocation.uri).toBe('logs/made.log');
    validated(renderLog('sarif', 'rx 818500000000 48656c6c6f\n'));
    validated(renderLog('sarif', `# agent: ${HOSTILE.replace(/[\r\n]/g, ' ')}\nrx c100\n`));
  });
});

describe('the place of a file', () => {
  it('is relative where the path is, and a file URI where it is not', () => {
    expect(artifactOf('./a b/c#d%.json')).toEqual({ uri: 'a%20b/c%23d%25.json', uriBaseId: '%SRCROOT%' });
    expect(artifactOf('/tmp/ü.json')).toEqual({ uri: 'file:///tmp/%C3%BC.json' });
    expect(artifactOf('C:\\x\\y.json')).toEqual({ uri: 'file:///C:/x/y.json' });
    expect(artifactOf('a:b.json')['uri']).toBe('a%3Ab.json');
    for (const path of ['../x', HOSTILE, 'a//b', '?q']) {
      const uri = artifactOf(path)['uri'] ?? '';
      expect(() => new URL(uri, 'file:///root/')).not.toThrow();
      expect(uri).toMatch(/^[\w!~*'()./%-]*$/);
    }
  });
});

describe('the link of a section', () => {
  it('leads to the RFC, the registry, or nowhere', () => {
    expect(linkTo('RFC 6455 §7.4.1')).toBe('https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1');
    expect(linkTo('RFC 7692')).toBe('https://www.rfc-editor.org/rfc/rfc7692');
    expect(linkTo('IANA WebSocket Close Code Number Registry')).toContain('iana.org');
    expect(linkTo('wire log')).toBeNull();
  });

  it('is there for every rule that is not about the log', () => {
    const without = RULES.filter(({ section }) => linkTo(section) === null).map(({ id }) => id);
    expect(without.filter((id) => !id.startsWith('log/'))).toEqual([]);
  });
});
