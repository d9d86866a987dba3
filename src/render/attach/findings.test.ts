import { describe, expect, it } from 'vitest';
import { attachmentOf, logIn, logOfFile, logWith, maskedFrame } from '../../attach/whole-log.fixture.ts';
import type { WholeLog } from '../../judge/judged-log.ts';
import { exchangeOf } from './exchange.ts';
import { attachmentHtml } from './html.ts';
import { attachmentMarkdown } from './markdown.ts';
import { parsedHtml } from './render.fixture.ts';
import { attachmentText } from './text.ts';

const LOGS = new URL('../../../logs/', import.meta.url).pathname;
const RSV2 = logOfFile(`${LOGS}rsv2-echoed.log`);
/** A client that sends Pongs which nobody asked for. */
const PONGS = logWith(Array.from({ length: 9 }, (_, i) => `rx ${maskedFrame(10, Buffer.from(`heartbeat ${i}`))}`));

function pageOf(log: WholeLog): Document {
  return parsedHtml(attachmentHtml(attachmentOf(log)));
}

function textsOf(document: Document, selector: string): string[] {
  return [...document.querySelectorAll(selector)].map(({ textContent }) => textContent ?? '');
}

describe('findings of an attachment', () => {
  it('are told once where they differ in nothing but their place', () => {
    const items = textsOf(pageOf(PONGS), 'h2 + ul.findings > li').filter((text) =>
      text.includes('ping/pong-unsolicited'),
    );
    expect(items).toHaveLength(1);
    expect(items[0]).toMatch(/row 2: .*; the same in rows 3, 4, 5, 6, 7, 8, 9, 10$/);
  });

  it('of many frames in one row are told once in every form', () => {
    const log = logWith([`rx ${[1, 2, 3].map((i) => maskedFrame(10, Buffer.from(`beat ${i}`))).join('')}`]);
    const attachment = attachmentOf(log, { rows: [[2, 2]] });
    for (const form of [attachmentMarkdown(attachment, false), attachmentText(attachment)])
      expect(form.match(/· .*note.*ping\/pong-unsolicited.*3 times in row 2/g)).toHaveLength(1);
    expect(textsOf(parsedHtml(attachmentHtml(attachment)), 'section li.brief')).toContainEqual(
      expect.stringMatching(/^· ping\/pong-unsolicited .*and 2 more in this row$/),
    );
  });

  it('stay apart where their words differ', () => {
    const log = logWith(['tx b10161', 'tx a10161', 'rx 888237fa213d34e8']);
    const items = textsOf(pageOf(log), 'h2 + ul.findings > li').filter((text) => text.includes('frame/rsv-set'));
    expect(items).toHaveLength(2);
  });

  it('do not repeat the words of the sentence at the top', () => {
    const attachment = attachmentOf(RSV2);
    const words = 'RSV2 is set, and no agreed extension gives it a meaning';
    expect(attachment.sentence).toContain(words);
    const page = parsedHtml(attachmentHtml(attachment));
    expect(textsOf(page, 'p.verdict').join()).toContain(words);
    expect(textsOf(page, 'ul.findings li').join()).not.toContain(words);
    expect(attachmentText(attachment).split('The log, as')[0]?.split(words)).toHaveLength(2);
    // The drawing says it too, for it is looked at by itself.
    const [beforeRows = ''] = attachmentMarkdown(attachment, false).split('### The rows that decide').slice(1);
    expect(beforeRows).not.toContain(words);
  });

  it('are named on their row, with a way to their words', () => {
    const page = pageOf(RSV2);
    const [link] = page.querySelectorAll('section#row-4 li.brief a');
    const target = page.getElementById((link?.getAttribute('href') ?? '').slice(1));
    expect(target?.textContent).toContain('frame/rsv-set');
  });
});

describe('the exchange', () => {
  it('marks the event that decides and the one that it answers', () => {
    const { events } = exchangeOf(attachmentOf(RSV2));
    expect(events.flatMap(({ row, part }) => (part === null ? [] : [[row, part]]))).toEqual([
      [4, 'cause'],
      [7, 'decides'],
    ]);
    expect(textsOf(pageOf(RSV2), '.exchange li b.part')).toEqual(['cause', 'decides']);
  });

  it('marks nothing in a log in which nothing is charged', () => {
    expect(exchangeOf(attachmentOf(logWith(['tx 8900']))).events.filter(({ part }) => part !== null)).toEqual([]);
  });

  it('of a row with many frames marks the frame that is wrong', () => {
    const log = logWith([`rx ${maskedFrame(1, Buffer.from('a'))}${maskedFrame(3, Buffer.from('b'))}`]);
    const { events } = exchangeOf(attachmentOf(log));
    expect(events.find(({ part }) => part === 'decides')?.says).toContain('"b"');
  });

  it('says the words of a rule whole', () => {
    for (const mark of exchangeOf(attachmentOf(RSV2)).events.flatMap(({ marks }) => marks)) {
      expect(mark.says).toBe(`${mark.annotation.rule}: ${mark.annotation.message}`);
      expect(pageOf(RSV2).querySelector('.exchange')?.textContent).toContain(mark.says);
    }
  });
});

describe('what an attachment says of the case', () => {
  it('has what the suite expected', () => {
    const report = { description: 'Send <b>one</b> ping.', expectation: 'A pong comes back.<br/>Clean close.' };
    const log = logWith([]);
    const attachment = attachmentOf({ ...log, header: { ...log.header, case: '2.1', report } });
    expect(attachment.facts).toContainEqual(['Expected', 'A pong comes back. Clean close.']);
    expect(attachment.facts).toContainEqual(['Case', '2.1: Send one ping.']);
  });
});

describe('rows of an attachment', () => {
  it('have no column of hex where they are text', () => {
    const page = parsedHtml(attachmentHtml(attachmentOf(logWith([]), { rows: [[0, 2]] })));
    const columns = (row: number) => textsOf(page, `#row-${row} thead th`);
    expect(columns(0)).toEqual(['octets', 'text']);
    expect(columns(2)).toEqual(['octets', 'hex', 'meaning']);
  });

  it('say how many annotations are not kept', () => {
    const pong = (i: number) => `8a81${((i * 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')}61`;
    const pongs = Array.from({ length: 50_010 }, (_, i) => pong(i + 1));
    const log = logIn(`# wirelog 1\n# writer: server\nrx ${pongs.join('')}\n`);
    const attachment = attachmentOf(log, { rows: [[0, 0]], redact: null });
    const [row] = attachment.judged.annotated;
    const left = row?.unlistedAnnotations ?? 0;
    expect(left).toBeGreaterThanOrEqual(10);
    for (const form of [attachmentMarkdown(attachment, true), attachmentText(attachment), attachmentHtml(attachment)])
      expect(form).toContain(`and ${left} more annotations of this row, which are counted and not listed`);
  }, 60_000);
});
