// Cases that the rules' examples leave out, made in code: echoes around the borders of the length's forms, every reserved
// opcode and combination of reserved bits, mixtures of fragments, Pings and small writes, texts at the edges of UTF-8,
// Closes at their limits, and compressed echoes with every set of parameters.

import { deflateRawSync } from 'node:zlib';
import type { Role } from '../model/row.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { FrameMaker } from './frame-maker.ts';
import type { ScriptStep } from './script.ts';
import { type MadeCase, type SuiteCase, scriptOfSteps, sendSteps } from './suite-case.ts';
import { texts } from './utf8-cases.ts';

/** All messages have to come back before a Ping asks whether the peer goes on. */
function made({ steps: own, ...given }: MadeCase): SuiteCase {
  const messages = given.expectsEcho ? messagesIn(own) : 0;
  const steps = messages > 0 ? [...own, awaits('message', messages)] : own;
  const nothing = new Uint8Array(0);
  return {
    aliases: [],
    request: nothing,
    response: nothing,
    needs: null,
    ending: 'probe',
    expectsEcho: false,
    isLarge: false,
    isTimed: false,
    script: scriptOfSteps(steps),
    ...given,
  };
}

/** Every case that is made for the role, the same ones in each run; large ones only on request, for they take time to make. */
export function madeCases(role: Role, hasLarge: boolean): SuiteCase[] {
  const maker = new FrameMaker(role);
  const all = [lengths, reserved, mixtures, texts, closes, compressed].flatMap((make) => make(maker, hasLarge));
  return all.filter(({ isLarge }) => hasLarge || !isLarge).map(made);
}

/** A last or only data frame begins with FIN and an opcode below 3; what is sent octet by octet is put together first. */
function messagesIn(steps: readonly ScriptStep[]): number {
  let octets = Buffer.concat(steps.map((step) => (step.kind === 'send' ? step.octets : new Uint8Array(0))));
  let count = 0;
  while (octets.length > 1) {
    const [first = 0, second = 0] = octets;
    if ((first & 0x80) !== 0 && (first & 0x0f) < 3) count++;
    const short = second & 0x7f;
    const length = short < 126 ? short : short === 126 ? octets.readUInt16BE(2) : Number(octets.readBigUInt64BE(2));
    octets = octets.subarray(2 + (short < 126 ? 0 : short === 126 ? 2 : 8) + ((second & 0x80) >> 5) + length);
  }
  return count;
}

function inOctets(octets: Uint8Array): Uint8Array[] {
  return Array.from(octets, (octet) => Uint8Array.of(octet));
}

function awaits(what: 'pong' | 'message', count: number): ScriptStep {
  return { kind: 'awaits', row: 0, after: 1, time: null, what, count };
}

const LENGTHS = [0, 1, 124, 125, 126, 127, 128, 65_535, 65_536, 1 << 20, 16 << 20];
/** So many writes of one octet are quickly made. */
const MOST_CHOPS = 200;
const LARGE = 1 << 20;

function lengths(maker: FrameMaker, hasLarge: boolean): MadeCase[] {
  return LENGTHS.filter((length) => hasLarge || length < LARGE).flatMap((length) =>
    (['text', 'binary'] as const).flatMap((kind) => {
      const opcode = kind === 'text' ? OPCODE.TEXT : OPCODE.BINARY;
      const frame = () => maker.frame({ opcode, payload: new Uint8Array(length).fill(0x2a) });
      const title = `A ${kind} message of ${length} octets is echoed`;
      const common = { breaks: null, expectsEcho: true };
      const whole = {
        ...common,
        id: `echo/${kind}-${length}`,
        title,
        steps: sendSteps([frame()]),
        isLarge: length >= LARGE,
      };
      if (length >= LARGE) return [whole];
      if (length > MOST_CHOPS && !hasLarge) return [whole];
      const chops = sendSteps(inOctets(frame()));
      const chopped = { ...common, id: `echo/${kind}-${length}-chopped`, title: `${title}, sent octet by octet` };
      return [whole, { ...chopped, steps: chops, isLarge: length > MOST_CHOPS }];
    }),
  );
}

const RESERVED_OPCODES = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15];
const KINDS = [
  ['text', OPCODE.TEXT],
  ['ping', OPCODE.PING],
  ['close', OPCODE.CLOSE],
] as const;

function reserved(maker: FrameMaker): MadeCase[] {
  const hello = Buffer.from('Hello');
  /** The fault at once, and between sound messages. */
  const inTraffic = (id: string, title: string, breaks: string, fault: Uint8Array): MadeCase[] => [
    { id, title, breaks, steps: sendSteps([fault]) },
    {
      id: `${id}-in-traffic`,
      title: `${title}, with messages before and after it`,
      breaks,
      steps: sendSteps([maker.text('before'), fault, maker.text('after')]),
    },
  ];
  const opcodes = RESERVED_OPCODES.flatMap((opcode) => {
    const rule = opcode < 8 ? 'frame/opcode-reserved-data' : 'frame/opcode-reserved-control';
    const frame = maker.frame({ opcode, payload: hello });
    return inTraffic(`opcode/${opcode}`, `Reserved opcode ${opcode}`, rule, frame);
  });
  const bits = KINDS.flatMap(([name, opcode]) =>
    Array.from({ length: 7 }, (_, at) => at + 1).flatMap((rsv) => {
      const payload = opcode === OPCODE.CLOSE ? Uint8Array.of(0x03, 0xe8) : hello;
      const frame = maker.frame({ opcode, rsv, payload });
      return inTraffic(`rsv/${name}-${rsv}`, `Reserved bits ${rsv} on a ${name} frame`, 'frame/rsv-set', frame);
    }),
  );
  return [...opcodes, ...bits];
}

function mixtures(maker: FrameMaker): MadeCase[] {
  const fragments = (count: number, between: () => Uint8Array[]) =>
    Array.from({ length: count }, (_, at) => [
      ...(at === 0 ? [] : between()),
      maker.frame({
        opcode: at === 0 ? OPCODE.TEXT : OPCODE.CONTINUATION,
        fin: at === count - 1,
        payload: Buffer.from(`part ${at} `),
      }),
    ]).flat();
  const ping = (payload = new Uint8Array(0)) => maker.frame({ opcode: OPCODE.PING, payload });
  const pong = () => maker.frame({ opcode: OPCODE.PONG, payload: Buffer.from('unasked') });
  const longest = new Uint8Array(125).fill(0xfe);
  const shapes: readonly (readonly [string, string, Uint8Array[], number])[] = [
    ['fragments', 'Three fragments', fragments(3, () => []), 0],
    ['fragments-many', 'A hundred fragments', fragments(100, () => []), 0],
    ['fragments-pings', 'Three fragments, a Ping between each two', fragments(3, () => [ping(Buffer.from('p'))]), 2],
    ['fragments-pongs', 'Three fragments, an unasked Pong between each two', fragments(3, () => [pong()]), 0],
    ['ping-empty', 'A Ping without payload, then a message', [ping(), maker.text('a')], 1],
    ['ping-125', 'A Ping of 125 octets, then a message', [ping(longest), maker.text('a')], 1],
    [
      'fragment-empty',
      'Empty fragments around one octet',
      [
        maker.frame({ opcode: OPCODE.TEXT, fin: false, payload: new Uint8Array(0) }),
        maker.frame({ opcode: OPCODE.CONTINUATION, fin: false, payload: Buffer.from('a') }),
        maker.frame({ opcode: OPCODE.CONTINUATION, payload: new Uint8Array(0) }),
      ],
      0,
    ],
  ];
  return shapes.flatMap(([name, title, frames, pings]) => {
    const after = pings > 0 ? [awaits('pong', pings)] : [];
    const common = { breaks: null, expectsEcho: true };
    const all = Buffer.concat(frames);
    const ways: readonly (readonly [string, string, Uint8Array[]])[] = [
      ['', '', frames],
      ['-in-one-write', ', in one write', [all]],
      ['-chopped', ', sent octet by octet', inOctets(all)],
    ];
    return ways.map(([suffix, how, writes]) => ({
      ...common,
      id: `mix/${name}${suffix}`,
      title: `${title}${how}`,
      steps: [...sendSteps(writes), ...after],
      isLarge: writes.length > 10 * MOST_CHOPS,
    }));
  });
}

function closes(maker: FrameMaker): MadeCase[] {
  const close = (reason: number) =>
    maker.frame({ opcode: OPCODE.CLOSE, payload: Buffer.concat([Uint8Array.of(3, 232), Buffer.alloc(reason, 'r')]) });
  const begun = maker.frame({ opcode: OPCODE.TEXT, fin: false, payload: Buffer.from('begun') });
  const large = maker.frame({ opcode: OPCODE.BINARY, payload: new Uint8Array(LARGE).fill(7) });
  return [
    { id: 'close/reason-123', title: 'A reason of 123 octets', breaks: null, steps: sendSteps([close(123)]) },
    {
      id: 'close/reason-124',
      title: 'A reason of 124 octets, one too many',
      breaks: 'control/too-long',
      steps: sendSteps([close(124)]),
    },
    {
      id: 'close/inside-message',
      title: 'A Close inside a message',
      breaks: null,
      steps: sendSteps([begun, close(0)]),
    },
    {
      id: 'close/after-large-message',
      title: 'A message of 1 MiB and a Close in one write',
      breaks: null,
      steps: sendSteps([Buffer.concat([large, close(0)])]),
    },
  ];
}

/** Sets of parameters, and the window in bits for which the content is compressed. */
const PARAMETERS: readonly (readonly [string, number])[] = [
  ['', 15],
  ['; server_no_context_takeover', 15],
  ['; client_no_context_takeover', 15],
  ['; server_no_context_takeover; client_no_context_takeover', 15],
  ['; server_max_window_bits=9', 9],
  ['; client_max_window_bits=9', 9],
  ['; client_max_window_bits', 9],
  ['; server_max_window_bits=9; client_max_window_bits=9', 9],
];

function compressed(maker: FrameMaker): MadeCase[] {
  return PARAMETERS.flatMap(([parameters, windowBits]) => {
    // A server's answer has to name a number (RFC 7692 §7.1.2.2).
    if (maker.role === 'server' && parameters.endsWith('client_max_window_bits')) return [];
    const message = (text: string, parts: number) => maker.compressed(Buffer.from(text), deflated(windowBits), parts);
    const long = 'all work and no play '.repeat(60);
    const frames = [...message('Hello', 1), ...message('Hello', 2), ...message(long, 1), ...message('', 1)];
    const name = parameters === '' ? 'plain' : parameters.slice(2).replace(/; /g, '-and-').replace(/[=_]/g, '-');
    return [
      {
        id: `deflate-echo/${name}`,
        title: `Compressed messages are echoed, with permessage-deflate${parameters}`,
        breaks: null,
        needs: `permessage-deflate${parameters}`,
        expectsEcho: true,
        steps: sendSteps(frames),
      },
    ];
  });
}

function deflated(windowBits: number): (octets: Uint8Array) => Uint8Array {
  return (octets) => {
    const out = deflateRawSync(octets, { windowBits, finishFlush: 2 });
    return octets.length === 0 ? Uint8Array.of(0) : out.subarray(0, out.length - 4);
  };
}
