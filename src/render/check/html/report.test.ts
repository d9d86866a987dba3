// The pages of a report as text: what stands on them, and that nothing of a log is markup, leaves the folder or is told
// that an attachment hides.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findingsIn, logIn, logWith, maskedFrame, readBack } from '../../../attach/whole-log.fixture.ts';
import type { WholeLog } from '../../../judge/judged-log.ts';
import { parsedHtml } from '../../attach/render.fixture.ts';
import { CASES, FAILED_CASE, HOSTILE, madeCase, verdictOf } from '../case.fixture.ts';
import type { CheckedCase } from '../case.ts';
import { checkedLog, reportOf } from './report.fixture.ts';

const LOGS = new URL('../../../../logs/', import.meta.url).pathname;
const sample = (name: string) => logIn(readFileSync(LOGS + name, 'latin1'), LOGS + name);

const NAMES = ['rsv2-echoed.log', 'pong-missing.log', 'utf8-broken-in-second-fragment.log'];

describe('the pages of a report', () => {
  const files = reportOf(NAMES.map((name) => checkedLog(sample(name))));
  const index = parsedHtml(files.get('index.html') ?? '');

  it('are an index and one page a case, to which the index leads', () => {
    expect(files.size).toBe(NAMES.length + 1);
    const links = [...index.querySelectorAll('td a[href^="cases/"]')].map((link) => link.getAttribute('href') ?? '');
    expect(links.sort()).toEqual([...files.keys()].filter((name) => name !== 'index.html').sort());
  });

  it('are each a log that wirelog reads back', () => {
    const pages = [...files].filter(([name]) => name !== 'index.html').map(([, text]) => text);
    NAMES.forEach((name, i) => {
      expect(findingsIn(readBack(pages[i] ?? ''))).toEqual(findingsIn(sample(name)));
    });
  });

  it('lead to the one before, the next and the index', () => {
    const pages = [...files.keys()].filter((name) => name !== 'index.html');
    const linksOf = (name: string) =>
      [...parsedHtml(files.get(name) ?? '').querySelectorAll('nav a')].map((link) => link.getAttribute('href'));
    expect(linksOf(pages[0] ?? '')).toEqual(['../index.html', pages[1]?.replace('cases/', '')]);
    expect(linksOf(pages[1] ?? '')).toEqual(
      ['../index.html', pages[0], pages[2]].map((one) => one?.replace('cases/', '')),
    );
    expect(linksOf(pages[2] ?? '')).toEqual(['../index.html', pages[1]?.replace('cases/', '')]);
  });

  it('tell what fails by cause, in the words of the judge', () => {
    const causes = [...index.querySelectorAll('details.agent li')].map(({ textContent }) => textContent ?? '');
    expect(causes.join('\n')).toContain('RSV2 is set, and no agreed extension gives it a meaning');
  });
});

describe('the index of a report', () => {
  const shown = (cases: readonly CheckedCase[]) =>
    parsedHtml(reportOf(cases.map((checked) => ({ checked, log: null }))).get('index.html') ?? '');

  it('says verdicts in marks and words, never in colour alone', () => {
    const cells = [...shown(CASES).querySelectorAll('table.cases td')].filter((cell) => cell.className !== '');
    for (const cell of cells) expect(cell.textContent).toMatch(/^[✓✗!–] \S/);
    const byKind = (kind: string) => cells.filter((cell) => cell.className === kind).length;
    expect([byKind('failed'), byKind('soft'), byKind('ok'), byKind('skipped')]).toEqual([3, 1, 2, 1]);
  });

  it('shows where the suite judges otherwise', () => {
    const verdict = { ...verdictOf('FAILED'), reported: { behavior: 'OK', behaviorClose: 'OK' }, agrees: false };
    const index = shown([madeCase({ verdict })]);
    expect(index.querySelector('table.cases td em')?.textContent).toBe('≠ suite: OK, close OK');
    expect(index.querySelector('.legend')?.textContent).toContain("≠ the suite's own verdict is another one");
  });

  it('puts cases in the order of their numbers, groups too', () => {
    const ids = ['10.1.1', '9.1.1', '1.1.10', '1.1.2'];
    const index = shown(ids.map((id) => madeCase({ case: id })));
    const rows = [...index.querySelectorAll('table.cases tbody th')].map(({ textContent }) => textContent);
    expect(rows).toEqual(['1.1.2', '1.1.10', '9.1.1', '10.1.1']);
    expect([...index.querySelectorAll('details.group')].map(({ id }) => id)).toEqual([
      'group-1',
      'group-9',
      'group-10',
    ]);
  });

  it('gives an agent of two folders two columns, and names no folder', () => {
    const index = shown([
      madeCase({ source: '/home/someone/a/1.json' }),
      madeCase({ source: '/home/someone/b/1.json', verdict: verdictOf('FAILED') }),
    ]);
    expect([...index.querySelectorAll('table.cases thead th')].map(({ textContent }) => textContent)).toEqual([
      'case',
      'made',
      'made (2)',
    ]);
    expect(index.documentElement.outerHTML).not.toContain('someone');
  });

  it('shows both where a case is there twice', () => {
    const twice = shown([madeCase(), madeCase({ verdict: verdictOf('FAILED') })]);
    const links = [...twice.querySelectorAll('table.cases td a')].map((link) => link.getAttribute('href'));
    expect(links).toEqual(['cases/made-1.1.1.html', 'cases/made-1.1.1_2.html']);
  });

  it('puts cases with one cause together', () => {
    const cases = Array.from({ length: 20 }, (_, i) =>
      madeCase({ case: `3.${i + 1}`, verdict: verdictOf('FAILED', 'OK', { why: `row ${i}: text with RSV2 set` }) }),
    );
    const files = reportOf(cases.map((checked) => ({ checked, log: null })));
    const items = parsedHtml(files.get('index.html') ?? '').querySelectorAll('details.agent li');
    expect(items).toHaveLength(1);
    expect(items[0]?.textContent).toContain('20 cases');
    expect(items[0]?.querySelectorAll('a')).toHaveLength(20);
  });

  it('lists files that could not be read', () => {
    const index = shown(CASES);
    expect(index.body.textContent).toContain('cut.json: empty');
  });
});

const ELEMENTS = new Set(
  'HTML HEAD META TITLE STYLE BODY MAIN NAV ARTICLE SECTION H1 H2 H3 P DL DT DD UL OL LI B EM SMALL BR CODE A FIGURE DIV TABLE THEAD TBODY TR TH TD SPAN PRE DETAILS SUMMARY FOOTER FORM LABEL INPUT FIELDSET LEGEND BUTTON SCRIPT svg rect text'.split(
    ' ',
  ),
);
const INVISIBLE = /(?![\n])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/u;
const BAD = [
  HOSTILE,
  '</script><script>document.title="owned"</script>',
  '</style></title></details></form></table><img src=x onerror=alert(1)>',
  '"><a href="javascript:alert(1)">x</a>\'',
  '../../../etc/passwd',
];

describe('a hostile log', () => {
  it.each(BAD.map((bad) => [JSON.stringify(bad), bad] as const))('full of %s is only text', (_, bad) => {
    const log = hostileLog(bad);
    const checked = { ...checkedLog(log), log };
    const named = {
      checked: madeCase({ agent: bad, case: bad, source: bad, verdict: verdictOf(bad, bad, { why: bad }) }),
      log: null,
    };
    const files = reportOf([checked, named, checked]);
    for (const [name, text] of files) {
      expect(name).toMatch(/^(?:index\.html|cases\/[a-z0-9][a-z0-9._-]*\.html)$/);
      expect(text).not.toMatch(INVISIBLE);
      const page = parsedHtml(text);
      for (const element of page.querySelectorAll('*')) {
        expect(ELEMENTS).toContain(element.tagName);
        for (const { name: attribute } of element.attributes) expect(attribute).not.toMatch(/^on|^style$|^src/);
      }
      expect(page.querySelectorAll('script')).toHaveLength(name === 'index.html' ? 1 : 0);
      for (const link of page.querySelectorAll('a'))
        expect(link.getAttribute('href')).toMatch(
          /^(?:#[\w.-]+|(?:cases\/)?[a-z0-9][a-z0-9._-]*\.html|\.\.\/index\.html|https:\/\/www\.rfc-editor\.org\/rfc\/rfc\d+\S*)$/,
        );
      const ids = [...page.querySelectorAll('[id]')].map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it('with a secret has it on no page', () => {
    const secret = 'S3cretTokenOfAlice99';
    const log = logWith([`rx ${maskedFrame(3, Buffer.from(`token=${secret}`))}`], {
      target: `/chat?access_token=${secret}`,
      request: `Cookie: sid=${secret}`,
    });
    const why = `row 2: it sent "token=${secret}"`;
    const one = checkedLog({
      ...log,
      header: { ...log.header, agent: `agent ${secret}`, source: `/home/alice/${secret}.log` },
    });
    const checked = { ...one.checked, verdict: { ...one.checked.verdict, why } };
    const pages = [...reportOf([{ ...one, checked }])].flat().join('\n');
    expect(pages.toLowerCase()).not.toContain(secret.toLowerCase());
    expect(pages).not.toContain('/home/alice');
  });
});

/** The text in every place where a log can have one. */
function hostileLog(bad: string): WholeLog {
  const log = logWith([`rx ${maskedFrame(1, Buffer.from(bad))}`, `rx ${maskedFrame(3, Buffer.from(bad))}`]);
  const report = { description: bad, expectation: bad, result: bad, behavior: bad, behaviorClose: bad, [bad]: bad };
  return { ...log, header: { ...log.header, agent: bad, case: bad, started: bad, source: bad, report } };
}

it('a log too long to be kept has a page that says so', () => {
  const files = reportOf([{ checked: FAILED_CASE, log: null }]);
  const page = files.get('cases/made-3.2.html') ?? '';
  expect(parsedHtml(page).querySelector('p.verdict')?.textContent).toContain('its log is too long to be shown');
});
