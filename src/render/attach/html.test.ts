import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attachmentOf, logIn, logOfFile, logWith, maskedFrame } from '../../attach/whole-log.fixture.ts';
import { attachmentHtml } from './html.ts';

const CHROMIUM = '/usr/bin/chromium';
const LOGS = new URL('../../../logs/', import.meta.url).pathname;
const DATA = new URL('../../../../shared/data/', import.meta.url).pathname;
const AXE = new URL('../../../node_modules/axe-core/axe.min.js', import.meta.url).pathname;

const REAL = [
  'public/tarantool-client-b/tarantool_1_10_case_9_2_6.json',
  'public/tarantool-client-a/tarantool_1_10_case_5_19.json',
  'wstest/raw-client-no-mask/raw_client_no_mask_case_1_1_1.json',
  'wstest/raw-server-close-bad-utf8/raw_server_close_bad_utf8_case_10_1_1.json',
  'wstest/raw-server-http-404/raw_server_http_404_case_1_1_1.json',
  'wstest/raw-server-ignores-rsv/raw_server_ignores_rsv_case_3_1.json',
];

const HOSTILE = logWith(
  [
    `rx ${maskedFrame(1, Buffer.from('<script>document.title="owned"</script><img src="http://evil.example/x.png" onerror=alert(1)>'))}`,
  ],
  {
    request: 'X-Bad: "><script src=http://evil.example/x.js></script>\r\nCookie: sid=abcdef123456',
  },
);

function pages(): [name: string, html: string][] {
  const samples = readdirSync(LOGS).filter((name) => /\.(?:log|txt|json|hex)$/.test(name));
  const files = [
    ...samples.map((name) => LOGS + name),
    ...REAL.map((name) => DATA + name).filter((path) => existsSync(path)),
  ];
  const logs = files.map((path) => [path.replace(/^.*\//, ''), logIn(readFileSync(path, 'latin1'), path)] as const);
  return [...logs, ['hostile', HOSTILE] as const].map(([name, log]) => [name, attachmentHtml(attachmentOf(log))]);
}

interface Visit {
  readonly page: Page;
  readonly complaints: string[];
  readonly requests: string[];
}

describe.skipIf(!existsSync(CHROMIUM))(`an HTML attachment in a browser (skipped without ${CHROMIUM})`, () => {
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), 'wirelog-html-'));
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function visit(
    name: string,
    html: string,
    { width = 1100, colorScheme = 'light' as 'light' | 'dark' } = {},
  ): Promise<Visit> {
    const file = join(folder, `${name}.html`);
    writeFileSync(file, html);
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: false });
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(`file://${file}`);
    return { page, complaints, requests };
  }

  const all = pages();

  it('is tried with ten logs and more where the real ones are there', () => {
    expect(all.length).toBeGreaterThan(existsSync(DATA) ? 10 : 6);
  });

  it.each(all)(
    '%s: nothing to complain of, nothing asked of the network, all shown on a wide and on a narrow page',
    async (name, html) => {
      for (const [width, colorScheme] of [
        [1100, 'light'],
        [1100, 'dark'],
        [390, 'light'],
      ] as const) {
        const { page, complaints, requests } = await visit(name, html, { width, colorScheme });
        expect(complaints).toEqual([]);
        expect(requests).toHaveLength(1);
        const excess = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        expect(excess).toBe(0);
        expect(await page.title()).not.toBe('owned');
        await page.context().close();
      }
    },
  );

  it.each(all)(
    '%s: passes axe, in light and in dark',
    async (name, html) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        // The policy of the page forbids every script, that of the test too.
        const open = html
          .replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '')
          .replaceAll('<details>', '<details open>');
        const { page } = await visit(`${name}-axe`, open, { colorScheme });
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

  it('forbids scripts and pictures, should any ever be in it', async () => {
    const html = attachmentHtml(attachmentOf(HOSTILE)).replace(
      '<main>',
      '<main><script>document.title="owned"</script><img src="http://127.0.0.1:9/x.png" alt="">',
    );
    const { page, complaints } = await visit('policy', html);
    expect(await page.title()).not.toBe('owned');
    expect(complaints.filter((text) => /violates the following Content Security Policy/.test(text))).toHaveLength(2);
  });

  it('leads from a finding to its octet', async () => {
    const { page } = await visit('anchor', attachmentHtml(attachmentOf(logOfFile(`${LOGS}rsv2-echoed.log`))));
    await page.click('ul.findings li.stimulus a[href^="#"]');
    expect(await page.textContent(':target')).toBe('a1');
  });

  it('prints what is folded on the screen', async () => {
    const { page } = await visit('print', attachmentHtml(attachmentOf(logOfFile(`${LOGS}rsv2-echoed.log`))));
    const height = async () => (await page.locator('pre.log').boundingBox())?.height ?? 0;
    expect(await height()).toBe(0);
    await page.emulateMedia({ media: 'print' });
    // The browser lays the page out anew in its own time.
    await expect.poll(height, { timeout: 10_000 }).toBeGreaterThan(100);
  });
});
