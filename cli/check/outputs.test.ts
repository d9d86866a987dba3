// Forms side by side: texts in files, and a form that writes a folder.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { madeCase } from '../../src/render/check/case.fixture.ts';
import { CHECK_RENDERERS, type CheckForm } from '../../src/render/check/forms.ts';
import { openTally, type Total } from '../../src/render/check/total.ts';
import { openOutputs } from './outputs.ts';

const folder = mkdtempSync(join(tmpdir(), 'wirelog-outputs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FOLDER_FORM: CheckForm = {
  id: 'pages',
  title: 'a file a case',
  endings: [],
  isFolder: true,
  mark: { file: 'all.txt', text: 'cases', below: 'cases' },
  load: async () => () => ({
    case: (checked, log) => [{ name: `cases/${checked.case}.txt`, text: `${log?.rows.length ?? 'no'} rows` }],
    unread: () => {},
    absent: () => {},
    tail: ({ cases }) => [{ name: 'all.txt', text: `${cases} cases` }],
  }),
};

const OPTIONS = {
  quiet: false,
  inputs: [],
  color: true,
  width: 80,
  locate: null,
  shows: () => true,
  version: '0.0.0',
  output: undefined,
};

function totalOf(): Total {
  const tally = openTally();
  tally.add(madeCase());
  const files = { read: 1, failed: 0 };
  const rest = { missing: null, absent: { cases: [], fails: false }, isForeign: false, written: null };
  return tally.total({ files, failOn: 'error', exitCode: 0, ...rest });
}

const at = (name: string) => join(folder, name);

describe('forms side by side', () => {
  it('are each written to their place, when all is there', async () => {
    const formats = [`ndjson:${at('a.ndjson')}`, `junit:${at('a.xml')}`, `pages:${at('new/site')}`];
    const outputs = await openOutputs({ ...OPTIONS, formats }, [...CHECK_RENDERERS, FOLDER_FORM]);
    expect(outputs).toMatchObject({ wantsLogs: true, isStreaming: false, isRead: false });
    outputs.head();
    const checked = madeCase({ case: '1.1.1' });
    outputs.case(checked, { header: {} as never, rows: [{}, {}] as never });
    outputs.case({ ...checked, case: '1.1.2' }, null);
    await outputs.flush(true);
    expect(existsSync(at('a.ndjson'))).toBe(false);
    await outputs.tail(totalOf());
    expect(readFileSync(at('a.ndjson'), 'utf8').split('\n')).toHaveLength(4);
    expect(readFileSync(at('a.xml'), 'utf8')).toContain('1.1.2');
    expect(readFileSync(at('new/site/cases/1.1.1.txt'), 'utf8')).toBe('2 rows');
    expect(readFileSync(at('new/site/cases/1.1.2.txt'), 'utf8')).toBe('no rows');
    expect(readFileSync(at('new/site/all.txt'), 'utf8')).toBe('1 cases');
  });

  it('leave what was there where the run fails', async () => {
    writeFileSync(at('old.xml'), 'old');
    const outputs = await openOutputs({ ...OPTIONS, formats: [`junit:${at('old.xml')}`] });
    outputs.case(madeCase(), null);
    outputs.discard();
    expect(readFileSync(at('old.xml'), 'utf8')).toBe('old');
    expect(readdirSync(folder).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('print nothing with --quiet, but write files', async () => {
    const formats = ['text', `markdown:${at('s.md')}`];
    const outputs = await openOutputs({ ...OPTIONS, quiet: true, formats });
    expect(outputs.isRead).toBe(false);
    await outputs.tail(totalOf());
    expect(readFileSync(at('s.md'), 'utf8')).toContain('wirelog check');
  });

  it('need a folder where they write one, and no file in its place', async () => {
    const forms = [...CHECK_RENDERERS, FOLDER_FORM];
    await expect(openOutputs({ ...OPTIONS, formats: ['pages'] }, forms)).rejects.toThrow('name it with -o FOLDER');
    await expect(openOutputs({ ...OPTIONS, formats: [`pages:${at('old.xml')}`] }, forms)).rejects.toThrow(
      'it is a file, and a folder is to be written',
    );
  });
});
