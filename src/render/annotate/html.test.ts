import { describe, expect, it } from 'vitest';
import { findingsIn, logOfFile } from '../../attach/whole-log.fixture.ts';
import { formatOf } from '../../ingest/formats.ts';
import { readLog } from '../../ingest/read-log.fixture.ts';
import { annotate } from '../../judge/annotate.ts';
import { judgeCase } from '../../judge/verdict/case.ts';
import { parsedHtml } from '../attach/render.fixture.ts';
import { htmlRenderer } from './html.ts';

const LOGS = new URL('../../../logs/', import.meta.url).pathname;

function pageOf(names: readonly string[], violationsOnly = false): string {
  const renderer = htmlRenderer({ color: false, violationsOnly, hexdump: null });
  let page = renderer.head?.() ?? '';
  for (const name of names) {
    const { header, rows } = logOfFile(LOGS + name);
    const annotator = annotate(header, { window: 0 });
    const judge = judgeCase(header);
    page += renderer.begin(header, annotator.connection);
    const show = (annotated: ReturnType<typeof annotator.push>) => {
      for (const row of annotated) {
        judge.take(row);
        page += renderer.row(row);
      }
      for (const annotation of annotator.takeLate()) page += renderer.late(annotation);
    };
    for (const row of rows) show(annotator.push(row));
    const ending = annotator.end();
    show(ending.rows);
    page += renderer.end(ending.summary, judge.end(ending.summary, annotator.connection));
  }
  return page + (renderer.tail?.() ?? '');
}

describe('annotate --format html', () => {
  const names = ['rsv2-echoed.log', 'pong-missing.log'];

  it('is one page of all logs, whose anchors differ', () => {
    const page = parsedHtml(pageOf(names));
    expect([...page.querySelectorAll('h1')].map(({ textContent }) => textContent)).toEqual([
      'example-server, case rsv2: A frame that breaks the protocol is processed',
      expect.stringContaining('example-client'),
    ]);
    const ids = [...page.querySelectorAll('[id]')].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const link of page.querySelectorAll('a[href^="#"]')) {
      expect(page.getElementById((link.getAttribute('href') ?? '').slice(1))).not.toBeNull();
    }
  });

  it('reads back as the same logs', () => {
    const page = pageOf(names);
    const format = formatOf(page);
    expect(format?.id).toBe('attachment-html');
    const { headers, rows } = readLog(format?.read as never, page, 1000);
    expect(headers).toHaveLength(2);
    expect(rows).toHaveLength(names.reduce((sum, name) => sum + logOfFile(LOGS + name).rows.length, 0));
    expect(findingsIn({ header: headers[0] as never, rows: rows.slice(0, 13) })).toEqual(
      findingsIn(logOfFile(LOGS + names[0])),
    );
  });

  it('shows only rows with annotations where that is asked for', () => {
    const titles = [...parsedHtml(pageOf(['rsv2-echoed.log'], true)).querySelectorAll('h3')].map(
      ({ textContent }) => textContent,
    );
    expect(titles).toEqual(['Row 4: TX, 11 octets from the client', 'Row 7: RX, 7 octets from the server']);
  });
});
