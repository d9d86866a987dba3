import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { escapeText } from '../model/octets.ts';
import { renderLog } from './annotate/render-log.fixture.ts';
import { FAILED_CASE, HOSTILE, madeCase, render, verdictOf } from './check/case.fixture.ts';
import { markdown, tableHead, tableRow, verbatim } from './markdown.ts';

const html = (text: string) =>
  micromark(text, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true });

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&', '&quot;': '"' };

/** What a reader sees of text in our own line, or the markup that should not be there. */
function shown(text: string): string {
  return html(`x ${markdown(text)} x`)
    .replace(/^<p>x |(?: x)<\/p>$/g, '')
    .replace(/<code>([@#:])<\/code>/g, '$1')
    .replace(/&\w+;/g, (entity) => ENTITIES[entity] ?? entity);
}

describe('text in Markdown', () => {
  it('is never markup', () => {
    for (const text of [HOSTILE, '**b** __i__ ~~s~~', '[a](b) ![a](b)', '<script>', 'a@b.cd', '`x`', '&lt;', 'a\\*b']) {
      expect(shown(text)).toBe(escapeText(text));
    }
  });

  it('is never markup, for any text', () => {
    const marks = fc.string({ unit: fc.constantFrom(...'*_`[]()<>&#@!|~\\:/.w-+1a"\''), maxLength: 24 });
    fc.assert(
      fc.property(fc.oneof(marks, fc.string()), (text) => {
        const plain = text.replace(/\s+/g, ' ').trim();
        expect(shown(plain)).toBe(escapeText(plain));
      }),
    );
  });

  it('stays in its cell', () => {
    const cells = [HOSTILE, 'a|b', '\\|', '`|`'];
    const table = html(tableHead(['h', 'i', 'j', 'k'], [true]) + tableRow(cells.map(markdown)));
    expect(table.match(/<td/g)).toHaveLength(4);
    expect(table.match(/<tr>/g)).toHaveLength(2);
  });

  it('stays in its block, line by line', () => {
    const block = html(`## t\n\n${verbatim('```\n</code>\n# x\n- y\n')}\n\n`);
    expect(block).toBe('<h2>t</h2>\n<pre><code>```\n&lt;/code&gt;\n# x\n- y\n</code></pre>\n');
  });
});

describe('Markdown of check', () => {
  it('has the sums, a table of the agents and one of the cases', () => {
    const text = html(render('markdown'));
    expect(text).toContain('<h2>wirelog check: 3 of 7 cases fail, 1 of 8 files not read</h2>');
    expect(text.match(/<table>/g)).toHaveLength(2);
    expect(text).toContain('<strong>FAILED</strong>');
    expect(text).toContain('also charged: frame/rsv-set');
    expect(text).not.toMatch(/<(?:a|b|em|script|del)[ >]/);
  });

  it('shows what got better since the baseline', () => {
    const cases = [
      { ...FAILED_CASE, change: 'worse' as const },
      madeCase({ change: 'better' }),
      madeCase({ case: '5.1', verdict: verdictOf('FAILED'), change: 'same' }),
    ];
    const text = render('markdown', cases);
    expect(text).toContain('### Better than in the baseline\n\nmade 1.1.1 (now OK)');
    expect(text).toContain('1 worse, 1 better, 1 the same');
    expect(text).not.toContain('5.1');
  });

  it('shows each cause once, and stays within what GitHub takes', () => {
    const cases = Array.from({ length: 2000 }, (_, i) => ({
      ...FAILED_CASE,
      case: `3.${i}`,
      verdict: { ...FAILED_CASE.verdict, why: `row ${i}: text with RSV2 set` },
    }));
    const text = render('markdown', cases);
    expect(text).toMatch(
      /^\| 2000 \| \*\*FAILED\*\* \| row 0: text with RSV2 set; .* \| made 3\.0, 3\.1, .*, and 1970 more \|$/m,
    );
    expect(render('markdown', cases, { all: true })).toContain('3.1999 |');
    const words = Array.from({ length: 2000 }, (_, i) => ({
      ...FAILED_CASE,
      verdict: { ...FAILED_CASE.verdict, why: `${'x'.repeat(i)} ${'*'.repeat(3000)}` },
    }));
    const long = render('markdown', words);
    expect(Buffer.byteLength(long)).toBeLessThan(1 << 20);
    expect(long).toMatch(/^and \d+ more$/m);
  });
});

it('Markdown of annotate shows the rows in a block', () => {
  const text = html(renderLog('markdown', '# agent: <b>\n# case: 3.2\nrx 8103 3c623e\n'));
  expect(text).toContain('<h2>&lt;b&gt;, case 3.2</h2>');
  expect(text).toContain('<pre><code>');
  expect(text).not.toContain('<b>');
});
