// A row as text for the clipboard.

import type { AnnotatedRow } from '../../../src/judge/annotation.ts';
import { escapeOctets, hexOf, textOf } from '../../../src/model/octets.ts';
import { payloadOf } from '../../../src/protocol/frame/frame.ts';
import { contentOf } from '../../../src/protocol/frame/message.ts';
import { ndjsonRenderer } from '../../../src/render/annotate/ndjson.ts';

export type CopyForm = 'json' | 'hex' | 'base64' | 'payload';

/** Null where the row has no such thing. */
export function copyOf(annotated: AnnotatedRow, form: CopyForm): string | null {
  if (form === 'json') return jsonOf(annotated);
  const octets = form === 'payload' ? payload(annotated) : wire(annotated);
  if (!octets) return null;
  if (form === 'hex') return hexOf(octets);
  if (form === 'base64') return Buffer.from(octets).toString('base64');
  // What is no text is copied with its octets escaped.
  const text = textOf(octets);
  return text.includes('\ufffd') ? escapeOctets(octets) : text;
}

function jsonOf(annotated: AnnotatedRow): string {
  const renderer = ndjsonRenderer({ color: false, violationsOnly: false, hexdump: null });
  return renderer.row(annotated).trimEnd();
}

function wire({ row }: AnnotatedRow): Uint8Array | null {
  if (row.kind === 'octets') return row.octets.known;
  return row.kind === 'frame' ? (row.payload?.known ?? null) : null;
}

/** The message that ends here, or the payload of the frame. */
function payload({ row, frames }: AnnotatedRow): Uint8Array | null {
  const [decoded] = frames;
  if (!decoded) return row.kind === 'frame' ? (row.payload?.known ?? null) : null;
  return (decoded.message && contentOf(decoded.message)) ?? payloadOf(decoded.frame);
}
