// A capture file as logs: packets, their TCP segments, the connections these make up, and the WebSockets in them.
// Everything is streamed; what is not WebSocket is dropped as soon as it shows.

import { InputError } from '../../model/errors.ts';
import { octetsOfLatin1 } from '../../model/octets.ts';
import type { LogReader, LogSink, ReadOptions } from '../reader.ts';
import { openConversationLogs } from './conversation-log.ts';
import { endpointText, isKnownLink, openPackets } from './packet.ts';
import type { PacketFile, PacketSink } from './packet-file.ts';
import { readPcapFile } from './pcap.ts';
import { isPcapng, readPcapngFile } from './pcapng.ts';
import { openTcp, type TcpConnection, type TcpConsumer } from './tcp.ts';
import { openTlsKeys } from './tls/key-log.ts';
import { type Encrypted, TlsLayer } from './tls/tls-layer.ts';
import {
  type ConversationConsumer,
  type FinderContext,
  type PassedOver,
  WebSocketFinder,
} from './web-socket-finder.ts';

/** A capture file of either format. */
export function readPcap(source: string, sink: LogSink, options: ReadOptions = {}): LogReader {
  const capture = openCapture(source, 'pcap', sink, options);
  let file: PacketFile | null = null;
  let head = '';
  return {
    push: (chunk) => {
      if (file) {
        file.push(octetsOfLatin1(chunk));
        return;
      }
      head += chunk;
      if (head.length < HEAD) return;
      file = isPcapng(head) ? readPcapngFile(capture) : readPcapFile(capture);
      file.push(octetsOfLatin1(head));
    },
    end: () => capture.end(file ? file.end() : 'the file is cut in its header'),
  };
}

/** So many octets tell the two formats apart. */
const HEAD = 12;

export interface Capture extends PacketSink {
  /** Throws `InputError` where no log came of it, or `broken` says what is wrong with the input. */
  end(broken: string | null): void;
}

/** Packets of any source to logs. */
export function openCapture(source: string, format: string, sink: LogSink, options: ReadOptions): Capture {
  const logs = openConversationLogs(source, format, sink);
  const passedOver: PassedOver = { http2: 0 };
  const encrypted: Encrypted = { without: 0, unreadable: new Map() };
  const keys = openTlsKeys();
  if (options.keys !== undefined) keys.add(options.keys);
  const packets = openPackets();
  const seen = { packets: 0, segments: 0, unknownLinks: new Map<number, number>(), cut: 0 };

  const tcp = openTcp((connection, drop) => {
    const isTlsOf = { isTls: false };
    const context = (hasTls: boolean): FinderContext => ({
      logs,
      port: options.port ?? null,
      ports: connection.ports,
      hasStart: connection.hasStart,
      facts: (client) => ({ ...endsOf(connection, client), tls: hasTls || isTlsOf.isTls }),
      passedOver,
      drop,
      inside: () => layers(),
    });
    const layers = (): ConversationConsumer =>
      new TlsLayer({
        keys,
        encrypted,
        drop,
        plain: () => new WebSocketFinder(context(false)),
        decrypted: () => new WebSocketFinder(context(true)),
      });
    return layers() as TcpConsumer;
  });

  return {
    packet: (link, seconds, nanos, octets, length) => {
      seen.packets++;
      if (!isKnownLink(link)) {
        seen.unknownLinks.set(link, (seen.unknownLinks.get(link) ?? 0) + 1);
        return;
      }
      const segment = packets.read(link, octets, Math.max(length, octets.length));
      if (!segment) return;
      seen.segments++;
      if (segment.known.length < segment.length) seen.cut++;
      tcp.segment(segment, { seconds, nanos });
    },
    secrets: (text) => keys.add(text),
    end: (broken) => {
      tcp.end();
      const count = logs.end();
      const remarks = remarksOn({
        ...seen,
        wasFull: tcp.wasFull,
        passedOver,
        encrypted,
        hasKeys: keys.size > 0,
        options,
      });
      if (count === 0) {
        const why = [broken, ...remarks].filter((part) => part !== null).join('; ');
        throw new InputError(source, null, why === '' ? nothingIn(seen, options) : `no WebSocket in it: ${why}`);
      }
      for (const remark of remarks) sink.remark?.(remark);
      if (broken !== null) throw new InputError(source, null, broken);
    },
  };
}

function endsOf({ ends }: TcpConnection, client: 0 | 1): { client: string; server: string } {
  return { client: endpointText(ends[client]), server: endpointText(ends[client === 0 ? 1 : 0]) };
}

interface Seen {
  readonly packets: number;
  readonly segments: number;
  readonly cut: number;
  readonly unknownLinks: ReadonlyMap<number, number>;
}

function nothingIn({ packets, segments }: Seen, { port }: ReadOptions): string {
  if (packets === 0) return 'no packet in it';
  if (segments === 0) return `no WebSocket in it: none of its ${packets} packets is TCP`;
  const how =
    port === undefined
      ? "if the capture began after the handshake, name the server's port with --port"
      : `nothing on port ${port} looks like it`;
  return `no WebSocket in its TCP connections: ${how}`;
}

interface Summary extends Seen {
  readonly wasFull: boolean;
  readonly passedOver: PassedOver;
  readonly encrypted: Encrypted;
  readonly hasKeys: boolean;
  readonly options: ReadOptions;
}

/** What was passed over, and how to get at it. */
function remarksOn({ cut, wasFull, unknownLinks, passedOver, encrypted, hasKeys }: Summary): string[] {
  const remarks: string[] = [];
  for (const [link, count] of unknownLinks) {
    remarks.push(
      `${counted(count, 'packet')} of link type ${link} cannot be read: capture on an Ethernet or loopback interface, or with tcpdump -i any`,
    );
  }
  if (cut > 0) {
    remarks.push(`${counted(cut, 'packet')} cut by the capture's snapshot length: capture with tcpdump -s 0`);
  }
  if (encrypted.without > 0) {
    const which = `${counted(encrypted.without, 'TLS connection')} cannot be decrypted`;
    const how = hasKeys
      ? 'the key log has no secrets of them; it must come from the same run'
      : 'start the client with SSLKEYLOGFILE=keys.txt set, capture again, and add --keys keys.txt';
    remarks.push(`${which}, and whether they are WebSockets cannot be told: ${how}`);
  }
  for (const [why, count] of encrypted.unreadable) remarks.push(`${counted(count, 'TLS connection')}: ${why}`);
  if (passedOver.http2 > 0) {
    remarks.push(
      `${counted(passedOver.http2, 'HTTP/2 connection')} passed over: WebSockets over HTTP/2 (RFC 8441) are not read; switch HTTP/2 off at the client or server`,
    );
  }
  if (wasFull) remarks.push('too much came out of order to wait for all of it: some gaps may be octets that came late');
  return remarks;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
