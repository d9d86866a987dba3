import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  attachmentOf,
  findingsIn,
  logIn,
  logOfFile,
  logWith,
  maskedFrame,
  readBack,
} from '../../attach/whole-log.fixture.ts';
import { attachmentHtml } from './html.ts';
import { attachmentMarkdown, fenced, GITHUB_LIMIT } from './markdown.ts';
import { diagramsOf, parseMermaid, renderedMarkdown } from './render.fixture.ts';
import { attachmentText } from './text.ts';

const LOGS = new URL('../../../logs/', import.meta.url).pathname;
const SAMPLES = readdirSync(LOGS).filter((name) => /\.(?:log|txt|json|hex)$/.test(name));
const RSV2 = logOfFile(`${LOGS}rsv2-echoed.log`);

describe('attachments of the sample logs', () => {
  it.each(SAMPLES)('%s: every form reads back with the same findings', (name) => {
    const log = logOfFile(LOGS + name);
    const attachment = attachmentOf(log);
    for (const form of [
      attachmentMarkdown(attachment, false),
      attachmentText(attachment),
      attachmentHtml(attachment),
    ]) {
      const back = readBack(form);
      expect(findingsIn(back)).toEqual(findingsIn(log));
      expect(back.rows.length).toBe(log.rows.length);
      expect(back.header.format).toMatch(/^attachment-/);
    }
  });

  it.each(SAMPLES)('%s: an attachment of the attachment finds the same', (name) => {
    const first = attachmentMarkdown(attachmentOf(logOfFile(LOGS + name)), false);
    const second = attachmentHtml(attachmentOf(readBack(first)));
    expect(findingsIn(readBack(second))).toEqual(findingsIn(logOfFile(LOGS + name)));
  });
});

describe('the Markdown attachment', () => {
  it('says which octet broke which rule, where that is written, and how to see it again', async () => {
    const markdown = attachmentMarkdown(attachmentOf(RSV2, { file: 'rsv2.md' }), false);
    expect(markdown).toContain('## example-server, case rsv2: A frame that breaks the protocol is processed');
    expect(markdown).toContain('           ^^ frame/rsv-set');
    expect(markdown).toContain('[RFC 6455 §5.2](https://www.rfc-editor.org/rfc/rfc6455#section-5.2)');
    expect(markdown).toContain('`wirelog inspect rsv2.md`');
    expect(markdown).toContain('`wirelog replay rsv2.md --connect ws://HOST:PORT` plays it again at a live peer.');
    expect(markdown).toMatch(/\| Roles \| the client wrote the log .* the server is under test \|/);
    const [diagram = ''] = diagramsOf(renderedMarkdown(markdown));
    expect(diagram).toContain('A->>B: 4 (cause): text RSV=010 "Hello"');
    expect(diagram).toContain('B-xA: 7 (decides): text "Hello"');
    expect(diagram).toContain('RSV2 is set, and no agreed extension gives it a<br/>meaning');
    await parseMermaid(diagram);
  });

  it('says where roles are guessed, and nobody named the log', () => {
    const markdown = attachmentMarkdown(attachmentOf(logIn('rx 8103c3282e', '-')), false);
    expect(markdown).toMatch(
      /\| Roles \| guessed from the mask of the first frame: TX is taken for the client, RX for the server/,
    );
    expect(markdown).toContain('| Log | standard input (rows), 1 row |');
    expect(attachmentMarkdown(attachmentOf(logIn('# writer: client\nrx 8100')), false)).toContain(
      'the client wrote the log',
    );
  });

  it('names the command whose option hides more', () => {
    const markdown = attachmentMarkdown(attachmentOf(logIn('# writer: client\nrx 8100')), false);
    expect(markdown).toContain('`wirelog attach --redact hosts,payloads` hides them');
  });

  it('folds what does not decide', () => {
    const rendered = renderedMarkdown(attachmentMarkdown(attachmentOf(RSV2), false));
    const summaries = [...rendered.querySelectorAll('summary')].map(({ textContent }) => textContent);
    expect(summaries).toEqual(['The other rows', 'The log, as wirelog reads it']);
    const shown = [...rendered.querySelectorAll('h4')].map(({ textContent }) => textContent);
    expect(shown).toEqual(['Row 4: TX, 11 octets from the client', 'Row 7: RX, 7 octets from the server']);
  });

  it('shows the rows that were asked for, and keeps the log whole', () => {
    const chosen = attachmentOf(RSV2, {
      rows: [
        [2, 3],
        [8, 8],
      ],
    });
    expect([...chosen.deciding]).toEqual([2, 3, 8]);
    const around = attachmentOf(RSV2, { rows: { around: null } });
    expect([...around.deciding]).toEqual([4, 5, 6, 7, 8, 9, 10]);
    expect(findingsIn(readBack(attachmentMarkdown(chosen, false)))).toEqual(findingsIn(RSV2));
  });

  it('lists what was redacted, or says that nothing was', () => {
    const log = logWith([`rx ${maskedFrame(1, Buffer.from('a'))}`], { request: 'Cookie: sid=abcdef123456' });
    expect(attachmentMarkdown(attachmentOf(log), false)).toContain(
      '- the field cookie of the request, 17 octets (row 0)',
    );
    expect(attachmentMarkdown(attachmentOf(log, { redact: null }), false)).toContain('Nothing was redacted: cookies');
    expect(attachmentMarkdown(attachmentOf(logWith([])), false)).toContain('Nothing was found to redact');
  });

  it('stays below the limit whatever is long, and says what is missing', () => {
    const log = logWith(
      Array.from({ length: 400 }, (_, i) => `rx ${maskedFrame(1, Buffer.alloc(500, 97 + (i % 26)))}`),
    );
    const markdown = attachmentMarkdown(attachmentOf(log), false);
    expect(markdown.length).toBeLessThanOrEqual(GITHUB_LIMIT);
    expect(markdown).toContain('Left out of it: octets of');
    expect(findingsIn(readBack(markdown), false)).toEqual(findingsIn(log, false));
    expect(attachmentMarkdown(attachmentOf(log), true)).not.toContain('Left out of it');
  });

  it('fences code with more backticks than are in it', () => {
    expect(fenced(['a', '````'], 'text')).toEqual(['`````text', 'a\n````', '`````']);
  });
});
