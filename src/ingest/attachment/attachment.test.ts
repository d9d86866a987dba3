import { describe, expect, it } from 'vitest';
import { formatOf } from '../formats.ts';
import { briefly, readLog } from '../read-log.fixture.ts';
import { isHtmlAttachment, isMarkdownAttachment, readHtmlAttachment, readMarkdownAttachment } from './attachment.ts';

const MARKDOWN = [
  '<!-- wirelog attachment 1 -->',
  '## title: writer of the log',
  '# writer: client',
  '',
  '```text',
  '000 RX OCTETS: ffff',
  '```',
  '',
  '````rows',
  '# wirelog 1',
  '# writer: server',
  '000 RX OCTETS: 8100',
  '```',
  '001 TCP DROPPED BY ME',
  '````',
  '',
  'rx 8200',
  '',
].join('\n');

const HTML = [
  '<!DOCTYPE html>',
  '<html lang="en" data-wirelog-attachment="1">',
  '<pre>rx 8200</pre>',
  '<pre class="log" tabindex="0" aria-label="The log">',
  '# wirelog 1',
  '# writer: server',
  '# agent: &lt;b&gt; &amp;lt; &quot;&#39;',
  '000 RX OCTETS: 8100',
  '001 TCP DROPPED BY ME',
  '</pre>',
  '<p>rx 8200</p>',
].join('\n');

describe('an attachment read back', () => {
  it('is the log in its fenced block, and nothing around it', () => {
    const { headers, rows, error } = readLog(readMarkdownAttachment, MARKDOWN, 3);
    expect(headers).toHaveLength(1);
    expect(headers[0]).toMatchObject({ format: 'attachment-markdown', writer: 'server' });
    expect(briefly(rows)).toEqual(['0 rx 8100 2', '1 tcp-drop']);
    expect(error).toBeNull();
  });

  it('is the log in its `pre`, with entities for markup', () => {
    const { headers, rows, error } = readLog(readHtmlAttachment, HTML, 5);
    expect(headers).toHaveLength(1);
    expect(headers[0]).toMatchObject({ format: 'attachment-html', writer: 'server', agent: '<b> &lt; "\'' });
    expect(briefly(rows)).toEqual(['0 rx 8100 2', '1 tcp-drop']);
    expect(error).toBeNull();
  });

  it('may have the line ends of another system', () => {
    expect(briefly(readLog(readMarkdownAttachment, MARKDOWN.replaceAll('\n', '\r\n')).rows)).toHaveLength(2);
    expect(briefly(readLog(readHtmlAttachment, HTML.replaceAll('\n', '\r\n')).rows)).toHaveLength(2);
  });

  it('is an error where the log is missing from it', () => {
    const { error } = readLog(readMarkdownAttachment, '<!-- wirelog attachment 1 -->\n# title\n');
    expect(String(error)).toContain('the log that belongs in it is missing');
  });

  it('is known from its content', () => {
    expect(formatOf(MARKDOWN)?.id).toBe('attachment-markdown');
    expect(formatOf(`Hello, here is the report.\r\n\r\n${MARKDOWN.replaceAll('\n', '\r\n')}`)?.id).toBe(
      'attachment-markdown',
    );
    expect(formatOf(HTML)?.id).toBe('attachment-html');
    expect(isHtmlAttachment('<!DOCTYPE html>\n<html>\n')).toBe(false);
    expect(isMarkdownAttachment('{"wirelog": "\nwirelog attachment 1\n"}')).toBe(false);
  });
});
