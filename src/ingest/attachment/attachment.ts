// Attachments of wirelog read back: the log stands in them whole, in the text notation. Markdown and plain text have it
// in a fenced block that says `rows`; HTML has it in a `pre`, with the five characters that are markup written as
// entities. Everything around it is for people and passed over.

import { InputError } from '../../model/errors.ts';
import { splitLines, withoutCr } from '../line-splitter.ts';
import type { LogReader, LogSink } from '../reader.ts';
import { readRows } from '../text/rows.ts';

/** Stands on one of the first lines. */
export const ATTACHMENT_MARK = 'wirelog attachment 1';
/** An attribute of the root element. */
export const HTML_MARK = 'data-wirelog-attachment="1"';
export const HTML_LOG_BEGINS = '<pre class="log" tabindex="0" aria-label="The log">';
export const HTML_LOG_ENDS = '</pre>';

const MARK_LINE = /^(?:<!-- )?wirelog attachment \d+(?: -->)?[ \t]*\r?$/m;
const HTML_MARK_TAG = /^\s*<!doctype html>\s*<html\b[^>]* data-wirelog-attachment="\d+"/i;

export function isMarkdownAttachment(head: string): boolean {
  return MARK_LINE.test(head) && !/^\s*[{<](?!!-- wirelog)/.test(head);
}

export function isHtmlAttachment(head: string): boolean {
  return HTML_MARK_TAG.test(head);
}

const FENCE = /^(`{3,})rows[ \t]*$/;

export function readMarkdownAttachment(source: string, sink: LogSink): LogReader {
  let fence: string | null = null;
  return readBlocks(source, 'attachment-markdown', sink, (line) => {
    if (fence === null) {
      fence = FENCE.exec(line)?.[1] ?? null;
      return null;
    }
    if (line.startsWith(fence) && line.trimEnd() === fence) {
      fence = null;
      return null;
    }
    return line;
  });
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

export function readHtmlAttachment(source: string, sink: LogSink): LogReader {
  let isInside = false;
  return readBlocks(source, 'attachment-html', sink, (line) => {
    if (!isInside) {
      isInside = line === HTML_LOG_BEGINS;
      return null;
    }
    if (line !== HTML_LOG_ENDS)
      return line.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? '');
    isInside = false;
    return null;
  });
}

/** `lineOf` gives the line of the log that a line of the attachment is; null for all others. */
function readBlocks(source: string, format: string, sink: LogSink, lineOf: (line: string) => string | null): LogReader {
  const rows = readRows(source, { header: (header) => sink.header({ ...header, format }), row: sink.row });
  let isEmpty = true;
  const lines = splitLines((raw) => {
    const line = lineOf(withoutCr(raw));
    if (line === null) return;
    isEmpty = false;
    rows.push(`${line}\n`);
  });
  return {
    push: lines.push,
    end: () => {
      lines.end();
      if (isEmpty)
        throw new InputError(source, null, 'an attachment of wirelog, but the log that belongs in it is missing');
      rows.end();
    },
  };
}
