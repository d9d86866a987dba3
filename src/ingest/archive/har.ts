// HTTP Archives (HAR) of browsers, Playwright and mitmproxy: the handshake as lists of fields, and the messages that the
// page sent and got. Frames, masks, Ping, Pong and Close are not in it, and no octet of the wire.

import { InputError } from '../../model/errors.ts';
import { octetsOfText, wholeOctets } from '../../model/octets.ts';
import { arrayOf, type JsonRecord, recordOf, stringOf } from '../json-value.ts';
import type { LogReader, LogSink } from '../reader.ts';
import { extensionHeaderIn, frameRow, headText, messageHeader, type NamedValue } from './message-log.ts';

export function isHar(head: string): boolean {
  return /^\s*\{\s*"log"\s*:\s*\{/.test(head) && /"(?:entries|creator|pages)"\s*:/.test(head);
}

export function readHar(source: string, sink: LogSink): LogReader {
  const parts: string[] = [];
  return {
    push: (chunk) => void parts.push(chunk),
    end: () => {
      const { archive, isCut } = parsed(source, parts.join(''));
      const entries = arrayOf(recordOf(archive['log'])['entries']).map(recordOf).filter(isWebSocket);
      if (entries.length === 0) throw new InputError(source, null, isCut ? BREAKS_OFF : NO_ENTRY);
      for (const [at, entry] of entries.entries()) writeEntry(source, sink, entry, at + 1);
      if (isCut)
        sink.remark?.('the HAR breaks off: the entry that is cut and those behind it are lost; export it again');
    },
  };
}

const NO_ENTRY =
  'no WebSocket in this HAR: record it while the page connects, with a browser that writes _webSocketMessages, such as Chrome';

const BREAKS_OFF = 'the HAR breaks off or is no JSON: export it again';

/** The archive; of one that breaks off the entries that are whole. */
function parsed(source: string, latin1: string): { readonly archive: JsonRecord; readonly isCut: boolean } {
  const text = Buffer.from(latin1, 'latin1').toString('utf8');
  const archive = recordIn(text);
  if (archive) return { archive, isCut: false };
  const whole = recordIn(`${text.slice(0, endOfEntries(text))}]}}`);
  if (!whole) throw new InputError(source, null, BREAKS_OFF);
  return { archive: whole, isCut: true };
}

function recordIn(text: string): JsonRecord | null {
  try {
    return recordOf(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Where the last whole entry ends: entries stand in a list, in the log, in the archive. */
function endOfEntries(text: string): number {
  const IN_ENTRIES = 3;
  let depth = 0;
  let end = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"?|[{}[\]]/gs)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    if (token === '}' && depth === IN_ENTRIES) end = index + 1;
  }
  return end;
}

function isWebSocket(entry: JsonRecord): boolean {
  const { request, response } = entry;
  const isAsked = arrayOf(recordOf(request)['headers']).some((field) => {
    const { name, value } = recordOf(field);
    return /^upgrade$/i.test(String(name)) && /websocket/i.test(String(value));
  });
  return (
    Array.isArray(entry['_webSocketMessages']) ||
    entry['_resourceType'] === 'websocket' ||
    /^wss?:/i.test(String(recordOf(request)['url'])) ||
    (isAsked && recordOf(response)['status'] === 101)
  );
}

function writeEntry(source: string, sink: LogSink, entry: JsonRecord, number: number): void {
  const request = recordOf(entry['request']);
  const response = recordOf(entry['response']);
  const url = String(request['url'] ?? '');
  const fields = fieldsOf(response);
  const isOpen = response['status'] === 101;
  const name = `entry ${number} (${url.slice(0, 200)})`;
  sink.header(
    messageHeader(source, {
      format: 'har',
      request: headText(`${request['method'] ?? 'GET'} ${targetOf(url)} HTTP/1.1`, fieldsOf(request)),
      response: isOpen || fields.length > 0 ? headText(statusLine(response), fields) : null,
      extensions: isOpen ? extensionHeaderIn(fields) : null,
      started: stringOf(entry['startedDateTime']),
      agent: null,
      connection: { number, client: null, server: serverOf(url), tls: /^(?:wss|https):/i.test(url) },
    }),
  );
  const failure = response['_failureText'];
  if (typeof failure === 'string') sink.remark?.(`${name}: the browser says: ${failure}`);
  const messages = entry['_webSocketMessages'];
  if (!Array.isArray(messages)) {
    sink.remark?.(
      `${name} holds the handshake only: no messages were recorded; Chrome's DevTools and Playwright write them`,
    );
    return;
  }
  const start = secondsOf(recordOf(messages[0])['time']) ?? 0;
  let row = 0;
  for (const message of messages.map(recordOf)) {
    if (message['type'] === 'error' || Number(message['opcode']) < 0) {
      sink.remark?.(`${name}: the browser failed the connection: ${String(message['data']).slice(0, 300)}`);
      continue;
    }
    const seconds = secondsOf(message['time']);
    const opcode = Number(message['opcode']);
    const data = String(message['data'] ?? '');
    const octets = opcode === 1 ? octetsOfText(data) : new Uint8Array(Buffer.from(data, 'base64'));
    sink.row(
      frameRow(row++, seconds === null ? null : Math.round((seconds - start) * 1e9) / 1e9, {
        direction: message['type'] === 'send' ? 'tx' : 'rx',
        opcode,
        length: octets.length,
        payload: wholeOctets(octets),
      }),
    );
  }
}

/** Playwright writes milliseconds, browsers and mitmproxy seconds: since 1970 no second has so large a number. */
function secondsOf(time: unknown): number | null {
  if (typeof time !== 'number') return null;
  return time > 1e11 ? time / 1000 : time;
}

function fieldsOf(message: JsonRecord): NamedValue[] {
  return arrayOf(message['headers'])
    .map(recordOf)
    .filter(({ name }) => typeof name === 'string' && !name.startsWith(':'))
    .map(({ name, value }) => ({ name: String(name), value: String(value ?? '') }));
}

function statusLine(response: JsonRecord): string {
  return `HTTP/1.1 ${response['status']} ${response['statusText'] ?? ''}`.trimEnd();
}

function targetOf(url: string): string {
  return /^[a-z]+:\/\/[^/?#]*([^#]*)/i.exec(url)?.[1] || '/';
}

function serverOf(url: string): string | null {
  const [, scheme = '', host, port] = /^([a-z]+):\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]+)(?::(\d+))?/i.exec(url) ?? [];
  return host === undefined ? null : `${host}:${port ?? (/^(?:wss|https)$/i.test(scheme) ? 443 : 80)}`;
}
