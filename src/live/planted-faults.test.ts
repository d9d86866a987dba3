// A server that does all as it should but for one fault: the suite has to name it.

import { isUtf8 } from 'node:buffer';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import { isCharged } from '../judge/annotation.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { acceptFor } from '../protocol/handshake/handshake.ts';
import { keyIn } from './handshake-heads.ts';
import type { Peer } from './reach.ts';
import { suiteFor } from './suite.ts';
import { testPeer } from './test-peer.ts';
import { writtenCase } from './written-case.ts';

interface Received {
  readonly first: number;
  readonly opcode: number;
  readonly payload: Buffer;
}

/** What a frame is answered with, in place of what is right; null for nothing, undefined where the fault is not about it. */
type Fault = (frame: Received) => Buffer | null | undefined;

const frameOf = (first: number, payload: Uint8Array, second = payload.length) =>
  Buffer.concat([Uint8Array.of(first, second), payload]);
const pongs = (answer: (payload: Buffer) => Buffer | null) => (frame: Received) =>
  frame.opcode === OPCODE.PING ? answer(frame.payload) : undefined;
const echoes = (answer: (frame: Received) => Buffer | null) => (frame: Received) =>
  frame.opcode === OPCODE.TEXT ? answer(frame) : undefined;
const closes = (hex: string) => (frame: Received) =>
  frame.opcode === OPCODE.CLOSE ? Buffer.from(hex, 'hex') : undefined;

/** The rule that the fault breaks, the fault, and the rule that a case has to break for it to show. */
const FAULTS: readonly (readonly [broken: string, fault: Fault, provoked?: string])[] = [
  ['ping/pong-missing', pongs(() => null)],
  ['frame/mask-present', echoes(({ payload }) => frameOf(0x81, Buffer.concat([Buffer.alloc(4), payload]), 0x85))],
  ['frame/rsv-set', echoes(({ payload }) => frameOf(0xa1, payload))],
  ['frame/opcode-reserved-data', echoes(({ payload }) => frameOf(0x83, payload))],
  ['frame/opcode-reserved-control', pongs((payload) => frameOf(0x8b, payload))],
  ['frame/length-not-minimal', echoes(({ payload }) => frameOf(0x81, Buffer.concat([Buffer.of(0, 5), payload]), 126))],
  ['control/fragmented', pongs((payload) => frameOf(0x0a, payload))],
  ['control/too-long', pongs(() => frameOf(0x8a, Buffer.concat([Buffer.of(0, 126), Buffer.alloc(126)]), 126))],
  ['fragment/unexpected-continuation', echoes(({ payload }) => frameOf(0x80, payload))],
  [
    'fragment/new-message-inside-message',
    echoes(({ payload }) => Buffer.concat([frameOf(0x01, payload), frameOf(0x81, payload)])),
  ],
  ['text/invalid-utf8', echoes(() => frameOf(0x81, Buffer.of(0xff)))],
  ['text/incomplete-utf8', echoes(() => frameOf(0x81, Buffer.of(0xc3)))],
  ['close/payload-one-octet', closes('880103')],
  ['close/code-below-1000', closes('880203e7')],
  ['close/code-never-on-wire', closes('880203ed')],
  ['close/code-1004', closes('880203ec')],
  ['close/code-unassigned', closes('88020bb7')],
  ['close/code-above-4999', closes('88021388')],
  ['close/code-1010-from-server', closes('880203f2')],
  ['close/reason-invalid-utf8', closes('880303e8ff')],
  ['close/data-after-close', closes('880203e8810161')],
  ['close/reply-missing', (frame) => (frame.opcode === OPCODE.CLOSE ? null : undefined)],
  [
    'reaction/invalid-processed',
    ({ first }) => (first === 0xa1 ? frameOf(0x81, Buffer.from('Hello')) : undefined),
    'frame/rsv-set',
  ],
];

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

async function serve(fault: Fault): Promise<Peer> {
  const server = createServer((socket) => {
    socket
      .on('error', () => {})
      .once('data', (head) => {
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptFor(keyIn(head) ?? '')}\r\n\r\n`,
        );
        let waiting = Buffer.alloc(0);
        socket.on('data', (chunk) => {
          waiting = Buffer.concat([waiting, chunk]);
          for (let frame = take(); frame && !socket.writableEnded; frame = take()) answer(socket, frame, fault);
        });
        /** The next frame, which is masked and short. */
        function take(): Received | null {
          const [first = 0, second = 0] = waiting;
          const length = second & 0x7f;
          if (waiting.length < 2 || length > 125 || waiting.length < 6 + length) return null;
          const key = waiting.subarray(2, 6);
          const payload = Buffer.from(waiting.subarray(6, 6 + length).map((octet, at) => octet ^ (key[at & 3] ?? 0)));
          waiting = waiting.subarray(6 + length);
          return { first, opcode: first & 15, payload };
        }
      });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { target: { host: '127.0.0.1', port: (server.address() as AddressInfo).port, isSecure: false, path: '/' } };
}

function answer(socket: Socket, frame: Received, fault: Fault): void {
  const { first, opcode, payload } = frame;
  const other = fault(frame);
  const isClose = opcode === OPCODE.CLOSE;
  if (other) socket.write(other);
  else if (other === undefined && (first & 0x70) !== 0) return void socket.end(frameOf(0x88, Buffer.of(3, 234)));
  else if (other === undefined && opcode === OPCODE.PING) socket.write(frameOf(0x8a, payload));
  else if (other === undefined && opcode !== OPCODE.PONG) socket.write(frameOf(first, payload));
  if (isClose) socket.end();
}

// The echo shows that the Ping before it was read.
const PLAIN = writtenCase(
  '# wirelog 1\n# end: close\ntx 8981 01020304 60\ntx 8185 01020304 496765686e\nrx\nrx',
  'own/hello',
  'own',
  'client',
);
const SUITE = suiteFor('client');

async function rulesOf(fault: Fault, provoked: string | undefined): Promise<Set<string>> {
  const cases = [...(PLAIN ? [PLAIN] : []), ...SUITE.filter(({ breaks }) => breaks !== null && breaks === provoked)];
  const limits = { jobs: 10, seconds: 0.3, secondsAgain: 0.5, isInsecure: false };
  const peer = await serve(fault);
  const found = new Set<string>();
  for await (const { judged } of testPeer({ peer, role: 'client', cases, ...limits })) {
    const all = judged?.annotated.flatMap(({ annotations }) => annotations) ?? [];
    for (const one of all) if (isCharged(one) && one.severity === 'error') found.add(one.rule);
  }
  return found;
}

it.concurrent('a server without a fault is charged with nothing', async ({ expect }) => {
  expect([...(await rulesOf(() => undefined, 'frame/rsv-set'))]).toEqual([]);
});

it.concurrent.for(FAULTS)('a server that breaks %s is charged with it', async ([broken, fault, provoked], context) => {
  context.expect([...(await rulesOf(fault, provoked))]).toContain(broken);
});

/** Sound texts, Pings and Closes are answered, and all else is passed over. */
const IGNORES: Fault = ({ first, opcode, payload }) => {
  const isSound = (first & 0xf0) === 0x80 && (opcode !== OPCODE.TEXT || isUtf8(payload));
  return isSound && [OPCODE.TEXT, OPCODE.PING, OPCODE.CLOSE].some((known) => known === opcode) ? undefined : null;
};

it.concurrent.for([
  'frame/rsv-set',
  'frame/opcode-reserved-data',
  'frame/opcode-reserved-control',
  'control/fragmented',
  'text/invalid-utf8',
])(
  'a server that passes over %s, and answers Pings as before, is charged in each such case',
  async (rule, { expect }) => {
    const cases = SUITE.filter(
      ({ id, breaks }) => breaks === rule && id.startsWith(`${rule}-`) && !id.includes('inside'),
    );
    const silent: string[] = [];
    const limits = { jobs: 10, secondsAgain: 1, isInsecure: false };
    for await (const { tested, judged } of testPeer({ peer: await serve(IGNORES), role: 'client', cases, ...limits })) {
      const all = judged?.annotated.flatMap(({ annotations }) => annotations) ?? [];
      if (!all.some((one) => isCharged(one) && one.rule.startsWith('reaction/'))) silent.push(tested.id);
    }
    expect(cases.length).toBeGreaterThan(0);
    expect(silent).toEqual([]);
  },
);

it('a server that says nothing any more once a frame is wrong is charged in ten cases, and the others are said', async () => {
  const stuck: Fault = (frame) =>
    IGNORES(frame) === undefined && frame.payload.toString() !== 'wirelog-probe' ? undefined : null;
  const cases = SUITE.filter(({ id }) => /^(?:rsv\/text-|opcode\/)\d+$/.test(id));
  const charged: string[] = [];
  const unsaid: (string | null)[] = [];
  const limits = { jobs: 20, seconds: 0.2, secondsAgain: 2.2, isInsecure: false };
  for await (const { tested, judged, skipped } of testPeer({
    peer: await serve(stuck),
    role: 'client',
    cases,
    ...limits,
  })) {
    const all = judged?.annotated.flatMap(({ annotations }) => annotations) ?? [];
    if (skipped !== null) unsaid.push(skipped);
    else if (all.some((one) => isCharged(one) && one.rule === 'reaction/none')) charged.push(tested.id);
  }
  expect(charged).toHaveLength(10);
  expect(unsaid).toEqual(cases.slice(10).map(() => 'the peer falls silent, as in cases in which it had more time'));
});

it('there are faults of more than twenty rules', () => {
  expect(new Set(FAULTS.map(([broken]) => broken)).size).toBeGreaterThan(20);
});
