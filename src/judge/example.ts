// A rule's example as a log: the text notation read and annotated. Short examples say nothing about the connection;
// then the client wrote the log and no extension is agreed.

import { readRows } from '../ingest/text/rows.ts';
import { octetsOfText } from '../model/octets.ts';
import type { LogHeader } from '../model/row.ts';
import type { Example } from '../rules/kit/rule.ts';
import { type Annotator, annotate, type Ending } from './annotate.ts';
import type { AnnotatedRow } from './annotation.ts';

const HAS_HANDSHAKE = /^(?:rx|tx) "(?:[A-Z]+ |HTTP\/)/m;

/** The example with its header lines, ready to be saved as a file. */
export function logOfExample({ log }: Example): string {
  if (/^# /m.test(log)) return `# wirelog 1\n${log}`;
  const extensions = HAS_HANDSHAKE.test(log) ? '' : '# extensions: none\n';
  return `# wirelog 1\n# writer: client\n${extensions}${log}`;
}

export interface AnnotatedExample {
  readonly header: LogHeader;
  readonly connection: Annotator['connection'];
  readonly rows: readonly AnnotatedRow[];
  readonly summary: Ending['summary'];
}

export function annotateExample(example: Example): AnnotatedExample {
  let annotator: Annotator | null = null;
  let header: LogHeader | null = null;
  const rows: AnnotatedRow[] = [];
  const reader = readRows('example', {
    header: (next) => {
      header = next;
      annotator = annotate(next, { window: Number.POSITIVE_INFINITY });
    },
    row: (row) => rows.push(...(annotator?.push(row) ?? [])),
  });
  reader.push(Buffer.from(octetsOfText(`${logOfExample(example)}\n`)).toString('latin1'));
  reader.end();
  const done = annotator as Annotator | null;
  if (!done || !header) throw new Error(`an example without rows: ${example.log}`);
  const { rows: last, summary } = done.end();
  return { header, connection: done.connection, rows: [...rows, ...last], summary };
}
