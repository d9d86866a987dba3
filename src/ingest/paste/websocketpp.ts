// What websocketpp logs of one write: the headers of all its messages, then their payloads, those of text as they are. Seen
// as a line a message.

import { hexOf, octetsOfLatin1 } from '../../model/octets.ts';

interface Line {
  readonly number: number;
  readonly text: string;
}

interface Piece {
  readonly octets: string;
  /** Index of the line behind it. */
  readonly next: number;
}

const HEADERS = /\[frame_header\] Header Bytes:\s*$/;
const PAYLOADS = /\[frame_payload\] Payload Bytes:\s*$/;
/** `[index] (octets)`, and of a payload the opcode. */
const PIECE = /^\[\d{1,4}\] \((\d{1,9})\) (?:\[(\d{1,2})\] )?(.*)$/;
const TEXT = '1';
/** Of one text. */
const MOST_LINES = 4096;

/** One character an octet, as the input is. */
export function withWholeMessages(lines: readonly Line[]): readonly Line[] {
  if (!lines.some(({ text }) => HEADERS.test(text))) return lines;
  const out: Line[] = [];
  for (let at = 0; at < lines.length; ) {
    const write = HEADERS.test(lines[at]?.text ?? '') ? writeAt(lines, at) : null;
    const number = lines[at]?.number ?? 0;
    if (write) out.push(...write.messages.map((hex) => ({ number, text: `sent: ${hex}` })));
    else out.push(lines[at] as Line);
    at = write?.next ?? at + 1;
  }
  return out;
}

function writeAt(lines: readonly Line[], at: number): { messages: readonly string[]; next: number } | null {
  const headers = piecesAt(lines, at + 1);
  let next = headers.at(-1)?.next ?? at + 1;
  while (lines[next]?.text.trim() === '') next++;
  if (!PAYLOADS.test(lines[next]?.text ?? '')) return null;
  const payloads = piecesAt(lines, next + 1);
  if (payloads.length !== headers.length) return null;
  const messages = headers.map(({ octets }, i) => octets + (payloads[i]?.octets ?? ''));
  return { messages, next: payloads.at(-1)?.next ?? next };
}

function piecesAt(lines: readonly Line[], at: number): Piece[] {
  const pieces: Piece[] = [];
  for (let piece = pieceAt(lines, at); piece; piece = pieceAt(lines, piece.next)) pieces.push(piece);
  return pieces;
}

function pieceAt(lines: readonly Line[], at: number): Piece | null {
  const [, size, opcode, rest = ''] = PIECE.exec(lines[at]?.text ?? '') ?? [];
  if (size === undefined) return null;
  const count = Number(size);
  const digits = rest.replaceAll(' ', '');
  if (/^[0-9a-f]*$/i.test(digits) && digits.length === 2 * count) return { octets: digits, next: at + 1 };
  if (opcode !== TEXT) return null;
  let text = rest;
  let next = at + 1;
  const end = Math.min(lines.length, at + MOST_LINES);
  for (; text.length < count && next < end; next++) text += `\n${lines[next]?.text ?? ''}`;
  return text.length === count ? { octets: hexOf(octetsOfLatin1(text)), next } : null;
}
