// Flow files of mitmproxy and mitmdump: one flow after the other. A WebSocket's has the handshake as fields, the messages
// as the proxy passed them on, and how the connection was closed. Fragments, Pings and Pongs are not in it.

import { InputError } from '../../model/errors.ts';
import { cutOctets, octetsOfLatin1, wholeOctets } from '../../model/octets.ts';
import { decodeText } from '../line-splitter.ts';
import type { LogReader, LogSink } from '../reader.ts';
import { extensionHeaderIn, frameRow, headText, isoTime, messageHeader, type NamedValue } from './message-log.ts';
import { lengthOfTnet, parseTnet, type Tnet } from './tnetstring.ts';

export function isMitmproxy(head: string): boolean {
  return (
    /^\d{1,10}:/.test(head) &&
    /\d+:(?:version|websocket|client_conn|server_conn|backup|type)[;,]/.test(head.slice(0, 4096))
  );
}

export function readMitmproxy(source: string, sink: LogSink): LogReader {
  let parts: string[] = [];
  let waiting = 0;
  let due = 0;
  let flows = 0;
  let logs = 0;
  let broken: string | null = null;

  function take(): void {
    let text = parts.join('');
    let at = 0;
    for (; at < text.length && broken === null; ) {
      const size = lengthOfTnet(text, at);
      due = size ?? 0;
      if (size === null && text.length - at > 12) broken = `flow ${flows + 1} is damaged`;
      if (size === null || at + size > text.length) break;
      const flow = parseTnet(text, at);
      flows++;
      if (!flow) broken = `flow ${flows} is damaged`;
      else if (writeFlow(source, sink, dictionary(flow.value), logs + 1)) logs++;
      at += size;
    }
    text = text.slice(at);
    parts = text === '' ? [] : [text];
    waiting = text.length;
  }

  return {
    push: (chunk) => {
      parts.push(chunk);
      waiting += chunk.length;
      if (waiting >= due) take();
    },
    end: () => {
      take();
      if (broken === null && waiting > 0) broken = `the file is cut in flow ${flows + 1}`;
      if (logs === 0) throw new InputError(source, null, broken ?? `no WebSocket in its ${flows} flows`);
      if (broken !== null) throw new InputError(source, null, broken);
    },
  };
}

type Dictionary = Readonly<Record<string, Tnet>>;

function writeFlow(source: string, sink: LogSink, flow: Dictionary, number: number): boolean {
  const webSocket = flow['websocket'];
  if (webSocket === undefined || webSocket === null) return false;
  const own = dictionary(webSocket);
  const request = dictionary(flow['request']);
  const response = dictionary(flow['response']);
  const fields = fieldsOf(response);
  const messages = listOf(own['messages']).map(listOf);
  const start = Number(request['timestamp_start']);
  sink.header(
    messageHeader(source, {
      format: 'mitmproxy',
      request: headText(`${request['method']} ${request['path']} ${request['http_version']}`, fieldsOf(request)),
      response: headText(
        `${response['http_version']} ${response['status_code']} ${response['reason']}`.trimEnd(),
        fields,
      ),
      extensions: extensionHeaderIn(fields),
      started: isoTime(start),
      agent: null,
      connection: {
        number,
        client: addressOf(
          dictionary(flow['client_conn'])['peername'] ?? dictionary(flow['client_conn'])['address'] ?? null,
        ),
        server:
          addressOf(dictionary(flow['server_conn'])['address'] ?? null) ??
          addressOf([request['host'] ?? null, request['port'] ?? null]),
        tls: request['scheme'] === 'https',
      },
    }),
  );
  let row = 0;
  const since = (time: Tnet | undefined) => {
    const seconds = typeof time === 'number' ? Math.round((time - start) * 1e9) / 1e9 : Number.NaN;
    return Number.isFinite(seconds) ? seconds : null;
  };
  for (const [opcode, fromClient, content, time] of messages) {
    const octets = octetsOfLatin1(String(content ?? ''));
    sink.row(
      frameRow(row++, since(time), {
        direction: fromClient === true ? 'tx' : 'rx',
        opcode: Number(opcode),
        length: octets.length,
        payload: wholeOctets(octets),
      }),
    );
  }
  writeClose(sink, own, row, since(own['timestamp_end']));
  return true;
}

/** RFC 6455 §7.4.1: no Close, and TCP that ended without one. */
const NEVER_SENT: ReadonlySet<number> = new Set([1005, 1006, 1015]);

/** Who closed first is known, and what for; that the other side answered is not. */
function writeClose(sink: LogSink, own: Dictionary, row: number, time: number | null): void {
  const { close_code: code, close_reason: reason, closed_by_client: byClient } = own;
  if (typeof code !== 'number' || !Number.isInteger(code) || code < 0 || code > 0xffff) return;
  const direction = byClient === true ? 'tx' : 'rx';
  let next = row;
  if (!NEVER_SENT.has(code)) {
    const text = octetsOfLatin1(typeof reason === 'string' ? reason : '');
    const octets = Buffer.concat([Buffer.from([code >> 8, code & 255]), text]);
    sink.row(
      frameRow(next++, time, {
        direction,
        opcode: 8,
        length: octets.length,
        payload: cutOctets(octets, octets.length),
      }),
    );
  }
  const by = byClient === true ? 'writer' : 'peer';
  if (code === 1006) sink.row({ kind: 'tcp-drop', row: next, time, by, reset: false });
}

function fieldsOf(message: Dictionary): NamedValue[] {
  return listOf(message['headers'])
    .map(listOf)
    .map(([name, value]) => ({ name: decodeText(String(name)), value: decodeText(String(value)) }));
}

function addressOf(value: Tnet): string | null {
  const [host, port] = listOf(value);
  if (typeof host !== 'string' || typeof port !== 'number') return null;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function dictionary(value: Tnet | undefined): Dictionary {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Dictionary) : {};
}

function listOf(value: Tnet | undefined): readonly Tnet[] {
  return Array.isArray(value) ? (value as readonly Tnet[]) : [];
}
