// Hex dumps, in the one layout that all of wirelog shows. The only importer of hexy, and the place where its edges are
// covered: it reads a bare Uint8Array as text, lets DEL through, and cannot print an address above 32 bits.

import { hexy } from 'hexy';

export interface HexdumpOptions {
  /** Octets a line. */
  readonly perLine?: number;
  /** Address of the first octet. */
  readonly from?: number;
}

const ADDRESS = 10;
const ADDRESSES = 2 ** 32;

/** `00000000: 81 05 48 65    ..He`, one string a line, without line ends; printable ASCII only. */
export function hexdump(octets: Uint8Array, { perLine = 16, from = 0 }: HexdumpOptions = {}): string[] {
  if (octets.length === 0) return [];
  const buffer = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  const dump = hexy(buffer, { bytesPerLine: perLine, bytesPerGroup: 1, displayOffset: from % ADDRESSES });
  return dump
    .replaceAll('\x7f', '.')
    .trimEnd()
    .split('\n')
    .map((line, at) => withText(line, textLength(octets, at, perLine), perLine));
}

/** Column of the first of the two hex digits of the line's octet `index`. */
export function hexColumn(index: number): number {
  return ADDRESS + 3 * index;
}

/** Column of the line's octet `index` in the text to the right. */
export function textColumn(index: number, perLine: number): number {
  return ADDRESS + 3 * perLine + 3 + index;
}

/** Columns of a full line. */
export function hexdumpWidth(perLine: number): number {
  return textColumn(perLine, perLine);
}

function textLength(octets: Uint8Array, line: number, perLine: number): number {
  return Math.min(perLine, octets.length - line * perLine);
}

/** Blanks that end the text are octets too. */
function withText(line: string, octets: number, perLine: number): string {
  return line.padEnd(textColumn(octets, perLine));
}
