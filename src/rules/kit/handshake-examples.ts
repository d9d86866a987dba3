// Examples of opening handshakes: one sound request and its answer, and changes to them. A change is a line:
//   -Name          the field is left out
//   Name: value    the field's value, replaced or added at the end
//   +Name: value   one more line
//   =text          another start line

import type { Example } from './rule.ts';

const REQUEST = [
  'GET /chat HTTP/1.1',
  'Host: server.example.com',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==',
  'Sec-WebSocket-Version: 13',
];

const SWITCHING = [
  'HTTP/1.1 101 Switching Protocols',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Accept: HSmrc0sMlYUkAGmm5OPpG2HaGWk=',
];

/**
 * Octets sent, one character an octet, in the order of the log; `tx` is the client. Of the many examples few runs of the
 * program need any: what has to be put together first is put together when somebody asks.
 */
export type Sent = readonly (readonly [direction: 'tx' | 'rx', octets: string | (() => string)])[];

export function requestText(...changes: readonly string[]): string {
  return textOf(REQUEST, changes);
}

export function responseText(...changes: readonly string[]): string {
  return textOf(SWITCHING, changes);
}

function textOf(head: readonly string[], changes: readonly string[]): string {
  const lines = [...head];
  for (const change of changes) {
    const name = /^[-+=]?([^:]*)/.exec(change)?.[1]?.toLowerCase();
    const at = lines.findIndex((line, i) => i > 0 && line.slice(0, line.indexOf(':')).toLowerCase() === name);
    if (change.startsWith('=')) lines[0] = change.slice(1);
    else if (change.startsWith('+')) lines.push(change.slice(1));
    else if (change.startsWith('-')) lines.splice(at, 1);
    else lines.splice(at < 0 ? lines.length : at, 1, change);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** What goes before the opening handshake with a server behind a proxy. */
export const TUNNEL: Sent = [
  ['tx', 'CONNECT server.example.com:80 HTTP/1.1\r\nHost: server.example.com\r\n\r\n'],
  ['rx', 'HTTP/1.1 200 OK\r\n\r\n'],
];

/** A request alone. */
export function request(...changes: readonly string[]): Sent {
  return [['tx', () => requestText(...changes)]];
}

/** The sound request, and a response. */
export function response(...changes: readonly string[]): Sent {
  return answered([], ...changes);
}

/** A request with changes, and the response to it. */
export function answered(toRequest: readonly string[], ...changes: readonly string[]): Sent {
  return [...request(...toRequest), ['rx', () => responseText(...changes)]];
}

/** An answer that is no 101: a status line and fields. */
export function refused(toRequest: readonly string[], ...lines: readonly string[]): Sent {
  return [...request(...toRequest), ['rx', () => `${lines.join('\r\n')}\r\n\r\n`]];
}

/**
 * An example that shows a fault. `mark` is the text that is underlined, in the last row (the last such text there, or
 * what the expression finds); null where nothing is.
 */
export function shows(sent: Sent, mark: string | RegExp | null, also: readonly string[] = []): Example {
  const example = holds(sent, also);
  if (mark === null) return example;
  return Object.defineProperty(example, 'at', { enumerable: true, get: () => placeOf(mark, sent) });
}

function placeOf(mark: string | RegExp, sent: Sent): Example['at'] {
  const octets = textIn(sent.at(-1)?.[1] ?? '');
  const text = typeof mark === 'string' ? mark : (mark.exec(octets)?.[0] ?? '');
  const at = typeof mark === 'string' ? octets.lastIndexOf(mark) : octets.search(mark);
  return [sent.length - 1, at, at + text.length];
}

/** An example that shows nothing, or only what `also` lists. */
export function holds(sent: Sent, also: readonly string[] = []): Example {
  const example = {
    get log() {
      return logOf(sent);
    },
  };
  return also.length > 0 ? Object.assign(example, { also }) : example;
}

/** With its header: what does not begin as HTTP would else be taken for frames. */
export function withHeader(example: Example): Example {
  const log = { enumerable: true, get: () => `# writer: client\n${example.log}` };
  return Object.defineProperties({} as Example, { ...Object.getOwnPropertyDescriptors(example), log });
}

export function logOf(sent: Sent): string {
  return sent.map(([direction, octets]) => `${direction} "${escaped(textIn(octets))}"`).join('\n');
}

export function textIn(octets: Sent[number][1]): string {
  return typeof octets === 'string' ? octets : octets();
}

const NAMED: Readonly<Record<string, string>> = { '\r': '\\r', '\n': '\\n', '\t': '\\t', '"': '\\"', '\\': '\\\\' };

function escaped(octets: string): string {
  const escapeOne = (one: string) => NAMED[one] ?? `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`;
  return octets.replace(/[^ !#-[\]-~]/g, escapeOne);
}
