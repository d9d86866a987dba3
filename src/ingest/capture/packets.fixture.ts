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
