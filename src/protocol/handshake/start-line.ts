// The first line of a head (RFC 9112 §3, §4), read as far as it can be understood: what is wrong with it is for the
// rules to say.

import { latin1Of } from '../../model/octets.ts';
import { type Head, once } from './handshake.ts';
import { type Part, partOf } from './http-field.ts';

/** What is null is behind the cut. */
export interface RequestLine {
  readonly method: Part;
  readonly target: Part | null;
  readonly version: Part | null;
}

// A recipient may take any of these for the one blank that is due (RFC 9112 §3).
const REQUEST_LINE =
  /^([ \t\v\f\r]*)([^ \t\v\f\r]+)([ \t\v\f\r]+)(?:([^ \t\v\f\r].*?)([ \t\v\f\r]+))?(HTTP\/\d+\.\d+)[ \t\v\f\r]*$/;

export function startLineOf(head: Head): Part {
  let at = 0;
  while (head.octets[at] === 0x0d || head.octets[at] === 0x0a) at++;
  return partOf(head, at, at + head.startLine.length);
}

/** The line's end is in the log. */
export function isStartLineWhole(head: Head): boolean {
  return head.complete || head.octets.includes(0x0a, startLineOf(head).end);
}

/** Null where the line is none of HTTP. */
export const requestLine = once((head: Head): RequestLine | null => {
  const line = startLineOf(head);
  if (!isStartLineWhole(head)) {
    const [, before = '', method = ''] = /^([ \t\v\f\r]*)([^ \t\v\f\r]*)/.exec(line.text) ?? [];
    const methodAt = line.at + before.length;
    return { method: partOf(head, methodAt, methodAt + method.length), target: null, version: null };
  }
  const parts = REQUEST_LINE.exec(line.text) ?? [];
  const [, before = '', method = '', blanks = '', target = '', after = '', version = ''] = parts;
  if (version === '' || target === '') return null;
  const methodAt = line.at + before.length;
  const targetAt = methodAt + method.length + blanks.length;
  const versionAt = targetAt + target.length + after.length;
  return {
    method: partOf(head, methodAt, methodAt + method.length),
    target: partOf(head, targetAt, targetAt + target.length),
    version: partOf(head, versionAt, versionAt + version.length),
  };
});

/**
 * The line with one blank between its parts, and none around them: what a recipient reads that splits it at white space
 * (RFC 9112 §3, §4). The reason phrase of a status line may have blanks of its own.
 */
export function withPlainBlanks(line: string): string {
  return line.replace(/[ \t\v\f\r]+/g, ' ').replace(/^ | $/g, '');
}

/** `HTTP/` and two numbers, below 1.1. */
export function isBelowHttp11(version: string): boolean {
  const [, major, minor] = /^HTTP\/(\d+)\.(\d+)/.exec(version) ?? [];
  return major !== undefined && (Number(major) < 1 || (Number(major) === 1 && Number(minor) < 1));
}

const BLANKS = '[ \\t\\v\\f\\r]';
const METHOD = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]{1,32}";
/** So much of a response that it can be nothing else, and so little that the next octets may make one of it. */
const STATUS_LINE = new RegExp(`^(?:HTTP/|${BLANKS}+HTTP/[\\d.]+${BLANKS}+\\d{3}(?!\\d))`, 'i');
const BEGUN_STATUS_LINE = new RegExp(
  `^(?:${BLANKS}*(?:H(?:T(?:TP?)?)?)?|${BLANKS}+HTTP/(?:[\\d.]+(?:${BLANKS}+\\d{0,2})?)?)$`,
  'i',
);
/** The methods that people use, in the spelling that they have. */
const USUAL_REQUEST = /^[A-Z]{3,10} /;
/** Any method, with a target, and the version at the line's end, in whatever white space. */
const TARGET = '(?:/|https?://|\\*)';
const REQUEST = new RegExp(`^${BLANKS}*${METHOD}${BLANKS}+${TARGET}[^\\n]*${BLANKS}HTTP/\\d[^\\n]*\\n`, 'i');
const BEGUN_REQUEST = new RegExp(`^${BLANKS}*(?:${METHOD}(?:${BLANKS}+[\\t\\v\\f\\r -~]*)?)?$`);
/** What a cut leaves of it. */
const CUT_REQUEST = new RegExp(`^${BLANKS}*${METHOD}${BLANKS}+${TARGET}[\\t\\v\\f\\r -~]*$`);
const LONGEST_LINE = 8192;

/**
 * Do the octets begin a head? Undefined where the next ones have to tell. `isResponse`: only a response can stand here;
 * `isCut`: what follows is hidden. Any token is a method (RFC 9112 §3.1), but a frame with RSV1 begins with a letter too.
 */
export function beginsHead(octets: Uint8Array, isResponse: boolean, isCut: boolean): boolean | undefined {
  const text = latin1Of(octets.subarray(0, LONGEST_LINE)).replace(/^[\r\n]+/, '');
  if (STATUS_LINE.test(text)) return true;
  if (BEGUN_STATUS_LINE.test(text)) return isCut ? false : undefined;
  if (isResponse) return false;
  if (USUAL_REQUEST.test(text) || REQUEST.test(text)) return true;
  if (isCut || octets.length > LONGEST_LINE) return CUT_REQUEST.test(text);
  return BEGUN_REQUEST.test(text) ? undefined : false;
}

/** Do the octets begin a head as nearly all begin? What else a start line may be can as well be the middle of a text. */
export function isUsualHead(octets: Uint8Array): boolean {
  const text = latin1Of(octets.subarray(0, 64)).replace(/^[\r\n]+/, '');
  return /^HTTP\//.test(text) || USUAL_REQUEST.test(text);
}

/** A line by which a proxy says for whom it speaks, in front of all else (the PROXY protocol, versions 1 and 2). */
const PROXY_LINE = /^PROXY (?:TCP[46] [^\r\n]{7,92}|UNKNOWN[^\r\n]{0,92})\r\n/;
const PROXY_SIGNATURE = '\r\n\r\n\0\r\nQUIT\n';
const PROXY_HEADER = 16;

/** How many octets of the PROXY protocol begin here: 0 where none do, undefined where the next ones have to tell. */
export function proxyHeaderAt(octets: Uint8Array): number | undefined {
  const text = latin1Of(octets.subarray(0, 128));
  const [line] = PROXY_LINE.exec(text) ?? [];
  if (line) return line.length;
  if (text.startsWith(PROXY_SIGNATURE)) {
    const length = PROXY_HEADER + (octets[14] ?? 0) * 256 + (octets[15] ?? 0);
    return octets.length < PROXY_HEADER || octets.length < length ? undefined : length;
  }
  const isBegun = text !== '' && PROXY_SIGNATURE.startsWith(text) && text.length > 4;
  return isBegun || /^PROXY (?:TCP|UNK)[^\r\n]*\r?$/.test(text) ? undefined : 0;
}
