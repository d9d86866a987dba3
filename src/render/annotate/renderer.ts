// What an output form of annotated logs is.

import type { Summary } from '../../judge/annotate.ts';
import type { AnnotatedRow, Annotation } from '../../judge/annotation.ts';
import type { RowOrStretch } from '../../judge/ordinary-row.ts';
import type { CaseVerdict } from '../../judge/verdict/case.ts';
import type { LogHeader } from '../../model/row.ts';
import type { Connection } from '../../protocol/connection.ts';
import type { OctetWriter } from '../octet-writer.ts';

/** The line of a row in its file, from 1; null where that is not known. */
export type Locate = (source: string, row: number) => number | null;

export interface RenderOptions {
  /** With the colours of a terminal (SGR), for a form that has them. */
  readonly color: boolean;
  /** Only rows with annotations. */
  readonly violationsOnly: boolean;
  /** Lines of a hex dump, where one is wanted. */
  readonly hexdump: ((octets: Uint8Array) => readonly string[]) | null;
  /** For a form that points at lines of the log's file. */
  readonly locate?: Locate | null;
}

/**
 * Text for each thing as it comes; the caller writes it. `head` once, then for each log `begin`, its rows and what is late
 * in any order, and `end`; `tail` once. Control characters of the log do not get into the text.
 */
export interface Renderer {
  /** Before the first log, for a form that has a frame around all of them. */
  head?(): string;
  /** `connection` is what is known of it when the first rows leave: the opening handshake, as a rule. */
  begin(header: LogHeader, connection: Connection | null): string;
  /** The next row of the log that has begun; empty where the form does not show it. */
  row(annotated: AnnotatedRow): string;
  /**
   * Writes what `row` gives for each of them, for a form that does it quicker.
   * @internal
   */
  rowOctets?(rows: RowOrStretch, to: OctetWriter): void;
  /** An annotation whose row is gone already. */
  late(annotation: Annotation): string;
  /** `judged`: the case judged again, with likely causes; null where nobody judged. */
  end(summary: Summary, judged: CaseVerdict | null): string;
  /** After the last log. */
  tail?(): string;
}
