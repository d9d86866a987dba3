// What an output form of annotated logs is.

import type { Summary } from '../../judge/annotate.ts';
import type { AnnotatedRow, Annotation } from '../../judge/annotation.ts';
import type { Leaving } from '../../judge/ordinary-row.ts';
import type { CaseVerdict } from '../../judge/verdict/case.ts';
import type { LogHeader } from '../../model/row.ts';
import type { Connection } from '../../protocol/connection.ts';
import type { OctetWriter } from '../octet-writer.ts';

/** The line of a row in its file, from 1; null where that is not known. */
export type Locate = (source: string, row: number) => number | null;

export interface RenderOptions {
  readonly color: boolean;
  /** Only rows with annotations. */
  readonly violationsOnly: boolean;
  /** Lines of a hex dump, where one is wanted. */
  readonly hexdump: ((octets: Uint8Array) => readonly string[]) | null;
  readonly locate?: Locate | null;
}

/** Text for each thing as it comes; the caller writes it. */
export interface Renderer {
  /** Before the first log, for a form that has a frame around all of them. */
  head?(): string;
  /** `connection` is what is known of it when the first rows leave: the opening handshake, as a rule. */
  begin(header: LogHeader, connection: Connection | null): string;
  row(annotated: AnnotatedRow): string;
  /**
   * Writes what `row` gives for each of them, for a form that does it quicker.
   * @internal
   */
  rowOctets?(rows: Leaving, to: OctetWriter): void;
  /** An annotation whose row is gone already. */
  late(annotation: Annotation): string;
  /** `judged`: the case judged again, with likely causes; null where nobody judged. */
  end(summary: Summary, judged: CaseVerdict | null): string;
  /** After the last log. */
  tail?(): string;
}
