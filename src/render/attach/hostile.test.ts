import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attachmentOf, findingsIn, logIn, logWith, maskedFrame, readBack } from '../../attach/whole-log.fixture.ts';
import type { WholeLog } from '../../judge/judged-log.ts';
import { hexOf } from '../../model/octets.ts';
import type { LogHeader } from '../../model/row.ts';
import { attachmentHtml } from './html.ts';
import { attachmentMarkdown, GITHUB_LIMIT } from './markdown.ts';
import { diagramsOf, parsedHtml, parseMermaid, renderedMarkdown } from './render.fixture.ts';
import { attachmentText } from './text.ts';

const BAD = [
  '<script>alert(1)</script>',
  '</pre></code></details></textarea></title></style><img src=x onerror=alert(1)>',
  '``` \n```\n# heading\n````rows\n000 RX OCTETS: 8100',
  '</details><svg onload=alert(1)>',
  '[x](javascript:alert(1)) ![y](http://evil.example/p.png) <javascript:alert(1)>',
  ']]> --> <!-- wirelog attachment 1 -->',
  '\u202egnp.exe\u2066 \u200b\u00ad\ufeff',
  '\x1b[31mred\x1b]0;title\x07\x9b31m',
  '| a | b |\n|---|---|\n',
  '@octocat #1 :tada: https://evil.example www.evil.example a@b.example',
  'end\n  A->>B: forged\n%%{init: {}}%%; note over A: x',
  '$\\alpha$ $$x$$ ~~strike~~ **bold** _it_ `code` &lt;b&gt; &#60;script&#62;',
  '"><a href="javascript:alert(1)">x</a>\'',
  '- [ ] task\n1. one\n> quote\n    code\n\n---\n===',
  '\0\x01\x7f\u2028\u2029\ud800',
] as const;

const MARKDOWN_ELEMENTS = new Set(
  'HTML HEAD BODY H2 H3 H4 P STRONG EM TABLE THEAD TBODY TR TH TD PRE CODE UL LI A DETAILS SUMMARY'.split(' '),
);
const HTML_ELEMENTS = new Set(
  'HTML HEAD META TITLE STYLE BODY MAIN ARTICLE SECTION H1 H2 H3 P DL DT DD UL OL LI B CODE A FIGURE DIV TABLE THEAD TBODY TR TH TD SPAN PRE DETAILS SUMMARY FOOTER svg rect text'.split(
    ' ',
  ),
);

/** Letters that no reader sees, or that turn what he sees around. */
const INVISIBLE = /(?![\n])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/u;

async function expectHarmless(log: WholeLog): Promise<void> {
  const attachment = attachmentOf(log);
  const markdown = attachmentMarkdown(attachment, false);
  const html = attachmentHtml(attachment);
  const text = attachmentText(attachment);
  for (const form of [markdown, html, text]) expect(form).not.toMatch(INVISIBLE);
  expect(markdown.length).toBeLessThanOrEqual(GITHUB_LIMIT);
  await expectHarmlessMarkdown(markdown);
  expectHarmlessHtml(html);
  const found = findingsIn(attachment.judged);
  expect(findingsIn(readBack(html))).toEqual(found);
  expect(findingsIn(readBack(text))).toEqual(found);
  if (attachmentMarkdown(attachment, true).length <= GITHUB_LIMIT)
    expect(findingsIn(readBack(markdown))).toEqual(found);
}

async function expectHarmlessMarkdown(markdown: string): Promise<void> {
  const rendered = renderedMarkdown(markdown);
  for (const element of rendered.querySelectorAll('*')) expect(MARKDOWN_ELEMENTS).toContain(element.tagName);
  for (const link of rendered.querySelectorAll('a'))
    expect(link.href).toMatch(/^https:\/\/www\.rfc-editor\.org\/rfc\/rfc\d+/);
  const headings = [...rendered.querySelectorAll('h2')];
  expect(headings).toHaveLength(1);
  expect(rendered.querySelectorAll('code.language-rows')).toHaveLength(1);
  expect([...rendered.querySelectorAll('details')].every((one) => one.parentElement?.tagName === 'BODY')).toBe(true);
  // What GitHub makes links of after it has rendered.
  const prose = [...rendered.querySelectorAll('h2, p, li, td')].map((one) => {
    const copy = one.cloneNode(true) as Element;
    for (const code of copy.querySelectorAll('code, a')) code.replaceWith('\n');
    return copy.textContent;
  });
  for (const words of prose) expect(words).not.toMatch(/@[a-z]|#\d/i);
  const diagrams = diagramsOf(rendered);
  for (const diagram of diagrams) {
    await parseMermaid(diagram);
    expect(
      diagram
        .trimEnd()
        .split('\n')
        .every((line) =>
          /^(?:sequenceDiagram| +(?:participant [AB] as |[AB](?:->>|-x)[AB]: |Note over [AB](?:,B)?: |rect rgba\(|end$))/.test(
            line,
          ),
        ),
    ).toBe(true);
  }
}

function expectHarmlessHtml(html: string): void {
  const page = parsedHtml(html);
  for (const element of page.querySelectorAll('*')) {
    expect(HTML_ELEMENTS).toContain(element.tagName);
    for (const { name } of element.attributes) expect(name).not.toMatch(/^on|^style$|^src/);
  }
  for (const link of page.querySelectorAll('a'))
    expect(link.getAttribute('href')).toMatch(/^(?:#[\w-]+$|https:\/\/www\.rfc-editor\.org\/rfc\/rfc\d+)/);
  for (const link of page.querySelectorAll('a[href^="#"]'))
    expect(page.querySelector(link.getAttribute('href') as string)).not.toBeNull();
  const ids = [...page.querySelectorAll('[id]')].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(page.querySelectorAll('pre.log')).toHaveLength(1);
  expect(page.querySelectorAll('footer')).toHaveLength(1);
}

/** The text in every place where a log can have one. */
function logFullOf(bad: string): WholeLog {
  const log = logWith(
    [
      `rx ${maskedFrame(1, Buffer.from(bad, 'utf8'))}`,
      `tx 81${Math.min(Buffer.byteLength(bad), 125).toString(16).padStart(2, '0')}${Buffer.from(bad, 'utf8').subarray(0, 125).toString('hex')}`,
      `rx ${maskedFrame(3, Buffer.from(bad, 'utf8'))}`,
      `rx ${maskedFrame(8, Buffer.concat([Buffer.from([11, 183]), Buffer.from(bad, 'utf8').subarray(0, 120)]))}`,
      `tx 8802${'03ea'}`,
      'DELAY 1.0 sec for TAG x',
    ],
    {
      target: `/${encodeURI(bad.replace(/[\ud800-\udfff]/g, ''))}`,
      request: `X-Bad: ${bad.replace(/[\r\n]/g, ' ')}\r\nUser-Agent: ${bad.replace(/[\r\n]/g, ' ')}`,
    },
  );
  const report: Record<string, unknown> = {
    agent: bad,
    description: bad,
    result: bad,
    behavior: bad,
    behaviorClose: bad,
    [bad]: bad,
    expected: { [bad]: [['message', bad, false]] },
  };
  const header: LogHeader = { ...log.header, agent: bad, case: bad, started: bad, source: bad, report };
  const rows = log.rows.map((row) => (row.kind === 'delay' ? { ...row, tag: bad } : row));
  const damaged = { kind: 'damaged', row: rows.length, time: null, text: bad, why: bad, loses: null } as const;
  return { header, rows: [...rows, damaged] };
}

describe('a hostile log', () => {
  it.each(BAD.map((bad) => [JSON.stringify(bad), bad] as const))(
    'full of %s comes out harmless and complete in every form',
    async (_, bad) => {
      const attachment = attachmentOf(logFullOf(bad));
      const markdown = attachmentMarkdown(attachment, false);
      for (const form of [markdown, attachmentHtml(attachment), attachmentText(attachment)])
        expect(form).not.toMatch(INVISIBLE);
      await expectHarmlessMarkdown(markdown);
      expectHarmlessHtml(attachmentHtml(attachment));
    },
  );

  it.each(BAD.map((bad) => [JSON.stringify(bad), bad] as const))(
    'with %s in payloads and fields is read back with the same findings',
    async (_, bad) => {
      const octets = Buffer.from(bad, 'utf8');
      const log = logWith([`rx ${maskedFrame(1, octets)}`, `rx ${maskedFrame(3, octets)}`, 'tx 880203ea'], {
        request: `X-Bad: ${bad.replace(/[\r\n]/g, ' ')}`,
      });
      await expectHarmless(log);
    },
  );

  it('of any text in any mix comes out harmless', async () => {
    const piece = fc.oneof(
      fc.constantFrom(...BAD),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('`', '<', '|', '\n', '&', ']', '#', '@', ';', '%'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 6 }), async (pieces) => {
        const attachment = attachmentOf(logFullOf(pieces.join('')));
        const markdown = attachmentMarkdown(attachment, false);
        await expectHarmlessMarkdown(markdown);
        expectHarmlessHtml(attachmentHtml(attachment));
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it('of 2 MB of one letter comes out whole, and in Markdown within the limit', async () => {
    const log = logWith([`rx ${maskedFrame(1, Buffer.alloc(2 << 20, 'a'))}`, 'rx c100', 'tx 880203ea']);
    await expectHarmless(log);
    const octets = ({ rows }: Pick<WholeLog, 'rows'>) =>
      rows.map((row) => (row.kind === 'octets' ? hexOf(row.octets.known) : row.kind));
    expect(octets(readBack(attachmentHtml(attachmentOf(log)))).join() === octets(log).join()).toBe(true);
  }, 120_000);

  it('of 8,000 rows leaves out what is far from the finding, and says so', async () => {
    const ping = 'tx 890170';
    const log = logWith([
      ...Array.from({ length: 4_000 }, () => [ping, 'rx 8a81000000006f'.replace('6f', '70')]).flat(),
      'rx c100',
      'tx 880203ea',
    ]);
    const attachment = attachmentOf(log);
    const markdown = attachmentMarkdown(attachment, false);
    expect(markdown.length).toBeLessThanOrEqual(GITHUB_LIMIT);
    expect(markdown).toMatch(/Left out of it: .*\d+ of 80\d+ rows/);
    expect(markdown).toContain('--full');
    expect(renderedMarkdown(markdown).querySelectorAll('details')).toHaveLength(2);
    const back = findingsIn(readBack(markdown), false);
    expect(back).toContain(findingsIn(log, false).find((finding) => finding.includes('frame/rsv')));
    expect(attachmentMarkdown(attachment, true).length).toBeGreaterThan(GITHUB_LIMIT);
  }, 120_000);

  it('of any octets at all is shown', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 6 }), (rows) => {
        const lines = rows.map(
          (octets, i) => `${i % 2 === 0 ? 'RX' : 'TX'} OCTETS: ${Buffer.from(octets).toString('hex')}`,
        );
        const log = logIn(`# wirelog 1\n# writer: client\n${lines.join('\n')}\n`);
        const attachment = attachmentOf(log);
        const html = attachmentHtml(attachment);
        expectHarmlessHtml(html);
        expect(findingsIn(readBack(html))).toEqual(findingsIn(attachment.judged));
        expect(findingsIn(readBack(attachmentMarkdown(attachment, false)))).toEqual(findingsIn(attachment.judged));
        expect(findingsIn(attachment.judged)).toEqual(findingsIn(log));
      }),
      { numRuns: 150 },
    );
  }, 120_000);
});
