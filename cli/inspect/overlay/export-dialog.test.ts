import { describe, expect, it } from 'vitest';
import { closeCase, HEADER, pings } from '../log/log.fixture.ts';
import { REPORTER } from '../log/report.fixture.ts';
import { type ReportSubject, stemOf, wholeLog } from '../log/report.ts';
import { openStore } from '../log/store.ts';
import { cellsOf } from '../terminal/cells.ts';
import { type ExportDialog, exportLines, openExport, otherForm, otherName } from './export-dialog.ts';

const { forms, free } = REPORTER;
const SUBJECT: ReportSubject = {
  source: 'a/taken.json',
  agent: 'acme ws/2',
  case: '7.9.13',
  extent: '',
  log: async () => 'none',
};

function opened(about: Partial<ReportSubject> = {}): ExportDialog {
  const dialog = openExport({ ...SUBJECT, ...about }, forms, free);
  if (!dialog) throw new Error('no form');
  return dialog;
}

describe('the dialog that exports', () => {
  it('proposes a name that says what it is, and that no file has', () => {
    expect(opened().name).toBe('acme-ws-2-7.9.13.md');
    expect(opened({ case: null }).name).toBe('taken-2.md');
  });

  it.each([
    [{ source: 'logs/x.y.json', case: null, agent: null }, 'x.y'],
    [{ source: '-', case: null, agent: null }, 'wirelog'],
    [{ source: 'x', case: '1.1', agent: null }, 'case-1.1'],
    [{ source: 'x', case: '../../etc', agent: '\x1b[2J/..' }, '2J-..-..-..-etc'],
    [{ source: 'x', case: '1', agent: 'é'.repeat(200) }, '1'],
  ])('makes of %j a name that file systems take', (about, stem) => {
    expect(stemOf(about)).toBe(stem);
  });

  it('goes through the forms, and keeps the name', () => {
    const html = otherForm(opened(), 1, free);
    expect([html.form.id, html.name]).toEqual(['html', 'acme-ws-2-7.9.13.html']);
    expect(otherForm(html, 1, free)).toEqual(opened());
    expect(otherForm(opened(), -1, free)).toEqual(html);
  });

  it('takes another name, whose ending chooses the form', () => {
    expect(otherName(opened(), 'bug.html', free)).toMatchObject({ name: 'bug.html', form: { id: 'html' } });
    expect(otherName(opened(), ' out/bug ', free)).toMatchObject({ name: 'out/bug.md', form: { id: 'markdown' } });
    expect(otherName(opened(), 'taken.md', free).name).toBe('taken-2.md');
    expect(otherName(opened(), '  ', free)).toEqual(opened());
  });

  it('has exactly the width, whatever the log is called', () => {
    const dialog = opened({ agent: '\x1b]52;c;x\x07日本語'.repeat(9) });
    for (let width = 40; width < 200; width += 9) {
      for (const line of exportLines(dialog, { width, color: false })) {
        expect(cellsOf(line)).toBe(width);
        expect(line).not.toMatch(/\p{C}/u);
      }
    }
  });
});

describe('a whole log', () => {
  it('is what the store holds of the log in which the row stands', () => {
    const store = openStore();
    store.sink.header(HEADER);
    store.sink.rows(closeCase());
    store.sink.header({ ...HEADER, case: '1.1.1' });
    store.sink.rows(pings(3));
    const log = wholeLog(store, 7);
    expect(log).toMatchObject({ header: { case: '1.1.1' }, rows: [{ row: 0 }, { row: 1 }, { row: 2 }] });
  });

  it('says why there is none', () => {
    const store = openStore();
    expect(wholeLog(store, 0)).toBe('there are no rows to export');
    store.sink.header(HEADER);
    store.sink.done(null, 'a.json: row 1: broken');
    expect(wholeLog(store, 0)).toBe('a.json: row 1: broken');
    const long = openStore();
    long.sink.header(HEADER);
    long.sink.rows(pings(20_001));
    expect(wholeLog(long, 0)).toContain('20001 rows are too many to export from here');
  });
});
