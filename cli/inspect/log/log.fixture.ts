// Annotated rows for the tests of the terminal UI: decoded for real, with no rule shown, with made-up annotations.

import { annotate } from '../../../src/judge/annotate.ts';
import type { AnnotatedRow, Annotation } from '../../../src/judge/annotation.ts';
import { rowsOf } from '../../../src/judge/ordinary-row.ts';
import { octetsFromHex, wholeOctets } from '../../../src/model/octets.ts';
import type { Direction, LogHeader, Row } from '../../../src/model/row.ts';
import type { Remarks } from '../row/why-lines.ts';
import type { InspectSource } from '../subjects.ts';
import type { Reporter } from './report.ts';
import type { InspectSink } from './store.ts';

export const BESIDE: Remarks = { comment: '', verdict: null, decides: false, hints: [] };

export const HEADER: LogHeader = {
  source: 'a.json',
  format: 'autobahn-json',
  writer: 'server',
  underTest: 'client',
  agent: 'acme-ws',
  case: '7.9.13',
  started: null,
  request: null,
  response: null,
  extensions: '',
  unlogged: null,
  report: { behavior: 'FAILED' },
};

export function octets(row: number, direction: Direction, hex: string): Row {
  return {
    kind: 'octets',
    row,
    time: null,
    direction,
    octets: wholeOctets(octetsFromHex(hex.replaceAll(' ', '')) ?? new Uint8Array()),
    sync: false,
  };
}

export function decoded(rows: readonly Row[], header: LogHeader = HEADER): readonly AnnotatedRow[] {
  const annotator = annotate(header, { window: Number.POSITIVE_INFINITY, shows: () => false });
  const before = rows.flatMap((row) => annotator.push(row));
  return [...before, ...annotator.end().rows];
}

export function annotation(row: number, about: Partial<Annotation> = {}): Annotation {
  return {
    rule: 'close/code-unassigned',
    severity: 'error',
    by: 'client',
    intent: 'violation',
    row,
    octets: null,
    frame: null,
    section: 'RFC 6455 §7.4.2',
    message: 'close code 2999 is not assigned',
    certainty: 'certain',
    missing: null,
    afterFailure: false,
    reaction: null,
    cause: null,
    ...about,
  };
}

/** The server breaks the close code on purpose; the client answers with a frame that is not masked. */
export function closeCase(): readonly AnnotatedRow[] {
  const rows = decoded([
    octets(0, 'rx', '81 85 37 fa 21 3d 7f 9f 4d 51 58'),
    octets(1, 'tx', '81 05 48 65 6c 6c 6f'),
    { kind: 'fail-after', row: 2, time: null, seconds: 1 },
    octets(3, 'tx', '88 02 0b b7'),
    octets(4, 'rx', '88 02 03 ea'),
    { kind: 'tcp-drop', row: 5, time: null, by: 'writer', reset: false },
  ]);
  rows[3]?.annotations.push(
    annotation(3, {
      by: 'server',
      intent: 'stimulus',
      octets: [2, 4],
      reaction: { row: 4, kind: 'close', code: 1002, verdict: 'right' },
    }),
  );
  rows[4]?.annotations.push(
    annotation(4, {
      rule: 'mask/missing',
      octets: [1, 2],
      message: 'a client masks its frames',
      section: 'RFC 6455 §5.1',
      cause: 3,
    }),
  );
  return rows;
}

/** `count` pings of the server, every hundredth of which has a violation. */
export function pings(count: number): readonly AnnotatedRow[] {
  const rows = decoded(Array.from({ length: count }, (_, row) => octets(row, 'tx', '89 00')));
  for (let row = 99; row < count; row += 100) rows[row]?.annotations.push(annotation(row));
  return rows;
}

export function sourceOf(rows: readonly AnnotatedRow[], load?: (sink: InspectSink) => Promise<void>): InspectSource {
  return {
    title: 'a.json',
    notes: null,
    load: async (sink) => {
      sink.header(HEADER);
      sink.rows(rows);
      await load?.(sink);
      sink.done(null, null);
    },
  };
}

/** The rows that it hands out are judged when they are over, as a source of the program does it. */
export function judgedAtEnd(source: InspectSource, judge: Reporter['judge']): InspectSource {
  return {
    ...source,
    load: (sink, signal) => {
      let log: { readonly header: LogHeader; readonly rows: Row[] } | null = null;
      const watched: InspectSink = {
        ...sink,
        header: (header) => {
          log = { header, rows: [] };
          sink.header(header);
        },
        rows: (rows) => {
          log?.rows.push(...rowsOf(rows).map(({ row }) => row));
          sink.rows(rows);
        },
        done: (summary, error) => {
          if (log) {
            const { summary, judged, verdict, hints } = judge(log);
            sink.judged({ summary, judged: judged && { ...judged, verdict, hints } });
          }
          sink.done(summary, error);
        },
      };
      return source.load(watched, signal);
    },
  };
}
