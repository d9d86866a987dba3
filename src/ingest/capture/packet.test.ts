// A packet shows its TCP segment whatever headers stand before it.

import { describe, expect, it } from 'vitest';
import { octetsFromHex, octetsOfText, textOf } from '../../model/octets.ts';
import { endpointText } from './endpoint.ts';
import { LINK } from './link.ts';
import { linkOfPacket, openPackets, segmentOf } from './packet.ts';
import { ethernet, ipv4, ipv6, tcp } from './packets.fixture.ts';

const A = { address: '192.0.2.10', port: 51000 };
const B = { address: '198.51.100.20', port: 80 };
const A6 = { address: '20010db8000000000000000000000001', port: 51000 };
const B6 = { address: '20010db8000000000000000000000002', port: 80 };
const hello = octetsOfText('hello');
const segment = tcp(A, B, { sequence: 7, acknowledgment: 9, flags: 0x18, payload: hello });

function bytes(...parts: (string | Uint8Array)[]): Uint8Array {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? (octetsFromHex(part) as Uint8Array) : part)));
}

describe('a packet', () => {
  const ip = ipv4(A, B, segment);

  it.each([
    ['Ethernet', LINK.ETHERNET, ethernet(ip)],
    ['Ethernet with padding', LINK.ETHERNET, bytes(ethernet(ip), '000000000000')],
    ['Ethernet with a VLAN tag', LINK.ETHERNET, bytes('000000000000000000000000', '81000064', '0800', ip)],
    [
      'Ethernet with two VLAN tags',
      LINK.ETHERNET,
      bytes('000000000000000000000000', '88a80064', '81000065', '0800', ip),
    ],
    ['PPPoE', LINK.ETHERNET, bytes('000000000000000000000000', '8864', '110000010040', '0021', ip)],
    ['MPLS', LINK.ETHERNET, bytes('000000000000000000000000', '8847', '0001004000011140', ip)],
    ['raw IP', LINK.RAW, ip],
    ['PPP', LINK.PPP, bytes('0021', ip)],
    ['PPP with an address field', LINK.PPP_HDLC, bytes('ff030021', ip)],
    ['802.11', LINK.IEEE802_11, bytes('08010000', new Uint8Array(20), 'aaaa030000000800', ip)],
    [
      '802.11 QoS behind radiotap',
      LINK.IEEE802_11_RADIOTAP,
      bytes('0000080000000000', '88010000', new Uint8Array(22), 'aaaa030000000800', ip),
    ],
    ['NFLOG', LINK.NFLOG, bytes('02000000', '0600010008000000', '3c000900', ip)],
    ['PKTAP', LINK.PKTAP, bytes('6c000000', '01000000', '01000000', new Uint8Array(96), ethernet(ip))],
    ['loopback of a little-endian host', LINK.NULL, bytes('02000000', ip)],
    ['loopback of a big-endian host', LINK.NULL, bytes('00000002', ip)],
    ['Linux cooked', LINK.LINUX_SLL, bytes('00000001000600000000000000000800', ip)],
    [
      'Linux cooked, version 2, with a VLAN tag',
      LINK.LINUX_SLL2,
      bytes('8100000000000001000100060000000000000000', '00640800', ip),
    ],
    ['Linux cooked, version 2', LINK.LINUX_SLL2, bytes('0800000000000001000100060000000000000000', ip)],
  ])('in %s', (_, link, packet) => {
    const found = segmentOf(link, packet);
    expect(found).toMatchObject({
      sequence: 7,
      acknowledgment: 9,
      flags: 0x18,
      fromPort: 51000,
      toPort: 80,
      length: 5,
    });
    expect(textOf(found?.known as Uint8Array)).toBe('hello');
    expect(endpointText(found?.from as number)).toBe('192.0.2.10:51000');
  });

  it.each([
    ['IP', 4, ip],
    ['GRE', 47, bytes('00000800', ip)],
    ['GRE with a key, of Ethernet', 47, bytes('20006558', '00000007', ethernet(ip))],
    ['VXLAN', 17, bytes('9c4012b500000000', '0800000000000100', ethernet(ip))],
    ['Geneve with an option', 17, bytes('9c4017c100000000', '0100655800000100', '00000000', ethernet(ip))],
  ])('in a tunnel of %s', (_, protocol, payload) => {
    const outer = ipv4({ address: '10.0.0.1', port: 0 }, { address: '10.0.0.2', port: 0 }, payload);
    outer[9] = protocol;
    expect(textOf(segmentOf(LINK.ETHERNET, ethernet(outer))?.known as Uint8Array)).toBe('hello');
  });

  it('that is encrypted, of 802.11, has none', () => {
    const packet = bytes('08410000', new Uint8Array(20), 'aaaa030000000800', ip);
    expect(segmentOf(LINK.IEEE802_11, packet)).toBeNull();
  });

  it('in IPv6, with and without extension headers', () => {
    for (const packet of [ipv6(A6, B6, segment), ipv6(A6, B6, segment, '3c000104000000000600010400000000')]) {
      const found = segmentOf(LINK.RAW, packet);
      expect(textOf(found?.known as Uint8Array)).toBe('hello');
      expect(endpointText(found?.to as string)).toBe('[2001:db8::2]:80');
    }
  });

  it('whose IP header says length 0 is as long as it was on the wire', () => {
    const packet = Buffer.from(ip);
    packet.writeUInt16BE(0, 2);
    expect(segmentOf(LINK.RAW, packet)?.length).toBe(5);
    expect(segmentOf(LINK.RAW, packet.subarray(0, packet.length - 3), packet.length)).toMatchObject({
      length: 5,
      known: hello.subarray(0, 2),
    });
  });

  it('that was cut keeps its length', () => {
    const found = segmentOf(LINK.RAW, ip.subarray(0, ip.length - 3), ip.length);
    expect(found).toMatchObject({ length: 5 });
    expect(textOf(found?.known as Uint8Array)).toBe('he');
  });

  it('in fragments is put together in whatever order they come', () => {
    const parts = [segment.subarray(0, 8), segment.subarray(8, 16), segment.subarray(16)];
    const packets = parts.map((part, i) => ipv4(A, B, part, { id: 5, offset: i * 8, more: i < 2 }));
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
      [1, 1, 2, 0],
    ]) {
      const reader = openPackets();
      const found = order.map((i) => {
        const packet = packets[i] as Uint8Array;
        return reader.read(LINK.RAW, packet, 0, packet.length, packet.length);
      });
      expect(textOf(found.at(-1)?.known as Uint8Array)).toBe('hello');
      expect(found.slice(0, -1).every((one) => one === null)).toBe(true);
    }
  });

  it('cut anywhere, or of noise, never throws', () => {
    const packet = ethernet(ip);
    for (let size = 0; size <= packet.length; size++) {
      for (const link of Object.values(LINK)) segmentOf(link, packet.subarray(0, size), packet.length);
    }
    let seed = 1;
    for (let i = 0; i < 2000; i++) {
      const noise = Buffer.from(packet);
      for (let n = 0; n < 4; n++) {
        seed = (seed * 48271) % 2147483647;
        noise[seed % noise.length] = seed >> 8;
      }
      segmentOf(LINK.ETHERNET, noise);
      linkOfPacket(noise);
    }
  });
});

describe('octets that are a whole packet', () => {
  it('are known by their headers', () => {
    expect(linkOfPacket(ipv4(A, B, segment))).toBe(LINK.RAW);
    expect(linkOfPacket(ethernet(ipv4(A, B, segment)))).toBe(LINK.ETHERNET);
    expect(linkOfPacket(ipv6(A6, B6, segment))).toBe(LINK.RAW);
  });

  it('and frames are not', () => {
    expect(linkOfPacket(bytes('818500000000', hello))).toBeNull();
    expect(linkOfPacket(bytes('4500', new Uint8Array(60)))).toBeNull();
    expect(linkOfPacket(new Uint8Array(0))).toBeNull();
  });
});
