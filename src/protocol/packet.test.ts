import { describe, expect, it } from 'vitest';
import { octetsFromHex } from '../model/octets.ts';
import { isPacket } from './packet.ts';

const [TCP, UDP] = [6, 17];
const PAYLOAD = '810548656c6c6f';

/** An IP packet whose TCP header has no options. `longer`: how many octets more it says that it has. */
function ipv4(protocol = TCP, longer = 0): string {
  const total = (20 + 20 + PAYLOAD.length / 2 + longer).toString(16).padStart(4, '0');
  return `4500${total}1c4640004${'0'}${protocol.toString(16).padStart(2, '0')}0000${'0a000001'.repeat(2)}${'00'.repeat(20)}${PAYLOAD}`;
}

function ipv6(protocol = TCP, longer = 0): string {
  const length = (20 + PAYLOAD.length / 2 + longer).toString(16).padStart(4, '0');
  return `60000000${length}${protocol.toString(16).padStart(2, '0')}40${'20'.repeat(32)}${'00'.repeat(20)}${PAYLOAD}`;
}

function is(hex: string, longer = 0): boolean {
  const octets = octetsFromHex(hex) as Uint8Array;
  return isPacket(octets, octets.length + longer);
}

const MACS = '00'.repeat(12);

describe('a whole packet', () => {
  it.each([
    ['IPv4', ipv4()],
    ['IPv6', ipv6()],
    ['of a loopback device', `02000000${ipv4()}`],
    ['of a loopback device, in the other order', `00000002${ipv4()}`],
    ['of Ethernet', `${MACS}0800${ipv4()}`],
    ['of Ethernet with IPv6', `${MACS}86dd${ipv6()}`],
    ["of Linux's device for any", `0000${MACS}0800${ipv4()}`],
    ['with no payload in TCP', `45000028000040004006${'00'.repeat(30)}`],
    ['with no payload in TCP of IPv6', `60000000001406${'00'.repeat(53)}`],
    ['with options of IPv4', `4600002c000040004006${'00'.repeat(34)}`],
    ['with more than 255 octets', `450001fc000040004006${'00'.repeat(498)}`],
  ])('is one: %s', (_, hex) => {
    expect(is(hex)).toBe(true);
  });

  it.each([
    ['with UDP', ipv4(UDP)],
    ['with UDP in IPv6', ipv6(UDP)],
    ['that is longer than the row', ipv4(TCP, 1)],
    ['that is shorter than the row', ipv4(TCP, -1)],
    ['of IPv6 that is longer than the row', ipv6(TCP, 1)],
    ['of a family of addresses that is not IPv4', `02010000${ipv4()}`],
    ['of another family', `03000000${ipv4()}`],
    ['of a type of Ethernet that is not IP', `${MACS}0806${ipv4()}`],
    ['without room for TCP', `4500001400004000400600000a0000010a000001`],
    ['with a header of IPv4 that is too short', `44000028000040004006${'00'.repeat(30)}`],
    ['of another version', `55000028000040004006${'00'.repeat(30)}`],
    ['without room for TCP in IPv6', `60000000000006${'40'}${'20'.repeat(32)}`],
  ])('is none %s', (_, hex) => {
    expect(is(hex)).toBe(false);
  });

  it('may be filled up to the shortest that Ethernet has', () => {
    const short = `${MACS}0800${ipv4(TCP, -7).slice(0, 80)}`;
    expect(short.length / 2).toBe(54);
    expect(is(`${short}${'00'.repeat(6)}`)).toBe(true);
    expect(is(`${short}${'00'.repeat(7)}`)).toBe(false);
    // Without a header of Ethernet nothing fills it up.
    expect(is(`${ipv4(TCP, -7).slice(0, 80)}${'00'.repeat(20)}`)).toBe(false);
  });

  it('may be known in part', () => {
    expect(is(ipv4().slice(0, 80), PAYLOAD.length / 2)).toBe(true);
  });
});
