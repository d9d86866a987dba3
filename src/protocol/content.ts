// What stands between a head and the frames: the content of a request, which asks for none but may have it (RFC 9112 §6),
// and the octets that hixie-76 sends behind its heads.

import { latin1Of } from '../octets.ts';
import { fieldsNamed, type Head, statusOf } from './handshake.ts';

/** So many octets, or chunks that tell themselves where they end. */
export type Content = number | 'chunked';

const [KEY3, CHALLENGE_RESPONSE] = [8, 16];
const CHUNK = /([0-9a-f]{1,13})[ \t]*(?:;[^\r\n]*)?\r?\n/iy;
const TRAILERS = /(?:[^\r\n]+\r?\n)*\r?\n/y;

/** `request`: what the head answers, where it is a response. */
export function contentOf(head: Head, request: Head | null): Content {
  if (!head.complete) return 0;
  if (head.kind === 'response') {
    const isHixie = request !== null && asksHixie76(request) && fieldsNamed(head, 'Sec-WebSocket-Accept').length === 0;
    return isHixie && statusOf(head) === 101 ? CHALLENGE_RESPONSE : 0;
  }
  if (asksHixie76(head)) return KEY3;
  const codings = valuesOf(head, 'Transfer-Encoding');
  if (codings.at(-1)?.toLowerCase() === 'chunked') return 'chunked';
  const lengths = new Set(valuesOf(head, 'Content-Length'));
  const [length = ''] = lengths;
  return lengths.size === 1 && /^\d{1,15}$/.test(length) ? Number(length) : 0;
}

function asksHixie76(request: Head): boolean {
  const has = (name: string) => fieldsNamed(request, name).length > 0;
  return has('Sec-WebSocket-Key1') && has('Sec-WebSocket-Key2') && !has('Sec-WebSocket-Key');
}

function valuesOf(head: Head, name: string): string[] {
  return fieldsNamed(head, name).flatMap(({ value }) => value.split(',').map((one) => one.trim()));
}

/** How long chunked content is (RFC 9112 §7.1): null where these octets are none, undefined where its end is to come. */
export function lengthOfChunks(octets: Uint8Array): number | null | undefined {
  const text = latin1Of(octets);
  for (let at = 0; ; ) {
    CHUNK.lastIndex = at;
    const [line, digits = ''] = CHUNK.exec(text) ?? [];
    if (line === undefined) return /^[0-9a-f]{0,13}[ \t]*(?:;[^\r\n]*)?\r?$/i.test(text.slice(at)) ? undefined : null;
    const size = Number.parseInt(digits, 16);
    at += line.length;
    if (size === 0) {
      TRAILERS.lastIndex = at;
      const trailers = TRAILERS.exec(text);
      return trailers ? at + trailers[0].length : undefined;
    }
    const end = /^\r?\n/.exec(text.slice(at + size, at + size + 2));
    if (!end) return text.length < at + size + 2 ? undefined : null;
    at += size + end[0].length;
  }
}
