// A report in a browser, from files: its filters, keys, widths, colours, print, and what axe finds.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logIn } from '../../../attach/whole-log.fixture.ts';
import { CASES, madeCase, verdictOf } from '../case.fixture.ts';
import { checkedLog, type ReportedCase, reportOf } from './report.fixture.ts';

const CHROMIUM = '/usr/bin/chromium';
const LOGS = new URL('../../../../logs/', import.meta.url).pathname;
const AXE = new URL('../../../../node_modules/axe-core/axe.min.js', import.meta.url).pathname;

/** Two agents with some hundred cases, and what is odd. */
function cases(): ReportedCase[] {
  const agents = ['ws-8.18', 'a-client-with-a-rather-long-name/2.0'];
  const made = agents.flatMap((agent, a) =>
    Array.from({ length: 60 }, (_, i) => {
      const isBad = i % 7 === a;
      const verdict = verdictOf(isBad ? 'FAILED' : 'OK', 'OK', isBad ? { why: `row ${i}: RSV2 is set` } : {});
      const id = `${1 + (i % 6)}.${1 + Math.floor(i / 6)}`;
      return madeCase({ agent, case: id, verdict, rules: isBad ? ['frame/rsv-set'] : [], fails: isBad });
    }),
  );
  const differs = { ...verdictOf('FAILED'), reported: { behavior: 'OK', behaviorClose: 'OK' }, agrees: false };
  const odd = madeCase({ agent: agents[0] ?? '', case: '7.9.13', verdict: differs, fails: true });
  const logs = ['rsv2-echoed.log', 'pong-missing.log'].map((name) =>
    checkedLog(logIn(readFileSync(LOGS + name, 'latin1'), name)),
  );
  return [...[...made, odd, ...CASES].map((checked) => ({ checked, log: null })), ...logs];
}

describe.skipIf(!existsSync(CHROMIUM))(`a report in a browser (skipped without ${CHROMIUM})`, () => {
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), 'wirelog-report-'));
  const files = reportOf(cases());
  const pages = [...files.keys()];
  const ofLog = pages.find((name) => name.includes('rsv2')) ?? '';

  beforeAll(async () => {
    mkdirSync(join(folder, 'cases'));
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function visit(
    name: string,
    { width = 1400, colorScheme = 'light' as 'light' | 'dark', javaScriptEnabled = true } = {},
  ): Promise<{ page: Page; complaints: string[]; requests: string[] }> {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, javaScriptEnabled });
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(`file://${folder}/${name}`);
    return { page, complaints, requests };
  }

  const shownCases = (page: Page) => page.locator('table.cases td > div:not([hidden])').count();

  it.each([390, 800, 1400])(
    'is all within %i px, complains of nothing and asks nothing of the network',
    async (width) => {
      for (const name of ['index.html', ofLog]) {
        for (const colorScheme of ['light', 'dark'] as const) {
          const { page, complaints, requests } = await visit(name, { width, colorScheme });
          expect(complaints).toEqual([]);
          expect(requests).toHaveLength(1);
          await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
          const excess = await page.evaluate(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth',
          );
          expect(excess).toBe(0);
          await page.context().close();
        }
      }
    },
  );

  it.each(['index.html', ofLog])(
    '%s passes axe in light and in dark, on a telephone too',
    async (name) => {
      for (const [width, colorScheme] of [
        [1400, 'light'],
        [1400, 'dark'],
        [390, 'light'],
      ] as const) {
        // The policy of the page forbids every script but its own, that of the test too.
        const open = (files.get(name) ?? '')
          .replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '')
          .replaceAll('<details', '<details open');
        writeFileSync(join(folder, 'axe.html'), open);
        const { page } = await visit('axe.html', { width, colorScheme });
        await page.addScriptTag({ path: AXE });
        const found = (await page.evaluate(
          'axe.run().then(({violations}) => violations.map(({id, nodes}) => id + ": " + nodes[0].html.slice(0, 200)))',
        )) as string[];
        expect(found).toEqual([]);
        await page.context().close();
      }
    },
    120_000,
  );

  it('finds cases by agent, number, rule and verdict, and hands the choice on in its address', async () => {
    const { page } = await visit('index.html');
    const all = await shownCases(page);
    const search = async (text: string) => {
      await page.fill('input[name=q]', text);
      await expect.poll(() => page.url()).toContain(new URLSearchParams({ q: text }).toString());
      return shownCases(page);
    };
    expect(await search('7.9')).toBe(1);
    expect(await search('1.1')).toBe(3);
    expect(await search('ws-8.18 1')).toBe(10);
    expect(await search('frame/rsv-set ws-8.18')).toBe(9);
    expect(await page.locator('details.group:not([hidden]) thead th:not([hidden])').allTextContents()).not.toContain(
      'a-client-with-a-rather-long-name/2.0',
    );
    await page.uncheck('input[value=failed]');
    await expect.poll(() => page.textContent('#count')).toMatch(/^0 of/);
    await page.click('button[type=reset]');
    await expect.poll(() => page.textContent('#count')).toBe(`${all} cases`);
    expect(await shownCases(page)).toBe(all);
    await page.check('input[name=differs]');
    await expect.poll(() => page.url()).toContain('differs');
    const address = page.url();
    const { page: again } = await visit('index.html');
    await again.goto(address);
    await again.reload();
    expect(await shownCases(again)).toBe(2);
  });

  it('is walked with the keyboard', async () => {
    const { page } = await visit('index.html');
    await page.keyboard.press('/');
    await page.keyboard.type('7.9.13');
    await expect.poll(() => page.url()).toContain('7.9.13');
    const reached = new Set<string>();
    for (let i = 0; i < 14; i++) {
      await page.keyboard.press('Tab');
      reached.add(
        await page.evaluate('document.activeElement.textContent.slice(0, 12) || document.activeElement.value'),
      );
    }
    expect([...reached].join('\n')).toContain('✗ FAILED');
  });

  it('leads from a cell to the page of the case and on to the next and back', async () => {
    const { page, complaints } = await visit('index.html#group-3');
    await page.click('#group-3 td a');
    expect(page.url()).toMatch(/\/cases\/[\w.-]+\.html$/);
    const first = page.url();
    await page.click('a[rel=next]');
    expect(page.url()).not.toBe(first);
    await page.click('a[rel=prev]');
    expect(page.url()).toBe(first);
    await page.click('nav a >> nth=0');
    expect(page.url()).toMatch(/\/index\.html$/);
    expect(complaints).toEqual([]);
  });

  it('without scripts shows all cases, and no filters that would do nothing', async () => {
    const { page } = await visit('index.html', { javaScriptEnabled: false });
    expect(await page.isVisible('#filters')).toBe(false);
    expect(await page.locator('details.group').count()).toBeGreaterThan(6);
    expect(await page.isVisible('#group-2 table')).toBe(true);
  });

  it('lets no script run but its own', async () => {
    const text = (files.get('index.html') ?? '').replace('<main>', '<main><script>document.title="owned"</script>');
    writeFileSync(join(folder, 'policy.html'), text);
    const { page, complaints } = await visit('policy.html');
    expect(await page.title()).not.toBe('owned');
    expect(complaints.filter((one) => /violates the following Content Security Policy/.test(one))).toHaveLength(1);
    expect(await page.isVisible('#filters')).toBe(true);
  });

  it('prints all cases and no filters', async () => {
    const { page } = await visit('index.html');
    await page.emulateMedia({ media: 'print' });
    expect(await page.isVisible('#filters')).toBe(false);
    const height = (await page.locator('#group-2 table').boundingBox())?.height ?? 0;
    expect(height).toBeGreaterThan(100);
  });
});
