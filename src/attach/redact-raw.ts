// Heads that no reader took for one: a request whose end is not in the log, a handshake in a log that says it begins
// behind it. Looked for in the octets as they stand, row after row.

import { latin1Of, NO_OCTETS } from '../model/octets.ts';
import type { Row } from '../model/row.ts';
import type { Span } from '../protocol/frame/frame.ts';
import type { RowEdits } from './row-edits.ts';

/** Octets of one direction that follow one another without a hole. */
export interface UnbrokenOctets {
  readonly octets: Uint8Array;
  readonly spans: readonly Span[];
}

/** As the edits have left them so far. */
export function runsOf(rows: readonly Row[], edits: RowEdits): UnbrokenOctets[] {
  return (['rx', 'tx'] as const).flatMap((direction) => {
    const runs: UnbrokenOctets[] = [];
    let spans: Span[] = [];
    let size = 0;
    const flush = () => {
      if (spans.length > 0)
        runs.push({ octets: Buffer.concat(spans.map(({ row }) => edits.known(row) ?? NO_OCTETS)), spans });
      spans = [];
      size = 0;
    };
    for (const row of rows) {
      if (row.kind !== 'octets' || row.direction !== direction) continue;
      const { length } = row.octets.known;
      spans.push({ at: size, row: row.row, octet: 0, length });
      size += length;
      if (length < row.octets.length) flush();
    }
    flush();
    return runs;
  });
}

const HEAD_BEGINS =
  /(?:^|\n)(?:[A-Z]{3,10} [^\s]+ HTTP\/1|HTTP\/1\.\d \d{3})|^[A-Z]{3,10} [/h*]|(?:^|\n)(?:set-cookie2?|cookie2?|(?:proxy-)?authorization|sec-websocket-protocol)[ \t]*:/gi;
const HEAD_ENDS = /\n\r?\n/g;

/** Where in the octets a head seems to stand, the end exclusive. */
export function headsIn(octets: Uint8Array): [number, number][] {
  const text = latin1Of(octets);
  const found: [number, number][] = [];
  for (const { 0: whole, index } of text.matchAll(HEAD_BEGINS)) {
    const from = index + (whole.startsWith('\n') ? 1 : 0);
    if (from < (found.at(-1)?.[1] ?? 0)) continue;
    HEAD_ENDS.lastIndex = from;
    const end = HEAD_ENDS.exec(text);
    found.push([from, end ? end.index + end[0].length : text.length]);
  }
  return found;
}
