// Made-up conversations: a valid one from a plan that fast-check makes, and the octets that each side sends.

import { constants, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { octetsOfText } from '../model/octets.ts';
import { otherRole, type Role } from '../model/row.ts';
import { type Chance, chanceOf, closePayload, octetsOfFrame, type WireFrame } from '../model/wire-frame.fixture.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { acceptFor } from '../protocol/handshake/handshake.ts';

/** What one side sends at once: a head of the handshake, or a frame. */
export interface Sent {
  readonly from: Role;
  readonly octets: Uint8Array;
  readonly frame: WireFrame | null;
  /** The message that the frame ends was compressed; or the frame begins such a one. */
  readonly compressed: boolean;
  /** Begins inside a message of its sender, or goes on with it. */
  readonly inside: boolean;
}

export interface Conversation {
  readonly sent: readonly Sent[];
  /** Null where the log ends before. */
  readonly droppedBy: Role | null;
  readonly deflate: Deflate | null;
}

interface Deflate {
  readonly serverNoTakeover: boolean;
  readonly clientNoTakeover: boolean;
  /** Null where the answer names none: 15. */
  readonly serverBits: number | null;
  readonly clientBits: number | null;
}

interface PlannedMessage {
  readonly isText: boolean;
  readonly content: Uint8Array;
  readonly compress: boolean;
  readonly cuts: readonly number[];
}

type PlannedStep =
  | { readonly from: Role; readonly message: PlannedMessage }
  | { readonly from: Role; readonly ping: Uint8Array };

export interface Plan {
  readonly deflate: Deflate | null;
  readonly subprotocol: boolean;
  readonly steps: readonly PlannedStep[];
  readonly close: { readonly by: Role; readonly payload: Uint8Array; readonly crossed: boolean };
  readonly seed: number;
}

const role: fc.Arbitrary<Role> = fc.constantFrom('client', 'server');
const bits = fc.option(fc.integer({ min: 9, max: 15 }));
const WORDS = ['Hello', ' ', 'world', 'żółw', '🐢', '\n', 'κόσμε', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'Hello world'];
const words = fc.array(fc.constantFrom(...WORDS), { maxLength: 300 }).map((some) => octetsOfText(some.join('')));
const text = fc.oneof(words, fc.string({ unit: 'binary', maxLength: 80 }).map(octetsOfText));
const size = fc.constantFrom(0, 1, 125, 126, 127, 1000, 65535, 65536);
const octets = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.tuple(size, fc.nat(255)).map(([length, octet]) => new Uint8Array(length).fill(octet)),
);

const message: fc.Arbitrary<PlannedMessage> = fc
  .tuple(fc.boolean(), text, octets, fc.boolean(), fc.array(fc.nat(70_000), { maxLength: 4 }))
  .map(([isText, asText, asOctets, compress, cuts]) => ({
    isText,
    content: isText ? asText : asOctets,
    compress,
    cuts,
  }));

const step: fc.Arbitrary<PlannedStep> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ from: role, message }) },
  { weight: 1, arbitrary: fc.record({ from: role, ping: fc.uint8Array({ maxLength: 125 }) }) },
);

const CLOSES = [
  new Uint8Array(0),
  closePayload(1000),
  closePayload(1000, 'żegnaj'),
  closePayload(1001),
  closePayload(3000, 'x'.repeat(123)),
  closePayload(4999),
];

export const plan: fc.Arbitrary<Plan> = fc.record({
  deflate: fc.option(
    fc.record({ serverNoTakeover: fc.boolean(), clientNoTakeover: fc.boolean(), serverBits: bits, clientBits: bits }),
  ),
  subprotocol: fc.boolean(),
  steps: fc.array(step, { maxLength: 12 }),
  close: fc.record({ by: role, payload: fc.constantFrom(...CLOSES), crossed: fc.boolean() }),
  seed: fc.nat(),
});

const KEY = 'x3JJHMbDL1EzLkh9GBhXDw==';

export function requestOf({ deflate, subprotocol }: Pick<Plan, 'deflate' | 'subprotocol'>): string[] {
  return [
    'GET /chat HTTP/1.1',
    'Host: server.example.com',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${KEY}`,
    'Sec-WebSocket-Version: 13',
    ...(deflate ? ['Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits'] : []),
    ...(subprotocol ? ['Sec-WebSocket-Protocol: chat, superchat'] : []),
  ];
}

export function responseOf({ deflate, subprotocol }: Pick<Plan, 'deflate' | 'subprotocol'>): string[] {
  const parameters = deflate && [
    'permessage-deflate',
    ...(deflate.serverNoTakeover ? ['server_no_context_takeover'] : []),
    ...(deflate.clientNoTakeover ? ['client_no_context_takeover'] : []),
    ...(deflate.serverBits === null ? [] : [`server_max_window_bits=${deflate.serverBits}`]),
    ...(deflate.clientBits === null ? [] : [`client_max_window_bits=${deflate.clientBits}`]),
  ];
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${acceptFor(KEY)}`,
    ...(parameters ? [`Sec-WebSocket-Extensions: ${parameters.join('; ')}`] : []),
    ...(subprotocol ? ['Sec-WebSocket-Protocol: chat'] : []),
  ];
}

export function sentHead(from: Role, lines: readonly string[]): Sent {
  const octets = octetsOfText(`${lines.join('\r\n')}\r\n\r\n`);
  return { from, octets, frame: null, compressed: false, inside: false };
}

export function sentFrame(
  from: Role,
  frame: WireFrame,
  about: Partial<Pick<Sent, 'compressed' | 'inside'>> = {},
): Sent {
  const { compressed = false, inside = false } = about;
  return { from, octets: octetsOfFrame(frame), frame, compressed, inside };
}

/** A fresh key for a client, none for a server. */
export function keyFor(from: Role, chance: Chance): Uint8Array | null {
  return from === 'client' ? Uint8Array.from({ length: 4 }, () => chance(256)) : null;
}

const TAIL = Buffer.from('0000ffff', 'hex');

/** Compresses messages as a sender with these parameters may. */
export function compressor(windowBits: number, takesOver: boolean): (content: Uint8Array) => Uint8Array {
  let history: Uint8Array = new Uint8Array(0);
  return (content) => {
    const dictionary = takesOver && history.length > 0 ? { dictionary: history } : {};
    const out = deflateRawSync(content, { windowBits, finishFlush: constants.Z_SYNC_FLUSH, ...dictionary });
    if (!out.subarray(-4).equals(TAIL)) throw new Error('zlib did not flush');
    history = Buffer.concat([history, content]).subarray(-(2 ** windowBits));
    return out.length === 4 ? Uint8Array.of(0) : out.subarray(0, -4);
  };
}

interface Side {
  readonly role: Role;
  readonly compress: (content: Uint8Array) => Uint8Array;
  /** Data frames to come; the first of each message has its opcode. */
  readonly queue: Sent[];
  /** Pings that it still has to answer. */
  readonly owed: Uint8Array[];
  inside: boolean;
}

/** Plays the plan: both sides in turn by chance, each Ping answered, a Close and its answer, the end of TCP by the server. */
export function converse({ deflate, subprotocol, steps, close, seed }: Plan): Conversation {
  const chance = chanceOf(seed);
  const sent: Sent[] = [
    sentHead('client', requestOf({ deflate, subprotocol })),
    sentHead('server', responseOf({ deflate, subprotocol })),
  ];
  const sides = { client: sideOf('client', deflate), server: sideOf('server', deflate) };
  const control = (from: Role, opcode: number, payload: Uint8Array) => {
    const { inside } = sides[from];
    sent.push(sentFrame(from, { fin: true, rsv: 0, opcode, key: keyFor(from, chance), payload }, { inside }));
  };
  const payDebts = (side: Side) => {
    for (const payload of side.owed.splice(0)) control(side.role, OPCODE.PONG, payload);
  };
  const sendNext = (side: Side) => {
    if (chance(2) === 0) payDebts(side);
    const next = side.queue.shift();
    if (!next?.frame) return;
    if (next.frame.opcode === OPCODE.PING) {
      control(side.role, OPCODE.PING, next.frame.payload);
      sides[otherRole(side.role)].owed.push(next.frame.payload);
      return;
    }
    sent.push({ ...next, inside: side.inside });
    side.inside = !next.frame.fin;
  };

  for (const one of steps) sides[one.from].queue.push(...framesOf(one, sides[one.from], deflate !== null, chance));
  const closer = sides[close.by];
  const other = sides[otherRole(close.by)];
  while (closer.queue.length > 0 || (close.crossed && other.queue.length > 0)) {
    const isCloser = chance(2) === 0 ? closer.queue.length > 0 : other.queue.length === 0;
    sendNext(isCloser ? closer : other);
  }
  payDebts(closer);
  payDebts(other);
  control(closer.role, OPCODE.CLOSE, close.payload);
  // What was begun may be finished before the answer, and nothing else may be begun.
  while (other.inside) sendNext(other);
  payDebts(other);
  control(other.role, OPCODE.CLOSE, close.crossed && close.payload.length > 1 ? closePayload(1001) : close.payload);
  return { sent, droppedBy: 'server', deflate };
}

function sideOf(from: Role, deflate: Deflate | null): Side {
  const windowBits = (from === 'client' ? deflate?.clientBits : deflate?.serverBits) ?? 15;
  const noTakeover = from === 'client' ? deflate?.clientNoTakeover : deflate?.serverNoTakeover;
  return { role: from, compress: compressor(windowBits, !noTakeover), queue: [], owed: [], inside: false };
}

function framesOf(one: PlannedStep, side: Side, canCompress: boolean, chance: Chance): Sent[] {
  const key = () => keyFor(side.role, chance);
  if ('ping' in one) {
    const frame = { fin: true, rsv: 0, opcode: OPCODE.PING, key: null, payload: one.ping };
    return [sentFrame(side.role, frame)];
  }
  const { isText, content, compress, cuts } = one.message;
  const compressed = canCompress && compress;
  const payload = compressed ? side.compress(content) : content;
  const borders = [...new Set([...cuts.map((cut) => cut % (payload.length + 1)), payload.length])].sort(
    (a, b) => a - b,
  );
  return borders.map((end, i) => {
    const opcode = i > 0 ? OPCODE.CONTINUATION : isText ? OPCODE.TEXT : OPCODE.BINARY;
    const rsv = compressed && i === 0 ? 4 : 0;
    const part = payload.subarray(i === 0 ? 0 : borders[i - 1], end);
    const frame = { fin: i === borders.length - 1, rsv, opcode, key: key(), payload: part };
    return sentFrame(side.role, frame, { compressed });
  });
}
