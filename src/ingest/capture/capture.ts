// A capture file as logs: packets, their TCP segments, the connections these make up, and the WebSockets in them.
// Everything is streamed; what is not WebSocket is dropped as soon as it shows.

import { counted } from '../../model/counted.ts';
import { InputError } from '../../model/errors.ts';
import { latin1Of, octetsOfLatin1 } from '../../model/octets.ts';
import type { LogReader, LogSink, ReadOptions } from '../reader.ts';
import { ConversationLogs } from './conversation-log.ts';
import { endpointText } from './endpoint.ts';
import { aboutLink, isKnownLink, isRadio } from './link.ts';
import { openPackets } from './packet.ts';
import type { PacketFile, PacketSink } from './packet-file.ts';
import { readPcapFile } from './pcap.ts';
import { isPcapng, PcapngFile } from './pcapng.ts';
import { TcpTracker } from './tcp.ts';
import { openTlsKeys } from './tls/key-log.ts';
import { type Encrypted, TlsLayer } from './tls/tls-layer.ts';
import { type ConversationConsumer, type PassedOver, WebSocketFinder } from './web-socket-finder.ts';

/** A capture file of either format. */
export function readPcap(source: string, sink: LogSink, options: ReadOptions = {}): LogReader {
  const capture = openCapture(source, 'pcap', sink, options);
  let file: PacketFile | null = null;
  let head = Buffer.alloc(0);
  const take = (chunk: Uint8Array) => {
    if (file) file.push(chunk);
    else {
      head = Buffer.concat([head, chunk]);
      if (head.length < HEAD) return;
      file = isPcapng(latin1Of(head.subarray(0, HEAD))) ? new PcapngFile(capture) : readPcapFile(capture);
      file.push(head);
    }
    capture.flush();
  };
  return {
    push: (chunk) => take(octetsOfLatin1(chunk)),
    octets: take,
    end: () => capture.end(file ? file.end() : 'the file is cut in its header'),
  };
}

/** So many octets tell the two formats apart. */
const HEAD = 12;

/** The conversations of one input, which come as octets in order. */
export interface Conversations {
  /** Takes one connection. `drop` is called when nobody wants more of it. */
  connect(connection: ConnectionInfo, drop?: () => void): ConversationConsumer;
  secrets(text: string): void;
  /** Nothing more comes for now. */
  flush(): void;
  /**
   * The input is over. Throws `InputError` where no log came of it, or `broken` says what is wrong with the input;
   * `remarks` are the reader's own.
   */
  end(broken: string | null, remarks?: readonly string[], nothing?: string): void;
}

export interface ConnectionInfo {
  /** Address and port of either end; null where the input does not name them. */
  readonly ends: readonly [string | null, string | null];
  readonly ports: readonly [number, number];
  readonly hasStart: boolean;
  /** The client itself wrote the input. */
  readonly isByClient?: boolean;
  /** It is TLS whose octets come decrypted. */
  readonly isDecrypted?: boolean;
}

export function openConversations(source: string, format: string, sink: LogSink, options: ReadOptions): Conversations {
  const logs = new ConversationLogs(source, format, sink);
  const passedOver: PassedOver = { http2: 0 };
  const encrypted: Encrypted = { without: 0, unreadable: new Map() };
  const keys = openTlsKeys();
  if (options.keys !== undefined) keys.add(options.keys);

  function connect(connection: ConnectionInfo, drop: () => void = () => {}): ConversationConsumer {
    const { ends, ports, hasStart, isByClient = false, isDecrypted = false } = connection;
    const finder = (hasTls: boolean) =>
      new WebSocketFinder({
        logs,
        port: options.port ?? null,
        ports,
        hasStart,
        isByClient,
        facts: (client) => ({ client: ends[client], server: ends[client === 0 ? 1 : 0], tls: hasTls }),
        passedOver,
        drop,
        inside: () => layers(),
      });
    const layers = (): ConversationConsumer =>
      isDecrypted
        ? finder(true)
        : new TlsLayer({ keys, encrypted, drop, plain: () => finder(false), decrypted: () => finder(true) });
    return layers();
  }

  return {
    connect,
    secrets: (text) => keys.add(text),
    flush: () => logs.flush(),
    end: (broken, own = [], nothing = 'no WebSocket in it') => {
      const count = logs.end();
      const remarks = [...own, ...remarksOn(passedOver, encrypted, keys.size > 0)];
      if (count === 0) {
        const why = [broken, ...remarks].filter((part) => part !== null).join('; ');
        throw new InputError(source, null, why === '' ? nothing : `no WebSocket in it: ${why}`);
      }
      for (const remark of remarks) sink.remark?.(remark);
      if (broken !== null) throw new InputError(source, null, broken);
    },
  };
}

export interface Capture extends PacketSink {
  /** Nothing more comes for now. */
  flush(): void;
  /** Throws `InputError` where no log came of it, or `broken` says what is wrong with the input. */
  end(broken: string | null): void;
}

/** Packets of any source to logs. */
export function openCapture(source: string, format: string, sink: LogSink, options: ReadOptions): Capture {
  const conversations = openConversations(source, format, sink, options);
  const packets = openPackets();
  const seen = { packets: 0, segments: 0, link: -1, unknownLinks: new Map<number, number>(), cut: 0 };
  const tcp = new TcpTracker(({ ends: [a, b], ports, hasStart }, drop) =>
    conversations.connect({ ends: [endpointText(a), endpointText(b)], ports, hasStart }, drop),
  );
  return {
    packet: (link, seconds, nanos, octets, at, count, length) => {
      seen.packets++;
      seen.link = link;
      if (!isKnownLink(link)) {
        seen.unknownLinks.set(link, (seen.unknownLinks.get(link) ?? 0) + 1);
        return;
      }
      const segment = packets.read(link, octets, at, count, Math.max(length, count));
      if (!segment) return;
      seen.segments++;
      if (segment.count < segment.length) seen.cut++;
      tcp.segment(segment, { seconds, nanos });
    },
    secrets: conversations.secrets,
    flush: conversations.flush,
    end: (broken) => {
      tcp.end();
      // The last packet of a file that is cut is no matter of the snapshot length.
      if (broken !== null && seen.cut === 1) seen.cut = 0;
      conversations.end(broken, remarksOnPackets(seen, tcp.wasFull), nothingIn(seen, options));
    },
  };
}

interface SeenTraffic {
  readonly packets: number;
  readonly segments: number;
  /** Of the latest packet. */
  readonly link: number;
  readonly cut: number;
  readonly unknownLinks: ReadonlyMap<number, number>;
}

function nothingIn({ packets, segments, link }: SeenTraffic, { port }: ReadOptions): string {
  if (packets === 0) return 'no packet in it';
  if (segments === 0 && isRadio(link)) {
    const { name, remedy } = aboutLink(link);
    return `no WebSocket in it: none of its ${packets} packets, of ${name}, is TCP in the clear: ${remedy}`;
  }
  if (segments === 0) return `no WebSocket in it: none of its ${packets} packets is TCP`;
  const how =
    port === undefined
      ? "if the capture began after the handshake, name the server's port with --port"
      : `nothing on port ${port} looks like one`;
  return `no WebSocket in its TCP connections: ${how}`;
}

function remarksOnPackets({ cut, unknownLinks }: SeenTraffic, wasFull: boolean): string[] {
  const remarks: string[] = [];
  for (const [link, count] of unknownLinks) {
    const { name, remedy } = aboutLink(link);
    remarks.push(`${counted(count, 'packet')} of ${name} cannot be read: ${remedy}`);
  }
  if (cut > 0) {
    const how = "cut by the capture's snapshot length: capture with tcpdump -s 0";
    remarks.push(`${counted(cut, 'packet')} ${cut === 1 ? 'is' : 'are'} ${how}`);
  }
  if (wasFull) remarks.push('too much came out of order to wait for all of it: some gaps may be octets that came late');
  return remarks;
}

/** What was passed over, and how to get at it. */
function remarksOn(passedOver: PassedOver, encrypted: Encrypted, hasKeys: boolean): string[] {
  const remarks: string[] = [];
  if (encrypted.without > 0) {
    const which = `${counted(encrypted.without, 'TLS connection')} cannot be decrypted`;
    const how = hasKeys
      ? 'the key log has no secrets of them; it must come from the same run'
      : 'start the client with SSLKEYLOGFILE=keys.txt set, capture again, and add --keys keys.txt';
    remarks.push(`${which}, and whether a WebSocket is in them cannot be told: ${how}`);
  }
  for (const [why, count] of encrypted.unreadable) remarks.push(`${counted(count, 'TLS connection')}: ${why}`);
  if (passedOver.http2 > 0) {
    remarks.push(
      `${counted(passedOver.http2, 'HTTP/2 connection')} passed over: WebSockets over HTTP/2 (RFC 8441) are not read; switch HTTP/2 off at the client or the server`,
    );
  }
  return remarks;
}
