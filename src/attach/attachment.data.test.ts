import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { attachmentHtml } from '../render/attach/html.ts';
import { attachmentMarkdown, GITHUB_LIMIT } from '../render/attach/markdown.ts';
import { diagramsOf, parseMermaid, renderedMarkdown } from '../render/attach/render.fixture.ts';
import { attachmentText } from '../render/attach/text.ts';
import { attachmentOf, findingsIn, logIn, readBack } from './whole-log.fixture.ts';

const DATA = new URL('../../../shared/data/', import.meta.url);
const isThere = existsSync(DATA);
const RAW_FOLDERS = 24;

interface Case {
  readonly name: string;
  readonly text: string;
}

const IS_FAILED = /"behavior": "FAILED"|"behaviorClose": "(?:FAILED|UNCLEAN|WRONG CODE|FAILED BY CLIENT)"/;

function casesIn(folder: string): Case[] {
  return readdirSync(new URL(folder, DATA), { recursive: true, encoding: 'utf8' })
    .filter((name) => /_case_[\d_]+\.json$/.test(name))
    .map((name) => ({ name: folder + name, text: readFileSync(new URL(folder + name, DATA), 'latin1') }))
    .filter(({ text }) => IS_FAILED.test(text));
}

/** Every failed case of public runs, and one of each run against a peer with one fault. */
function failedCases(): Case[] {
  const raw = readdirSync(new URL('wstest/', DATA)).filter((name) => name.startsWith('raw-'));
  const one = raw.map((folder) => casesIn(`wstest/${folder}/`)).flatMap((cases) => cases.slice(0, 1));
  return [...casesIn('public/'), ...one.slice(0, RAW_FOLDERS)];
}

describe.skipIf(!isThere)('attachments of real failed cases (skipped without ../shared/data)', () => {
  const cases = isThere ? failedCases() : [];

  it('are of many cases', () => {
    expect(cases.length).toBeGreaterThan(80);
  });

  it.each(cases.map((one) => [one.name, one] as const))('%s', async (_, { name, text }) => {
    const log = logIn(text, name);
    const attachment = attachmentOf(log);
    const found = findingsIn(log);
    const markdown = attachmentMarkdown(attachment, false);
    expect(markdown.length).toBeLessThanOrEqual(GITHUB_LIMIT);
    expect(findingsIn(readBack(markdown))).toEqual(found);
    expect(findingsIn(readBack(attachmentText(attachment)))).toEqual(found);
    expect(findingsIn(readBack(attachmentHtml(attachment)))).toEqual(found);
    expect(attachment.lost).toEqual([]);
    const rendered = renderedMarkdown(markdown);
    expect(rendered.querySelectorAll('details').length).toBeGreaterThan(0);
    expect(rendered.querySelectorAll('table tr').length).toBeGreaterThan(4);
    for (const diagram of diagramsOf(rendered)) await parseMermaid(diagram);
    expect(diagramsOf(rendered)).toHaveLength(1);
  });

  it('of report pages read back as what the pages say', () => {
    const pages = readdirSync(new URL('public/', DATA), { recursive: true, encoding: 'utf8' }).filter((name) =>
      /_case_[\d_]+\.html$/.test(name),
    );
    for (const name of pages.filter((_, i) => i % 60 === 0)) {
      const log = logIn(readFileSync(new URL(`public/${name}`, DATA), 'latin1'), name);
      expect(findingsIn(readBack(attachmentMarkdown(attachmentOf(log), false))), name).toEqual(findingsIn(log));
    }
    expect(pages.length).toBeGreaterThan(1000);
  });

  it('hides payloads without losing a finding that does not rest on what they say', () => {
    const lost = cases.flatMap(({ name, text }) => {
      const attachment = attachmentOf(logIn(text, name), { redact: { hosts: true, payloads: true } });
      return attachment.lost.map((finding) => `${name}: ${finding}`);
    });
    expect(lost).toEqual([]);
  });
});
