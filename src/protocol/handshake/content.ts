// What stands behind a head before anything else: the content of a message (RFC 9112 §6), which a request for an upgrade
// may have too, and the octets that hixie-76 sends behind its heads.

import { latin1Of } from '../../model/octets.ts';
import { fieldsNamed, type Head, isInterim, statusOf } from './handshake.ts';
import { requestLine } from './start-line.ts';

/** So many octets, chunks that tell themselves where they end, or all until the end of TCP. */
export type ContentFraming = number | 'chunked' | 'endless';

const [KEY3, CHALLENGE_RESPONSE] = [8, 16];
const CRLF = 2;
const CHUNK = /^([0-9a-f]{1,13})[ \t]*(?:;[^\r\n]*)?\r?\n/i;
const BEGUN_CHUNK = /^[0-9a-f]{0,13}[ \t]*(?:;[^\r\n]*)?\r?$/i;
const TRAILERS = /^(?:[^\r\n]+\r?\n)*\r?\n/;

/** `request`: what the head answers, where it is a response. */
export function framingOf(head: Head, request: Head | null): ContentFraming {
  if (!head.complete) return 0;
  if (head.kind === 'response') {
    if (hasNoContent(head, request)) return 0;
    const isHixie = request !== null && asksHixie76(request) && fieldsNamed(head, 'Sec-WebSocket-Accept').length === 0;
    if (statusOf(head) === 101) return isHixie ? CHALLENGE_RESPONSE : 0;
    return framedContent(head) ?? 'endless';
  }
  if (asksHixie76(head)) return KEY3;
  return framedContent(head) ?? 0;
}

/** What the fields say; null where they say nothing, or nothing that can be used. */
function framedContent(head: Head): number | 'chunked' | null {
  const codings = valuesOf(head, 'Transfer-Encoding');
  if (codings.length > 0) return codings.at(-1)?.toLowerCase() === 'chunked' ? 'chunked' : null;
  const lengths = new Set(valuesOf(head, 'Content-Length'));
  const [length = ''] = lengths;
  return lengths.size === 1 && /^\d{1,15}$/.test(length) ? Number(length) : null;
}

/** Whatever its fields say (RFC 9112 §6.3). */
function hasNoContent(response: Head, request: Head | null): boolean {
  const status = statusOf(response) ?? 0;
  if (isInterim(response) || status === 204 || status === 304) return true;
  const method = request && requestLine(request)?.method.text;
  return method === 'HEAD' || (method === 'CONNECT' && status >= 200 && status < 300);
}

function asksHixie76(request: Head): boolean {
  const has = (name: string) => fieldsNamed(request, name).length > 0;
  return has('Sec-WebSocket-Key1') && has('Sec-WebSocket-Key2') && !has('Sec-WebSocket-Key');
}

function valuesOf(head: Head, name: string): string[] {
  return fieldsNamed(head, name).flatMap(({ value }) => value.split(',').map((one) => one.trim()));
}

/** One chunk, with its line and what ends it. */
export interface Chunk {
  readonly length: number;
  readonly isLast: boolean;
}

/** The chunk that begins here (RFC 9112 §7.1): null where none does, undefined where more has to come to tell. */
export function chunkAt(octets: Uint8Array): Chunk | null | undefined {
  const text = latin1Of(octets);
  const [line, digits = ''] = CHUNK.exec(text) ?? [];
  if (line === undefined) return BEGUN_CHUNK.test(text) ? undefined : null;
  const size = Number.parseInt(digits, 16);
  if (size > 0) return { length: line.length + size + CRLF, isLast: false };
  const trailers = TRAILERS.exec(text.slice(line.length));
  return trailers ? { length: line.length + trailers[0].length, isLast: true } : undefined;
}
