import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withConfig } from './config.ts';
import { jsonWithLines } from './config-json.ts';
import type { CheckOptions } from './logs.ts';

const folder = mkdtempSync(join(tmpdir(), 'wirelog-config-'));
const home = process.cwd();
let own = 0;

beforeEach(() => {
  const place = join(folder, String(own++), 'inside');
  mkdirSync(place, { recursive: true });
  process.chdir(place);
});
afterEach(() => process.chdir(home));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, text: unknown): void {
  mkdirSync(dirname(name), { recursive: true });
  writeFileSync(name, typeof text === 'string' ? text : JSON.stringify(text, null, 2));
}

function settled(options: Partial<CheckOptions> = {}, given: readonly string[] = []): Record<string, unknown> {
  const {
    log,
    given: _,
    ...rest
  } = withConfig({
    log: [],
    formats: [],
    failOn: 'error',
    ...options,
    given: new Set(given),
  } as unknown as CheckOptions);
  return { log, ...rest };
}

describe('the settings of check', () => {
  it('are those of wirelog.config.json, with paths as they are called from here', () => {
    put('../wirelog.config.json', {
      $schema: 'x',
      paths: ['reports', '../other'],
      baseline: 'base.ndjson',
      failOn: 'warning',
      underTest: 'client',
      only: ['frame', 'close'],
      skip: 'close/no-status',
      allowMissing: true,
      format: ['junit:out/report.xml', 'github'],
      output: '-',
      ignore: false,
    });
    expect(settled()).toMatchObject({
      log: ['../reports', '../../other'],
      baseline: '../base.ndjson',
      failOn: 'warning',
      underTest: 'client',
      only: 'frame,close',
      skip: 'close/no-status',
      allowMissing: true,
      formats: ['junit:../out/report.xml', 'github'],
      output: '-',
      ignore: false,
    });
  });

  it('are those of the nearest file, also of a package.json that has some', () => {
    put('../wirelog.config.json', { failOn: 'note' });
    put('package.json', { name: 'wirelog', devDependencies: { wirelog: '1' } });
    expect(settled()).toMatchObject({ failOn: 'note' });
    put('package.json', { name: 'x', wirelog: { failOn: 'warning', paths: 'reports' } });
    expect(settled()).toMatchObject({ failOn: 'warning', log: ['reports'] });
    put('wirelog.config.json', { failOn: 'never' });
    expect(settled()).toMatchObject({ failOn: 'never', log: [] });
    expect(settled({ config: '../wirelog.config.json' })).toMatchObject({ failOn: 'note' });
    expect(settled({ config: 'package.json' })).toMatchObject({ failOn: 'warning' });
    expect(settled({ config: false })).toMatchObject({ failOn: 'error' });
  });

  it('come behind what the command line says', () => {
    put('wirelog.config.json', { failOn: 'note', paths: 'reports', format: 'junit', case: ['7.*', '9.*'] });
    const options = { log: ['a'], failOn: 'error', formats: ['text'] } as const;
    expect(settled(options as never, ['fail-on', 'format'])).toMatchObject({ ...options, case: '7.*,9.*' });
  });

  it.each([
    ['{\n  "fialOn": "error"\n}', 'line 2: no setting "fialOn": did you mean "failOn"?'],
    ['{\n  "failOn":\n  "eror"\n}', 'line 3: failOn cannot be "eror": did you mean "error"?'],
    ['{ "paths": [\n"a",\n7 ] }', 'line 3: paths is neither a text nor a list of texts'],
    ['{\n\n"allowMissing": "yes" }', 'line 3: allowMissing is neither true nor false'],
    ['{ "baseline": ["a"] }', 'line 1: baseline is not a text'],
    ['{\n"failOn": "note",\n}', 'line 3: a comma too many before }'],
    ['{\n"failOn": "note"\n"all": true }', 'line 3: a comma is missing before "all"'],
    ['{\n// note\n}', 'line 2: no JSON: // note'],
    ['{\n"all": true', 'line 2: the JSON breaks off'],
    ['{ "all": true }\n}', 'line 2: something follows the end'],
    ['{ "all": true,\n"all": false }', 'line 2: "all" stands there twice'],
    ['["a"]', 'line 1: the settings have to be an object'],
    ['{ "a": 1e }', 'line 1: no value: 1e'],
    ['{ "format": ["text",\n"jnit:x"] }', 'line 2: format: no format "jnit": did you mean "junit"?'],
    [
      '{ "skip":\n"close/no-staus" }',
      'line 2: skip: no rule or area "close/no-staus": did you mean "close/no-status"?',
    ],
    ['{ "from": "pcpa" }', 'line 1: from: no format "pcpa": did you mean "pcap"?'],
    ['{ "constructor": 1 }', 'line 1: no setting "constructor"'],
  ])('%s is refused with its line', (text, message) => {
    put('wirelog.config.json', text);
    expect(() => settled()).toThrow(`wirelog.config.json: ${message}`);
  });

  it('have to be there where a file is named', () => {
    expect(() => settled({ config: 'nowhere.json' })).toThrow('nowhere.json: no such file or directory');
    put('package.json', { name: 'x' });
    expect(() => settled({ config: 'package.json' })).toThrow('package.json: it has no member "wirelog"');
    expect(settled()).toMatchObject({ failOn: 'error' });
  });
});

it('JSON with lines does not follow nesting without end', () => {
  expect(() => jsonWithLines('a', '['.repeat(100_000))).toThrow('a: line 1: nested too deeply');
});
