// The table of output forms of annotated logs.

import type { Summary } from '../annotate.ts';
import type { AnnotatedRow, Annotation } from '../annotation.ts';
import type { Connection } from '../protocol/connection.ts';
import type { LogHeader } from '../row.ts';
import { ndjsonRenderer } from './ndjson.ts';
import { textRenderer } from './text.ts';

export interface RenderOptions {
  readonly color: boolean;
  /** Only rows with annotations. */
  readonly violationsOnly: boolean;
  /** Lines of a hex dump, where one is wanted. */
  readonly hexdump: ((octets: Uint8Array) => readonly string[]) | null;
}

/** Text for each thing as it comes; the caller writes it. */
export interface Renderer {
  /** `connection` is what is known of it when the first rows leave: the opening handshake, as a rule. */
  begin(header: LogHeader, connection: Connection | null): string;
  row(annotated: AnnotatedRow): string;
  /** An annotation whose row is gone already. */
  late(annotation: Annotation): string;
  end(summary: Summary): string;
}

export interface RendererEntry {
  readonly id: string;
  readonly title: string;
  readonly open: (options: RenderOptions) => Renderer;
}

export const RENDERERS: readonly RendererEntry[] = [
  { id: 'text', title: 'to be read, in the terminal or in a pager', open: textRenderer },
  { id: 'ndjson', title: 'one JSON record a line, for other programs', open: ndjsonRenderer },
];
