// Packets and captures built by the tests: headers with right lengths and checksums where something looks at them.

import { octetsFromHex } from '../../model/octets.ts';
import { TCP_FLAG } from './packet.ts';

export interface Host {
  /** Dotted, or 32 hex digits. */
  readonly address: string;
  readonly port: number;
}

interface TcpFields {
  readonly sequence: number;
  readonly acknowledgment?: number;
  readonly flags?: number;
  readonly payload?: Uint8Array;
}

export function tcp(
  from: Host,
  to: Host,
  { sequence, acknowledgment = 0, flags = TCP_FLAG.ACK, payload }: TcpFields,
): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(from.port, 0);
  header.writeUInt16BE(to.port, 2);
  header.writeUInt32BE(sequence >>> 0, 4);
  header.writeUInt32BE(acknowledgment >>> 0, 8);
  header[12] = 0x50;
  header[13] = flags;
  return Buffer.concat([header, payload ?? new Uint8Array(0)]);
}

export function ipv4(from: Host, to: Host, payload: Uint8Array, fragment = { id: 1, offset: 0, more: false }): Buffer {
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header.writeUInt16BE(20 + payload.length, 2);
  header.writeUInt16BE(fragment.id, 4);
  header.writeUInt16BE((fragment.more ? 0x2000 : 0) | (fragment.offset / 8), 6);
  header[8] = 64;
  header[9] = 6;
  header.set(`${from.address}.${to.address}`.split('.').map(Number), 12);
  let sum = 0;
  for (let i = 0; i < 20; i += 2) sum += header.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  header.writeUInt16BE(~sum & 0xffff, 10);
  return Buffer.concat([header, payload]);
}

/** `extensions`: extension headers in hex, of which the first is of destination options. */
export function ipv6(from: Host, to: Host, payload: Uint8Array, extensions = ''): Buffer {
  const more = octetsFromHex(extensions) ?? new Uint8Array(0);
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header.writeUInt16BE(more.length + payload.length, 4);
  header[6] = more.length > 0 ? 60 : 6;
  header[7] = 64;
  header.write(from.address, 8, 'hex');
  header.write(to.address, 24, 'hex');
  return Buffer.concat([header, more, payload]);
}

export function ethernet(ip: Uint8Array): Buffer {
  const header = Buffer.alloc(14, 2);
  header.writeUInt16BE((ip[0] as number) >> 4 === 6 ? 0x86dd : 0x0800, 12);
  return Buffer.concat([header, ip]);
}

/** One packet of a capture: when, in seconds, and what. `held` is how much of it was captured. */
export interface Captured {
  readonly seconds: number;
  readonly packet: Uint8Array;
  readonly held?: number;
}

const RAW_LINK = 101;

/** A capture of raw IP packets, with microseconds. */
export function pcap(packets: readonly Captured[]): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(262144, 16);
  head.writeUInt32LE(RAW_LINK, 20);
  const records = packets.flatMap(({ seconds, packet, held = packet.length }) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(Math.floor(seconds), 0);
    record.writeUInt32LE(Math.round((seconds % 1) * 1e6), 4);
    record.writeUInt32LE(Math.min(held, packet.length), 8);
    record.writeUInt32LE(packet.length, 12);
    return [record, packet.subarray(0, held)];
  });
  return Buffer.concat([head, ...records]);
}

/** The same packets as pcapng, in either byte order; `secrets` are lines of a key log. */
export function pcapng(packets: readonly Captured[], littleEndian = true, secrets: string | null = null): Buffer {
  const u32 = (value: number) => {
    const octets = Buffer.alloc(4);
    if (littleEndian) octets.writeUInt32LE(value >>> 0);
    else octets.writeUInt32BE(value >>> 0);
    return octets;
  };
  const block = (type: number, ...parts: Uint8Array[]) => {
    const body = Buffer.concat(parts);
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
    const length = u32(padded.length + 12);
    return Buffer.concat([u32(type), length, padded, length]);
  };
  const u16 = (a: number, b: number) => (littleEndian ? u32(a | (b << 16)) : u32((a << 16) | b));
  const section = block(0x0a0d0d0a, u32(0x1a2b3c4d), u16(1, 0), u32(0xffffffff), u32(0xffffffff));
  const own = block(1, u16(RAW_LINK, 0), u32(0));
  const keys = secrets === null ? [] : [block(10, u32(0x544c534b), u32(secrets.length), Buffer.from(secrets))];
  const records = packets.map(({ seconds, packet, held = packet.length }) => {
    const ticks = Math.round(seconds * 1e6);
    const octets = packet.subarray(0, held);
    const when = [u32(Math.floor(ticks / 2 ** 32)), u32(ticks % 2 ** 32)];
    return block(6, u32(0), ...when, u32(octets.length), u32(packet.length), octets);
  });
  return Buffer.concat([section, own, ...keys, ...records]);
}

export const CLIENT: Host = { address: '192.0.2.10', port: 51000 };
export const SERVER: Host = { address: '198.51.100.20', port: 80 };

/** What one side writes in one go; 0 is the client. */
export type Write = readonly [side: 0 | 1, octets: Uint8Array];

interface Talk {
  readonly ends?: readonly [Host, Host];
  /** First sequence numbers. */
  readonly initial?: readonly [number, number];
  /** Octets of a segment at the most. */
  readonly size?: number;
  readonly start?: number;
  readonly hasEnd?: boolean;
}

/** A whole TCP connection: handshake, each write in segments that are acknowledged, and both FINs. */
export function talk(writes: readonly Write[], options: Talk = {}): Captured[] {
  const {
    ends = [CLIENT, SERVER],
    initial = [1000, 5000],
    size = 1460,
    start = 1_700_000_000,
    hasEnd = true,
  } = options;
  const next = [initial[0], initial[1]];
  const packets: Captured[] = [];
  const send = (side: 0 | 1, flags: number, payload: Uint8Array = new Uint8Array(0)) => {
    const other = side === 0 ? 1 : 0;
    const [from, to] = [ends[side] as Host, ends[other] as Host];
    const acknowledgment = flags & TCP_FLAG.ACK ? (next[other] as number) : 0;
    const segment = tcp(from, to, { sequence: next[side] as number, acknowledgment, flags, payload });
    packets.push({ seconds: start + packets.length / 1000, packet: ipv4(from, to, segment) });
    const counted = flags & (TCP_FLAG.SYN | TCP_FLAG.FIN) ? 1 : 0;
    next[side] = ((next[side] as number) + payload.length + counted) >>> 0;
  };
  send(0, TCP_FLAG.SYN);
  send(1, TCP_FLAG.SYN | TCP_FLAG.ACK);
  send(0, TCP_FLAG.ACK);
  for (const [side, octets] of writes) {
    for (let at = 0; at < octets.length; at += size) send(side, TCP_FLAG.ACK, octets.subarray(at, at + size));
    send(side === 0 ? 1 : 0, TCP_FLAG.ACK);
  }
  if (hasEnd) {
    send(1, TCP_FLAG.FIN | TCP_FLAG.ACK);
    send(0, TCP_FLAG.FIN | TCP_FLAG.ACK);
    send(1, TCP_FLAG.ACK);
  }
  return packets;
}

const text = (lines: string) => Buffer.from(lines.replaceAll('\n', '\r\n'), 'latin1');

export const REQUEST = text(
  'GET /chat HTTP/1.1\nHost: a\nUpgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\nSec-WebSocket-Version: 13\n\n',
);
export const RESPONSE = text(
  'HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\n\n',
);

const hex = (digits: string) => Buffer.from(digits, 'hex');

/** A handshake, a text and its echo, and both Closes. */
export const CONVERSATION: readonly Write[] = [
  [0, REQUEST],
  [1, RESPONSE],
  [0, hex('818537fa213d7f9f4d5158')],
  [1, hex('810548656c6c6f')],
  [0, hex('888237fa213d3412')],
  [1, hex('880203e8')],
];
