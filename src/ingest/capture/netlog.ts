// NetLogs of Chrome and Chromium: JSON, mostly an event a line, read event by event because a browser that is killed
// leaves it cut. In capture mode Everything its sockets log every octet, of wss decrypted; in the default mode only the
// headers of frames and the handshake's fields are there.

import { InputError } from '../../model/errors.ts';
import { wholeOctets } from '../../model/octets.ts';
import { jsonMembers } from '../autobahn/json-members.ts';
import { type JsonRecord, recordOf, textOf } from '../json-value.ts';
import type { LogReader, LogSink, LogWriter, ReadOptions } from '../reader.ts';
import { openLogs } from '../reader.ts';
import { openConversations } from './capture.ts';
import { startedText } from './connection-log.ts';
import { extensionsIn, frameRow, headText, messageHeader, type NamedValue } from './message-log.ts';
import type { Moment } from './tcp-consumer.ts';
import type { ConversationConsumer } from './web-socket-finder.ts';

export function isNetlog(head: string): boolean {
  return (
    /^\s*\{\s*"constants"\s*:\s*\{/.test(head) &&
    /"(?:activeFieldTrialGroups|addressFamily|clientInfo|logEventTypes|certStatusFlag)"/.test(head)
  );
}

interface Constants {
  readonly types: ReadonlyMap<number, string>;
  readonly sources: ReadonlyMap<number, string>;
  readonly begin: number;
  readonly end: number;
  /** Milliseconds to add to a time. */
  readonly offset: number;
}

interface Event {
  readonly type: string;
  readonly source: number;
  readonly isEnd: boolean;
  readonly isBegin: boolean;
  readonly when: Moment;
  readonly params: JsonRecord;
}

interface Socket {
  readonly ends: [string | null, string | null];
  isTls: boolean;
  consumer: ConversationConsumer | null;
  isOver: boolean;
}

/** A WebSocket's URL_REQUEST, of which the default mode tells frames. */
interface Request {
  readonly url: string;
  request: string | null;
  response: string | null;
  extensions: string | null;
  socket: number | null;
  log: LogWriter | null;
  row: number;
  start: Moment | null;
}

export function readNetlog(source: string, sink: LogSink, options: ReadOptions = {}): LogReader {
  const conversations = openConversations(source, 'netlog', sink, options);
  const openLog = openLogs(sink);
  const sockets = new Map<number, Socket>();
  const requests = new Map<number, Request>();
  /** Which socket a job got, and which job a request. */
  const bound = new Map<number, number>();
  const failures: string[] = [];
  let constants: Constants | null = null;
  let hasOctets = false;
  let count = 0;
  let events = 0;

  const SOCKET_EVENTS: Readonly<Record<string, (event: Event) => void>> = {
    TCP_CONNECT: ({ isEnd, params, source: id }) => {
      const { ends } = socketOf(id);
      if (!isEnd) return;
      ends[0] = textOf(params['local_address']) ?? ends[0];
      ends[1] = textOf(params['remote_address']) ?? ends[1];
    },
    SSL_CONNECT: ({ source: id }) => {
      socketOf(id).isTls = true;
    },
    SOCKET_BYTES_SENT: (event) => transfer(event, 0, false),
    SOCKET_BYTES_RECEIVED: (event) => transfer(event, 1, false),
    SSL_SOCKET_BYTES_SENT: (event) => transfer(event, 0, true),
    SSL_SOCKET_BYTES_RECEIVED: (event) => transfer(event, 1, true),
    SOCKET_ALIVE: ({ isEnd, source: id, when }) => {
      const socket = sockets.get(id);
      if (!isEnd || !socket) return;
      // What the peer did not end the browser did.
      if (!socket.isOver) socket.consumer?.fin(0, when);
      socket.consumer?.end();
      sockets.delete(id);
    },
  };

  function socketOf(id: number): Socket {
    const known = sockets.get(id);
    if (known) return known;
    const socket: Socket = { ends: [null, null], isTls: false, consumer: null, isOver: false };
    sockets.set(id, socket);
    return socket;
  }

  function transfer({ source: id, when, params }: Event, side: 0 | 1, isPlain: boolean): void {
    const socket = socketOf(id);
    // Under TLS the same octets are logged encrypted too.
    if (isPlain) socket.isTls = true;
    if (isPlain !== socket.isTls) return;
    const { bytes, byte_count: length } = params;
    if (length === 0 && !socket.isOver) {
      socket.isOver = true;
      socket.consumer?.fin(side, when);
    }
    if (typeof bytes !== 'string') return;
    const octets = Buffer.from(bytes, 'base64');
    if (octets.length === 0) return;
    hasOctets = true;
    socket.consumer ??= conversations.connect({
      ends: socket.ends,
      ports: [portOf(socket.ends[0]), portOf(socket.ends[1])],
      hasStart: true,
      isByClient: true,
      isDecrypted: socket.isTls,
    });
    socket.consumer.octets(side, wholeOctets(octets), when);
  }

  const REQUEST_EVENTS: Readonly<Record<string, (event: Event, request: Request) => void>> = {
    HTTP_TRANSACTION_SEND_REQUEST_HEADERS: ({ params }, request) => {
      request.request = headText(String(params['line'] ?? 'GET / HTTP/1.1').trim(), fieldsOf(params['headers']).fields);
    },
    HTTP_TRANSACTION_READ_RESPONSE_HEADERS: ({ params }, request) => {
      const { first, fields } = fieldsOf(params['headers']);
      request.response = headText(first ?? 'HTTP/1.1 101', fields);
      request.extensions = extensionsIn(fields);
    },
    WEBSOCKET_SENT_FRAME_HEADER: (event, request) => tellFrame(event, request, 'tx'),
    WEBSOCKET_RECV_FRAME_HEADER: (event, request) => tellFrame(event, request, 'rx'),
    WEBSOCKET_INVALID_FRAME: ({ params }, { url }) => {
      failures.push(`${url}: the browser failed the connection: ${JSON.stringify(params).slice(0, 300)}`);
    },
  };

  function tellFrame({ params, when }: Event, request: Request, direction: 'tx' | 'rx'): void {
    if (hasOctets) return;
    request.start ??= when;
    request.log ??= openLog(headerOf(request));
    const length = params['payload_length'];
    request.log.row(
      frameRow(
        request.row++,
        Math.round((when.seconds - request.start.seconds) * 1e3 + (when.nanos - request.start.nanos) / 1e6) / 1e3,
        {
          direction,
          opcode: Number(params['opcode']),
          fin: params['final'] === true,
          rsv: bit(params['reserved1'], 4) | bit(params['reserved2'], 2) | bit(params['reserved3'], 1),
          masked: params['masked'] === true,
          length: typeof length === 'number' ? length : null,
          payload: null,
        },
      ),
    );
  }

  function headerOf({ url, request, response, extensions, socket, start }: Request) {
    const ends = (socket !== null && sockets.get(socket)?.ends) || [null, null];
    const tls = /^wss:/i.test(url);
    return messageHeader(source, {
      format: 'netlog',
      request,
      response,
      extensions,
      started: start && startedText(start),
      agent: null,
      connection: { number: ++count, client: ends[0], server: ends[1], tls },
    });
  }

  function take(event: Event, kind: string): void {
    if (kind === 'SOCKET' && Object.hasOwn(SOCKET_EVENTS, event.type)) SOCKET_EVENTS[event.type]?.(event);
    const dependency = recordOf(event.params['source_dependency'])['id'];
    if (/_BOUND_TO_(?:JOB|SOCKET)$/.test(event.type) && typeof dependency === 'number')
      bound.set(event.source, dependency);
    if (kind !== 'URL_REQUEST') return;
    const { url } = event.params;
    if (typeof url === 'string' && /^wss?:/i.test(url) && !requests.has(event.source)) {
      requests.set(event.source, newRequest(url));
    }
    const request = requests.get(event.source);
    if (!request) return;
    request.socket = bound.get(bound.get(event.source) ?? -1) ?? request.socket;
    REQUEST_EVENTS[event.type]?.(event, request);
  }

  const members = jsonMembers('events', {
    member: (key, value) => {
      if (key === 'constants') constants = constantsOf(recordOf(value));
    },
    element: (value) => {
      if (!constants) return;
      events++;
      const { event, kind } = eventOf(recordOf(value), constants);
      take(event, kind);
    },
  });
  return {
    push: members.push,
    end: () => {
      const cut = members.end();
      for (const { consumer } of sockets.values()) consumer?.end();
      for (const { log } of requests.values()) log?.end();
      const broken =
        cut === null
          ? null
          : `the NetLog breaks off after event ${events}, as it does where the browser is killed: close it, or read what is there`;
      if (count === 0) return conversations.end(broken, failures, NOTHING);
      for (const failure of failures) sink.remark?.(failure);
      sink.remark?.(DEFAULT_MODE);
      if (broken !== null) throw new InputError(source, null, broken);
    },
  };
}

const NOTHING =
  'no WebSocket in this NetLog: start it before the page connects, with --log-net-log=FILE --net-log-capture-mode=Everything';
const DEFAULT_MODE =
  'this NetLog holds headers of frames and no octets: payloads cannot be judged; record with --net-log-capture-mode=Everything';

function newRequest(url: string): Request {
  return { url, request: null, response: null, extensions: null, socket: null, log: null, row: 0, start: null };
}

/** Numbers of events and sources are those of the browser that wrote the file. */
function constantsOf(constants: JsonRecord): Constants {
  const names = (key: string) =>
    new Map(Object.entries(recordOf(constants[key])).map(([name, number]) => [Number(number), name]));
  const phases = recordOf(constants['logEventPhase']);
  return {
    types: names('logEventTypes'),
    sources: names('logSourceType'),
    begin: Number(phases['PHASE_BEGIN'] ?? 1),
    end: Number(phases['PHASE_END'] ?? 2),
    offset: Number(constants['timeTickOffset'] ?? 0),
  };
}

function eventOf(value: JsonRecord, { types, sources, begin, end, offset }: Constants): { event: Event; kind: string } {
  const from = recordOf(value['source']);
  const milliseconds = Number(value['time']) + offset;
  const seconds = Math.floor(milliseconds / 1000);
  const event: Event = {
    type: types.get(Number(value['type'])) ?? '',
    source: Number(from['id']),
    isBegin: value['phase'] === begin,
    isEnd: value['phase'] === end,
    when: { seconds, nanos: Math.round((milliseconds - seconds * 1000) * 1e6) },
    params: recordOf(value['params']),
  };
  return { event, kind: sources.get(Number(from['type'])) ?? '' };
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

function portOf(end: string | null): number {
  return Number(/:(\d+)$/.exec(end ?? '')?.[1] ?? 0);
}

function bit(flag: unknown, value: number): number {
  return flag === true ? value : 0;
}
