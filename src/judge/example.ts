// A rule's example as a log: the text notation read and annotated. Short examples say nothing about the connection;
// then the client wrote the log and no extension is agreed.

import { readRows } from '../ingest/text/rows.ts';
import { octetsOfText } from '../model/octets.ts';
import type { LogHeader } from '../model/row.ts';
import type { Example } from '../rules/kit/rule.ts';
import type { Summary } from './annotate.ts';
import type { AnnotatedRow } from './annotation.ts';
import { type Judge, judge } from './judge.ts';

const HAS_HANDSHAKE = /^(?:rx|tx) "(?:[A-Z]+ |HTTP\/)/m;

/** The example with its header lines, ready to be saved as a file. */
export function logOfExample({ log }: Example): string {
  if (/^# /m.test(log)) return `# wirelog 1\n${log}`;
  const extensions = HAS_HANDSHAKE.test(log) ? '' : '# extensions: none\n';
  return `# wirelog 1\n# writer: client\n${extensions}${log}`;
}

export interface AnnotatedExample {
  readonly header: LogHeader;
  readonly connection: Judge['connection'];
  readonly rows: readonly AnnotatedRow[];
  readonly summary: Summary;
}

export function annotateExample(example: Example): AnnotatedExample {
  let stream: Judge | null = null;
  let header: LogHeader | null = null;
  const rows: AnnotatedRow[] = [];
  const reader = readRows('example', {
    header: (next) => {
      header = next;
      stream = judge(next, { window: Number.POSITIVE_INFINITY, withoutVerdict: true });
    },
    row: (row) => rows.push(...(stream?.push(row) ?? [])),
  });
  reader.push(Buffer.from(octetsOfText(`${logOfExample(example)}\n`)).toString('latin1'));
  reader.end();
  const done = stream as Judge | null;
  if (!done || !header) throw new Error(`an example without rows: ${example.log}`);
  const { rows: last, summary } = done.end();
  return { header, connection: done.connection, rows: [...rows, ...last], summary };
}
