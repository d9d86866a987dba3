// Ordinary HTTP/1.1 messages on a connection before the one that asks for a WebSocket: their heads are looked at, their
// content is stepped over by its length (RFC 9112 §6).

import { latin1Of } from '../../model/octets.ts';

const LONGEST_HEAD = 1 << 16;

export type HeadFound =
  /** Octets of the head that lie in the latest piece, and its text. */
  | { readonly kind: 'whole'; readonly used: number; readonly text: string }
  /** The rest of it is not in the input. */
  | { readonly kind: 'cut'; readonly text: string }
  | { readonly kind: 'more' }
  | { readonly kind: 'none' };

/** Puts a head together from the pieces in which it comes. */
export interface HeadCollector {
  isEmpty(): boolean;
  /** `isCut`: behind the known octets of the piece some are missing. */
  push(known: Uint8Array, isCut: boolean): HeadFound;
  clear(): void;
}

const MAY_BEGIN_REQUEST = /^(?:\r?\n)*(?:\r?|[A-Z][A-Z-]{0,19}(?: .*)?)$/s;
const MAY_BEGIN_RESPONSE = /^(?:\r?\n)*(?:\r?|H|HT|HTT|HTTP|HTTP\/.*)$/s;

export function beginsRequest(known: Uint8Array): boolean {
  return /^(?:\r?\n)*[A-Z][A-Z-]{2,19} /.test(latin1Of(known.subarray(0, 32)));
}

export function beginsResponse(known: Uint8Array): boolean {
  return /^(?:\r?\n)*HTTP\/1/.test(latin1Of(known.subarray(0, 16)));
}

export function openHead(): HeadCollector {
  let text = '';
  return {
    isEmpty: () => text === '',
    push: (known, isCut) => {
      const before = text.length;
      text += latin1Of(known);
      const preface = lengthOfPreface(text);
      if (preface > text.length) return isCut ? { kind: 'none' } : { kind: 'more' };
      const start = preface + (/^(?:\r?\n)*/.exec(text.slice(preface))?.[0].length ?? 0);
      const head = text.slice(preface, start + 40);
      if (!MAY_BEGIN_REQUEST.test(head) && !MAY_BEGIN_RESPONSE.test(head)) return { kind: 'none' };
      const blank = /\n\r?\n/g;
      blank.lastIndex = Math.max(start, before - 3);
      const end = blank.exec(text);
      if (end) {
        const length = end.index + end[0].length;
        return { kind: 'whole', used: length - before, text: text.slice(preface, length) };
      }
      if (isCut) return { kind: 'cut', text: text.slice(preface) };
      return text.length > LONGEST_HEAD ? { kind: 'none' } : { kind: 'more' };
    },
    clear: () => {
      text = '';
    },
  };
}

const PROXY_LINE = /^PROXY [^\r\n]*\r\n/;
const PROXY_SIGNATURE = '\r\n\r\n\0\r\nQUIT\n';
const PROXY_HEADER = 16;

/**
 * How many octets the header has by which a proxy says for whom it speaks (the PROXY protocol, versions 1 and 2); more than
 * there are where it has not all come.
 */
function lengthOfPreface(text: string): number {
  if (text.startsWith(PROXY_SIGNATURE)) {
    const length = text.length < PROXY_HEADER ? 0 : text.charCodeAt(14) * 256 + text.charCodeAt(15);
    return PROXY_HEADER + length;
  }
  if (text.length > 4 && PROXY_SIGNATURE.startsWith(text)) return PROXY_HEADER;
  return PROXY_LINE.exec(text)?.[0].length ?? 0;
}

export function methodOf(text: string): string {
  return /^\s*(\S+)/.exec(text)?.[1] ?? '';
}

/** Null where it is no status line. */
export function statusInText(text: string): number | null {
  const status = /^\s*HTTP\/\d\.\d (\d{3})/.exec(text)?.[1];
  return status === undefined ? null : Number(status);
}

export function asksForWebSocket(text: string): boolean {
  return /^upgrade[ \t]*:.*\bwebsocket\b/im.test(text);
}

/** An upgrade to HTTP/2 without TLS. */
export function asksForHttp2(text: string): boolean {
  return /^upgrade[ \t]*:[ \t]*h2c\b/im.test(text);
}

/** What comes behind a head: how many octets, chunks, or all that comes until TCP ends. */
export type BodyLength = number | 'chunked' | 'rest';

/** `method`: of the request, or of the one that the response answers. */
export function contentBehind(text: string, method: string): BodyLength {
  const status = statusInText(text);
  const isBare = status !== null && (status === 204 || status === 304 || method === 'HEAD');
  if (isBare) return 0;
  if (/^transfer-encoding[ \t]*:.*\bchunked\b/im.test(text)) return 'chunked';
  const length = /^content-length[ \t]*:[ \t]*(\d+)/im.exec(text)?.[1];
  if (length !== undefined) return Number(length);
  return status === null ? 0 : 'rest';
}

/** Steps over chunks (RFC 9112 §7.1). */
export interface ChunkSkipper {
  /** Returns how many of the octets belong to the content; -1 where they are no chunks. `done` says that it is over. */
  skip(known: Uint8Array, length: number): number;
  done(): boolean;
}

export function openChunks(): ChunkSkipper {
  let left = 0;
  let line = '';
  let phase: 'size' | 'data' | 'trailer' = 'size';
  let done = false;

  /** A line of the framing is complete. */
  function takeLine(): boolean {
    const text = line.replace(/\r?\n$/, '');
    line = '';
    if (phase === 'trailer') {
      done = text === '';
      return true;
    }
    // The line end behind a chunk's data.
    if (text === '') return true;
    const size = /^[0-9a-f]+/i.exec(text)?.[0];
    if (size === undefined || size.length > 12) return false;
    left = Number.parseInt(size, 16);
    phase = left === 0 ? 'trailer' : 'data';
    return true;
  }

  return {
    done: () => done,
    skip: (known, length) => {
      let at = 0;
      while (at < length && !done) {
        if (phase === 'data') {
          const size = Math.min(left, length - at);
          left -= size;
          at += size;
          if (left === 0) phase = 'size';
          continue;
        }
        const octet = known[at];
        if (octet === undefined || line.length > 4096) return -1;
        line += String.fromCharCode(octet);
        at++;
        if (octet === 0x0a && !takeLine()) return -1;
      }
      return at;
    },
  };
}
