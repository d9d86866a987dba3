// However a network cuts, repeats and reorders segments, the octets of a connection are the same.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hexOf } from '../../model/octets.ts';
import { type Segment, segmentOf, TCP_FLAG } from './packet.ts';
import { type Captured, CLIENT, ipv4, SERVER, talk, tcp, type Write } from './packets.fixture.ts';
import { TcpTracker } from './tcp.ts';
import type { Side } from './tcp-consumer.ts';

const MAYBE = '(..)?';

interface Seen {
  /** Octets of either side; two dots for each that is not known, and `MAYBE` for one that may have been. */
  readonly octets: [string, string];
  readonly order: string[];
  connections: number;
}

function follow(packets: readonly Captured[]): Seen {
  const seen: Seen = { octets: ['', ''], order: [], connections: 0 };
  const tracker = new TcpTracker(() => {
    seen.connections++;
    return {
      octets: (side, { known, length, exact }) => {
        seen.octets[side] += hexOf(known) + '..'.repeat(length - known.length) + (exact ? '' : MAYBE);
        seen.order.push(`${side} ${length}`);
      },
      fin: (side) => seen.order.push(`${side} fin`),
      reset: (side) => seen.order.push(`${side} reset`),
      end: () => seen.order.push('end'),
    };
  });
  for (const { seconds, packet, held } of packets) {
    const segment = segmentOf(101, packet.subarray(0, held), packet.length);
    if (segment) tracker.segment(segment, { seconds: Math.floor(seconds), nanos: Math.round((seconds % 1) * 1e9) });
  }
  tracker.end();
  return seen;
}

function allOf(writes: readonly Write[]): [string, string] {
  const of = (side: Side) =>
    writes
      .filter(([its]) => its === side)
      .map(([, octets]) => hexOf(octets))
      .join('');
  return [of(0), of(1)];
}

/** How many octets of a side the packets prove: they hold them or what stands behind them, or acknowledge it. */
function shownBy(packets: readonly Captured[], side: Side): number {
  const { port } = side === 0 ? CLIENT : SERVER;
  const first = side === 0 ? 1001 : 5001;
  const shown = packets.map(({ packet }) => {
    const { fromPort, sequence, length, acknowledgment, flags } = segmentOf(101, packet) as Segment;
    if (fromPort === port) return length > 0 || flags & TCP_FLAG.FIN ? sequence + length : 0;
    // One of those that are acknowledged may be the FIN.
    return acknowledgment - 1;
  });
  return Math.max(...shown) - first;
}

function isFinOf({ packet }: Captured, side: Side): boolean {
  const { fromPort, flags } = segmentOf(101, packet) as Segment;
  return fromPort === (side === 0 ? CLIENT : SERVER).port && (flags & TCP_FLAG.FIN) !== 0;
}

function withoutPacket(packets: readonly Captured[], wanted: (segment: Segment) => boolean): Captured[] {
  return packets.filter(({ packet }) => !wanted(segmentOf(101, packet) as Segment));
}

const A = Buffer.from('client says hello, and some more of it');
const B = Buffer.from('server says hello, and some more of it');
const WRITES: readonly Write[] = [
  [0, A],
  [1, B],
  [0, B],
  [1, A],
];

const writes = fc.array(fc.tuple(fc.constantFrom<Side>(0, 1), fc.uint8Array({ minLength: 1, maxLength: 80 })), {
  minLength: 1,
  maxLength: 12,
});

describe('the octets of a connection are those that were sent', () => {
  it('in segments of any size, from any sequence number on', () => {
    const sequence = fc.constantFrom(0, 1000, 0x7fffffff, 0xffffffff, 0xfffffff0);
    fc.assert(
      fc.property(writes, fc.integer({ min: 1, max: 90 }), sequence, sequence, (said, size, a, b) => {
        const seen = follow(talk(said, { size, initial: [a, b] }));
        expect(seen.octets).toEqual(allOf(said));
        expect(seen.connections).toBe(1);
        expect(seen.order.at(-1)).toBe('end');
      }),
    );
  });

  it('with packets twice, and a little out of order', () => {
    fc.assert(
      fc.property(writes, fc.integer({ min: 1, max: 30 }), fc.infiniteStream(fc.nat(3)), (said, size, moves) => {
        const packets = talk(said, { size });
        const [first, second, third, ...rest] = packets;
        const shuffled = rest.flatMap((packet, at) => {
          const copies = Array.from({ length: 1 + ((moves.next().value as number) & 1) }, () => packet);
          return copies.map((copy) => ({ copy, at: at + (moves.next().value as number) }));
        });
        const order = shuffled.sort((a, b) => a.at - b.at).map(({ copy }) => copy);
        const seen = follow([first, second, third, ...order] as Captured[]);
        expect(seen.octets).toEqual(allOf(said));
      }),
    );
  });

  it('sent again in other pieces', () => {
    const packets = talk(WRITES, { size: 7 });
    const again = talk(WRITES, { size: 11 });
    const mixed = packets.flatMap((packet, i) => [packet, ...(again[i] ? [again[i]] : [])]);
    expect(follow(mixed).octets).toEqual(allOf(WRITES));
  });

  it('with keep-alive probes of one octet', () => {
    const packets = talk(WRITES, { hasEnd: false });
    const probe = tcp(CLIENT, SERVER, { sequence: 1000 + A.length + B.length, payload: Buffer.from([0]) });
    const seen = follow([...packets, { seconds: 1_700_000_100, packet: ipv4(CLIENT, SERVER, probe) }]);
    expect(seen.octets).toEqual(allOf(WRITES));
  });
});

describe('what is not in the capture', () => {
  const packets = talk(WRITES, { size: 10 });

  it('keeps its length, and its place before what answers it', () => {
    const lost = 1001 + 10;
    const seen = follow(
      withoutPacket(packets, ({ fromPort, sequence }) => fromPort === CLIENT.port && sequence === lost),
    );
    const [a, b] = allOf(WRITES);
    expect(seen.octets).toEqual([a.slice(0, 20) + '..'.repeat(10) + a.slice(40), b]);
    expect(seen.order.indexOf('1 10')).toBeGreaterThan(3);
    expect(seen.order.slice(0, 4)).toEqual(['0 10', '0 10', '0 10', '0 8']);
  });

  it('does not change the order of what is, whichever packet it is', () => {
    const whole = follow(packets).order;
    packets.forEach(({ packet }, lost) => {
      if ((segmentOf(101, packet)?.length ?? 0) === 0) return;
      expect(follow(packets.filter((_, i) => i !== lost)).order).toEqual(whole);
    });
  });

  it('is told from the acknowledgments where all of one side is missing', () => {
    const seen = follow(withoutPacket(packets, ({ fromPort }) => fromPort === SERVER.port));
    const [a, b] = allOf(WRITES);
    expect(seen.octets).toEqual([a, `${'..'.repeat(b.length / 2)}${MAYBE}`]);
    // The server's answer stands between the client's two writes.
    expect(seen.order.slice(0, 6)).toEqual(['0 10', '0 10', '0 10', '0 8', `1 ${B.length}`, '0 10']);
  });

  it('is the end of a cut packet', () => {
    const seen = follow(packets.map((one) => ({ ...one, held: 44 })));
    const [a] = allOf(WRITES);
    expect(seen.octets[0].slice(0, 20)).toBe(a.slice(0, 8) + '..'.repeat(6));
    expect(seen.octets[0].length).toBe(a.length);
  });

  it('is the beginning', () => {
    const seen = follow(packets.slice(4));
    const [a, b] = allOf(WRITES);
    expect(seen.octets).toEqual([a.slice(20), b]);
  });

  it('never makes other octets than were sent, nor fewer than shows, whatever packets are lost', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(3)), (keep) => {
        const kept = packets.filter((_, i) => i < 3 || keep.next().value !== 0);
        const seen = follow(kept);
        for (const side of [0, 1] as const) {
          const sent = allOf(WRITES)[side];
          expect(sent).toMatch(new RegExp(`^${seen.octets[side]}`));
          const least = seen.octets[side].replaceAll(MAYBE, '').length / 2;
          expect(least).toBeGreaterThanOrEqual(shownBy(kept, side));
          expect(seen.order.includes(`${side} fin`)).toBe(kept.some((packet) => isFinOf(packet, side)));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('may be the FIN where no more than an acknowledgment is left of the end', () => {
    const [client, server] = allOf(WRITES);
    // The server's last octets, the client's acknowledgment of them, the FIN of either, and the server's last acknowledgment.
    const [last, acknowledgment, fin, otherFin] = packets.map((_, i) => i).slice(-5);
    const without = (...lost: unknown[]) => follow(packets.filter((_, i) => !lost.includes(i))).octets;
    const before = server.slice(0, -16);
    expect(without(last, acknowledgment, fin)).toEqual([client, `${before}${'..'.repeat(8)}${MAYBE}`]);
    expect(without(last, fin, otherFin)).toEqual([`${client}${MAYBE}`, `${before}${'..'.repeat(7)}${MAYBE}`]);
    // What comes behind the first that is acknowledged tells that it was none; behind the FIN there is nothing.
    expect(without(last, fin)).toEqual([client, `${before}${'..'.repeat(8)}${MAYBE}`]);
    expect(without(last)).toEqual([client, `${before}${'..'.repeat(8)}`]);
    expect(without(last, acknowledgment, otherFin)).toEqual([`${client}${MAYBE}`, `${before}${'..'.repeat(8)}`]);
    expect(without(fin, otherFin)).toEqual([`${client}${MAYBE}`, server]);
  });
});

it('acknowledgments that fit to no sequence number tell nothing', () => {
  const segments = [
    { from: CLIENT, to: SERVER, fields: { sequence: 1001, acknowledgment: 5001, payload: A } },
    { from: SERVER, to: CLIENT, fields: { sequence: 1001, acknowledgment: 5001 + A.length, payload: B } },
    { from: CLIENT, to: SERVER, fields: { sequence: 1001 + A.length, acknowledgment: 5001 + B.length, payload: B } },
  ];
  const packets = segments.map(({ from, to, fields }, seconds) => ({
    seconds,
    packet: ipv4(from, to, tcp(from, to, fields)),
  }));
  expect(follow(packets).octets).toEqual([hexOf(A) + hexOf(B), hexOf(B)]);
});

describe('two connections', () => {
  it('of the same addresses and ports, one after the other', () => {
    const seen = follow([...talk(WRITES), ...talk(WRITES, { initial: [90_000, 700_000], start: 1_700_000_050 })]);
    expect(seen.connections).toBe(2);
    const [a, b] = allOf(WRITES);
    expect(seen.octets).toEqual([a + a, b + b]);
  });

  it('of which the first had no end', () => {
    const seen = follow([...talk(WRITES, { hasEnd: false }), ...talk(WRITES, { initial: [90_000, 700_000] })]);
    expect(seen.order.filter((one) => one === 'end')).toHaveLength(2);
  });
});

it('a reset ends a connection once', () => {
  const reset = tcp(SERVER, CLIENT, { sequence: 5001, flags: TCP_FLAG.RST });
  const packets = [
    ...talk([[0, A]], { hasEnd: false }),
    { seconds: 1_700_000_001, packet: ipv4(SERVER, CLIENT, reset) },
  ];
  expect(follow([...packets, ...packets.slice(3)]).order).toEqual(['0 38', '1 reset', 'end']);
});
