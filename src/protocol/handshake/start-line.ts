// The first line of a head (RFC 9112 §3, §4), read as far as it can be understood: what is wrong with it is for the
// rules to say.

import { type Head, once } from './handshake.ts';
import { type Part, partOf } from './http-field.ts';

/** What is null is behind the cut. */
export interface RequestLine {
  readonly method: Part;
  readonly target: Part | null;
  readonly version: Part | null;
}

const REQUEST_LINE = /^([^ \t]+)([ \t]+)(?:([^ \t].*?)([ \t]+))?(HTTP\/\d+\.\d+)[ \t]*\r*$/;

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
    const method = /^[^ \t]*/.exec(line.text)?.[0] ?? '';
    return { method: partOf(head, line.at, line.at + method.length), target: null, version: null };
  }
  const [, method = '', blanks = '', target = '', after = '', version = ''] = REQUEST_LINE.exec(line.text) ?? [];
  if (version === '' || target === '') return null;
  const targetAt = line.at + method.length + blanks.length;
  const versionAt = targetAt + target.length + after.length;
  return {
    method: partOf(head, line.at, line.at + method.length),
    target: partOf(head, targetAt, targetAt + target.length),
    version: partOf(head, versionAt, versionAt + version.length),
  };
});

/** `HTTP/` and two numbers, below 1.1. */
export function isBelowHttp11(version: string): boolean {
  const [, major, minor] = /^HTTP\/(\d+)\.(\d+)/.exec(version) ?? [];
  return major !== undefined && (Number(major) < 1 || (Number(major) === 1 && Number(minor) < 1));
}
