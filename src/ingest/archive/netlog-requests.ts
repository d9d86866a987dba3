// The requests for WebSockets in a NetLog. In the default mode they are all there is: the fields of the handshake, and the
// headers of frames.

import type { LogHeader } from '../../model/row.ts';
import { startedText } from '../capture/connection-log.ts';
import type { Timestamp } from '../capture/tcp-consumer.ts';
import { recordOf } from '../json-value.ts';
import type { LogWriter } from '../reader.ts';
import { extensionHeaderIn, frameRow, headText, messageHeader, type NamedValue } from './message-log.ts';
import type { NetlogEvent } from './netlog-event.ts';
import type { NetlogSockets } from './netlog-sockets.ts';

interface Request {
  readonly url: string;
  request: string | null;
  response: string | null;
  extensions: string | null;
  socket: number | null;
  log: LogWriter | null;
  row: number;
  start: Timestamp | null;
}

export class NetlogRequests {
  /** Logs that have begun. */
  count = 0;
  /** Why the browser failed connections. */
  readonly failures: string[] = [];
  private readonly source: string;
  private readonly openLog: (header: LogHeader) => LogWriter;
  private readonly sockets: NetlogSockets;
  private readonly requests = new Map<number, Request>();
  /** Which socket a job got, and which job a request. */
  private readonly bound = new Map<number, number>();

  constructor(source: string, openLog: (header: LogHeader) => LogWriter, sockets: NetlogSockets) {
    this.source = source;
    this.openLog = openLog;
    this.sockets = sockets;
  }

  take(event: NetlogEvent): void {
    this.bind(event);
    const request = event.kind === 'URL_REQUEST' ? this.requestOf(event) : undefined;
    if (!request) return;
    const { type, params } = event;
    request.socket = this.bound.get(this.bound.get(event.source) ?? -1) ?? request.socket;
    if (type === 'HTTP_TRANSACTION_SEND_REQUEST_HEADERS') {
      const line = String(params['line'] ?? 'GET / HTTP/1.1').trim();
      request.request = headText(line, fieldsOf(params['headers']).fields);
    } else if (type === 'HTTP_TRANSACTION_READ_RESPONSE_HEADERS') {
      const { first, fields } = fieldsOf(params['headers']);
      request.response = headText(first ?? 'HTTP/1.1 101', fields);
      request.extensions = extensionHeaderIn(fields);
    } else if (type === 'WEBSOCKET_SENT_FRAME_HEADER') this.tellFrame(event, request, 'tx');
    else if (type === 'WEBSOCKET_RECV_FRAME_HEADER') this.tellFrame(event, request, 'rx');
    else if (type === 'WEBSOCKET_INVALID_FRAME') {
      const why = JSON.stringify(params).slice(0, 300);
      this.failures.push(`${request.url}: the browser failed the connection: ${why}`);
    }
  }

  end(): void {
    for (const { log } of this.requests.values()) log?.end();
  }

  private bind({ type, source, params }: NetlogEvent): void {
    const dependency = recordOf(params['source_dependency'])['id'];
    if (/_BOUND_TO_(?:JOB|SOCKET)$/.test(type) && typeof dependency === 'number') this.bound.set(source, dependency);
  }

  /** Of a WebSocket: its first event names the URL. */
  private requestOf({ source, params: { url } }: NetlogEvent): Request | undefined {
    if (typeof url === 'string' && /^wss?:/i.test(url) && !this.requests.has(source)) {
      const none = { request: null, response: null, extensions: null, socket: null, log: null, start: null };
      this.requests.set(source, { url, ...none, row: 0 });
    }
    return this.requests.get(source);
  }

  private tellFrame({ params, when }: NetlogEvent, request: Request, direction: 'tx' | 'rx'): void {
    if (this.sockets.hasOctets) return;
    request.start ??= when;
    request.log ??= this.openLog(this.headerOf(request));
    const { start } = request;
    const time = Math.round((when.seconds - start.seconds) * 1e3 + (when.nanos - start.nanos) / 1e6) / 1e3;
    const length = params['payload_length'];
    request.log.row(
      frameRow(request.row++, time, {
        direction,
        opcode: Number(params['opcode']),
        fin: params['final'] === true,
        rsv: bit(params['reserved1'], 4) | bit(params['reserved2'], 2) | bit(params['reserved3'], 1),
        masked: params['masked'] === true,
        length: typeof length === 'number' ? length : null,
        payload: null,
      }),
    );
  }

  private headerOf({ url, request, response, extensions, socket, start }: Request): LogHeader {
    const [client, server] = this.sockets.endsOf(socket);
    return messageHeader(this.source, {
      format: 'netlog',
      request,
      response,
      extensions,
      started: start && startedText(start),
      agent: null,
      connection: { number: ++this.count, client, server, tls: /^wss:/i.test(url) },
    });
  }
}

/** `Name: value` each, behind a status line where there is one; an object in old versions. */
function fieldsOf(headers: unknown): { first: string | null; fields: NamedValue[] } {
  const lines = Array.isArray(headers)
    ? headers.map(String)
    : Object.entries(recordOf(headers)).map(([name, value]) => `${name}: ${value}`);
  const first = lines[0]?.startsWith('HTTP/') ? lines[0] : null;
  const fields = lines.slice(first === null ? 0 : 1).map((line) => {
    const colon = line.indexOf(':', 1);
    return { name: line.slice(0, colon), value: line.slice(colon + 1).trim() };
  });
  return { first, fields: fields.filter(({ name }) => name !== '' && !name.startsWith(':')) };
}

function bit(flag: unknown, value: number): number {
  return flag === true ? value : 0;
}
