import { randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutOctets, hexOf, octetsOfText } from '../model/octets.ts';
import { otherRole, type Role, type Row } from '../model/row.ts';
import { type Chance, chanceOf, closePayload, headerOfFrame, type WireFrame } from '../model/wire-frame.fixture.ts';
import { type Frame, startOf } from '../protocol/frame/frame.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import {
  type Conversation,
  compressor,
  converse,
  keyFor,
  type Plan,
  plan,
  requestOf,
  responseOf,
  type Sent,
  sentFrame,
  sentHead,
} from './conversation.fixture.ts';
import {
  accusations,
  annotateRows,
  type Chopping,
  chopping,
  HEADER,
  logOf,
  type WrittenLog,
} from './conversation-log.fixture.ts';

/** Of pieces of frames, one row in some ten thousand looks like whole frames by chance. */
const cleanly = fc.constantFrom<Chopping>('whole', 'octets');
const writer = fc.constantFrom<Role>('client', 'server');

describe('a made-up valid conversation', () => {
  it('has no finding above a note, whoever wrote the log and however its octets are chopped', () => {
    fc.assert(
      fc.property(plan, writer, chopping, fc.nat(), (planned, by, how, seed) => {
        const conversation = converse(planned);
        const { header, rows } = logOf(conversation, by, how, seed);
        const annotated = annotateRows(header, rows);
        expect(accusations(annotated)).toEqual([]);
        const frames = conversation.sent.filter(({ frame }) => frame !== null).length;
        expect(annotated.summary.frames.rx + annotated.summary.frames.tx).toBe(frames);
        expect(annotated.summary.unverified).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a made-up valid conversation of which the log shows only a part', () => {
  it('has no finding above a note, and all of its frames', () => {
    fc.assert(
      fc.property(
        plan,
        writer,
        chopping,
        fc.nat(),
        fc.integer({ min: 1, max: 80 }),
        (planned, by, how, seed, shown) => {
          const conversation = converse(planned);
          const cut = cutLog(logOf(conversation, by, how, seed), conversation, shown);
          const annotated = annotateRows(cut.header, cut.rows);
          expect(accusations(annotated)).toEqual([]);
          const frames = conversation.sent.filter(({ frame }) => frame !== null).length;
          expect(annotated.summary.frames.rx + annotated.summary.frames.tx).toBe(frames);
          for (const { row, agrees, frame } of annotated.rows) {
            // What the cut hides is not compared.
            if (row.kind === 'frame') expect([agrees === false, frame === null]).toEqual([false, false]);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('has none either where the log has a gap after the handshake', () => {
    fc.assert(
      fc.property(plan, writer, cleanly, fc.nat(), fc.nat(), (planned, by, how, seed, left) => {
        const conversation = converse(planned);
        const { header, rows } = logOf(conversation, by, how, seed);
        const first = Math.min(2 + (left % 40), rows.length - 1);
        const off = rows[first] as Row;
        const without = rows.with(first, { kind: 'log-off', row: off.row, time: null });
        expect(accusations(annotateRows(header, without))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a made-up valid conversation of which a row is lost', () => {
  it.each(['one', 'both'] as const)('has none, where what is lost is that of %s', (whose) => {
    fc.assert(
      fc.property(plan, writer, cleanly, fc.nat(), fc.nat(), (planned, by, how, seed, at) => {
        const { header, rows } = logOf(converse(planned), by, how, seed);
        const octets = rows.filter((row) => row.kind === 'octets');
        // Without its first row a log only begins late.
        const first = whose === 'both' ? 1 : 0;
        const lost = octets[first + (at % (octets.length - first))];
        if (!lost) return;
        const { row, direction } = lost;
        const loses = whose === 'both' ? whose : direction;
        const damaged: Row = { kind: 'damaged', row, time: null, text: '', why: 'lost', loses };
        expect(accusations(annotateRows(header, rows.with(rows.indexOf(lost), damaged)))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('any rows at all', () => {
  const octets = fc.oneof(
    fc.uint8Array({ maxLength: 30 }),
    fc
      .constantFrom('GET / HTTP/1.1\r\n', '\r\n\r\n', 'HTTP/1.1 101 x\r\n\r\n', 'HTTP/1.1 401 x\r\n\r\n')
      .map(octetsOfText),
    fc
      .constantFrom('8100', '0103', '8000', '880203e8', '8980a1b2c3d4', 'c107f248cdc9c90700')
      .map((hex) => Buffer.from(hex, 'hex')),
  );
  const direction = fc.constantFrom('rx' as const, 'tx' as const);
  const row = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('octets' as const),
        direction,
        octets,
        hidden: fc.constantFrom(0, 0, 0, 5),
        exact: fc.boolean(),
      }),
    },
    fc.record({ kind: fc.constant('frame' as const), direction, octets }),
    fc.record({ kind: fc.constantFrom('failing' as const, 'closing' as const, 'log-off' as const, 'log-on' as const) }),
    fc.record({ kind: fc.constant('delay-over' as const), tag: fc.constant(null) }),
    fc.record({
      kind: fc.constant('tcp-drop' as const),
      by: fc.constantFrom('writer' as const, 'peer' as const),
      reset: fc.boolean(),
    }),
  );
  const header = fc.record({
    writer: fc.constantFrom('client', 'server', null),
    extensions: fc.constantFrom(null, 'none', 'permessage-deflate', 'other'),
    request: fc.constantFrom(null, 'GET / HTTP/1.1\r\n\r\n'),
    unlogged: fc.constantFrom(null, { rx: 10, tx: 0 }),
  });

  it('are annotated, and every annotation is about octets that are there', () => {
    fc.assert(
      fc.property(header, fc.array(row, { maxLength: 25 }), (about, some) => {
        const rows = some.map((one, i): Row => {
          const base = { row: i, time: null };
          if (one.kind === 'octets') {
            const { octets: known, hidden, exact } = one;
            const length = exact ? known.length + hidden : known.length;
            return {
              ...base,
              kind: 'octets',
              direction: one.direction,
              octets: { known, length, exact: exact || hidden === 0 },
              sync: false,
            };
          }
          if (one.kind === 'frame') return frameRowOf(i, one.direction, one.octets);
          return { ...base, ...one };
        });
        const annotated = annotateRows({ ...HEADER, ...about }, rows);
        for (const { row: at, octets: range } of annotated.annotations) {
          const found = rows[at];
          if (!found) expect([at, rows.length]).toEqual([-1, 0]);
          else if (range) {
            const length = found.kind === 'octets' ? found.octets.length : 0;
            expect(range[0]).toBeGreaterThanOrEqual(0);
            expect(range[1]).toBeLessThanOrEqual(length);
            expect(range[0]).toBeLessThan(range[1]);
          }
        }
        expect(annotated.rows.map((one) => one.row)).toEqual(rows);
      }),
      { numRuns: 1000 },
    );
  });
});

function frameRowOf(row: number, direction: 'rx' | 'tx', octets: Uint8Array, frame?: Frame): Row {
  const payload = cutOctets((frame?.payload ?? octets).subarray(0, 64), frame?.length ?? octets.length);
  const { fin = true, rsv = 0, opcode = 1, masked = false, maskingKey = null } = frame ?? {};
  const key = maskingKey && hexOf(maskingKey);
  const told = { repeat: null, chopSize: null, sync: false };
  return {
    kind: 'frame',
    row,
    time: null,
    direction,
    opcode,
    fin,
    rsv,
    masked,
    maskingKey: key,
    length: payload.length,
    payload,
    ...told,
  };
}

/** The log as Autobahn keeps it: the first octets of each row, frame rows, and the heads as texts. */
function cutLog({ header, rows }: WrittenLog, { sent }: Conversation, shown: number): Omit<WrittenLog, 'locate'> {
  const whole = annotateRows(header, rows).rows;
  const all = whole.flatMap(({ frames }) => frames.map(({ frame }) => frame));
  const out = whole.flatMap(({ row, frames }): Row[] => {
    if (row.kind !== 'octets') return [row];
    const cut = { ...row, octets: cutOctets(row.octets.known.subarray(0, shown), row.octets.length) };
    const rowOf = (frame: Frame) => frameRowOf(0, row.direction, frame.payload, frame);
    if (row.direction === 'rx') return [cut, ...frames.map(({ frame }) => rowOf(frame))];
    return [...all.filter((frame) => frame.direction === 'tx' && startOf(frame).row === row.row).map(rowOf), cut];
  });
  const [request = null, response = null] = sent
    .slice(0, 2)
    .map(({ octets }) => Buffer.from(octets).toString('latin1'));
  return { header: { ...header, request, response }, rows: out.map((row, i) => ({ ...row, row: i })) };
}

// ---- one fault at a time

/** A conversation with one fault: which rule it breaks, who does, and where. */
interface Faulty {
  readonly sent: readonly Sent[];
  readonly droppedBy?: Role | null;
  readonly by: Role;
  /** Number of what was sent and octet of it; `end` is the end of TCP; null where only the rule is definite. */
  readonly at: readonly [sent: number, octet: number | null] | 'end' | null;
}

interface Mutation {
  readonly rule: string;
  /** Null where the conversation has no place for it. */
  readonly make: (conversation: Conversation, chance: Chance) => Faulty | null;
  /** What else it cannot but break. */
  readonly also?: readonly string[];
  /** Changes to the plan without which there is no place for it. */
  readonly needs?: Partial<Plan>;
  /** Who has to write the log for it to be certain. */
  readonly onlyBy?: Role;
}

const NO_DEFLATE: Partial<Plan> = { deflate: null };
const DEFLATE: Partial<Plan> = {
  deflate: { serverNoTakeover: false, clientNoTakeover: false, serverBits: null, clientBits: null },
};
const NO_TAKEOVER: Partial<Plan> = {
  deflate: { serverNoTakeover: true, clientNoTakeover: true, serverBits: null, clientBits: null },
};
const SMALL_WINDOWS: Partial<Plan> = {
  deflate: { serverNoTakeover: false, clientNoTakeover: false, serverBits: 9, clientBits: 9 },
};

/** Both sides send at least a whole text, a fragmented one, a compressed one where that can be, and a Ping. */
function enriched(planned: Plan, needs: Partial<Plan> = {}): Plan {
  const texts = (['client', 'server'] as const).flatMap((from, i): Plan['steps'] => [
    { from, message: { isText: true, content: octetsOfText('whole żółw'), compress: false, cuts: [] } },
    { from, message: { isText: true, content: octetsOfText('in three fragments'), compress: false, cuts: [3, 9] } },
    { from, message: { isText: true, content: octetsOfText('Hello Hello Hello Hello'), compress: true, cuts: [] } },
    { from, message: { isText: true, content: octetsOfText('compressed, in two'), compress: true, cuts: [5] } },
    { from, ping: octetsOfText(`unique ${i}`) },
  ]);
  const close = { ...planned.close, crossed: false };
  return { ...planned, close, steps: [...planned.steps.slice(0, 4), ...texts], ...needs };
}

/** The number of a frame like that before the first Close, by chance. */
function find({ sent }: Conversation, chance: Chance, like: (frame: WireFrame, one: Sent) => boolean): number | null {
  const end = firstClose(sent);
  const found = sent.flatMap((one, i) => (one.frame && i < end && like(one.frame, one) ? [i] : []));
  return found[chance(Math.max(found.length, 1))] ?? null;
}

function firstClose(sent: readonly Sent[]): number {
  return sent.findIndex(({ frame }) => frame?.opcode === OPCODE.CLOSE);
}

/** The conversation up to there, then what breaks the protocol, and the other side fails the connection. */
function failing(sent: readonly Sent[], i: number, broken: Sent, octet: number | null, code = 1002): Faulty {
  const receiver = otherRole(broken.from);
  const close = closeOf(receiver, closePayload(code));
  return { sent: [...sent.slice(0, i), broken, close], droppedBy: receiver, by: broken.from, at: [i, octet] };
}

function closeOf(from: Role, payload: Uint8Array): Sent {
  return frameOf(from, { opcode: OPCODE.CLOSE, payload });
}

function frameOf(from: Role, frame: Partial<WireFrame>): Sent {
  const key = from === 'client' ? randomBytes(4) : null;
  return sentFrame(from, { fin: true, rsv: 0, opcode: OPCODE.TEXT, key, payload: new Uint8Array(0), ...frame });
}

/** Changes one frame, which ends the conversation. */
function changed(
  like: (frame: WireFrame, one: Sent) => boolean,
  change: (frame: WireFrame, from: Role, chance: Chance) => Partial<WireFrame>,
  octet: number | ((frame: WireFrame) => number | null),
  code = 1002,
): Mutation['make'] {
  return (conversation, chance) => {
    const i = find(conversation, chance, like);
    const one = i === null ? undefined : conversation.sent[i];
    if (i === null || !one?.frame) return null;
    const frame = { ...one.frame, ...change(one.frame, one.from, chance) };
    const at = typeof octet === 'number' ? octet : octet(frame);
    return failing(conversation.sent, i, sentFrame(one.from, frame), at, code);
  };
}

/** Changes the first Close, which the other side then fails on. */
function badClose(payload: Uint8Array, octet: (header: number) => number): Mutation['make'] {
  return ({ sent }) => {
    const i = firstClose(sent);
    const { from } = sent[i] as Sent;
    const broken = closeOf(from, payload);
    return failing(sent, i, broken, octet(headerLength(broken.frame as WireFrame)));
  };
}

/** Puts frames of the side that closes before its Close; the conversation goes on as it would. */
function beforeClose(
  make: (from: Role, chance: Chance) => readonly Sent[],
  octet: (last: WireFrame) => number | null,
): Mutation['make'] {
  return ({ sent }, chance) => {
    const i = firstClose(sent);
    const { from } = sent[i] as Sent;
    const added = make(from, chance);
    const last = added.at(-1)?.frame as WireFrame;
    const all = [...sent.slice(0, i), ...added, ...sent.slice(i)];
    return { sent: all, by: from, at: [i + added.length - 1, octet(last)] };
  };
}

function headerLength(frame: WireFrame): number {
  return headerOfFrame(frame, frame.payload.length).length;
}

function compressedText(from: Role, payload: Uint8Array): Sent {
  return frameOf(from, { rsv: 4, payload });
}

const isData = ({ opcode }: WireFrame) => opcode <= OPCODE.BINARY;
const isWhole = (frame: WireFrame, one: Sent) => isData(frame) && frame.opcode > 0 && frame.fin && !one.inside;
const isShort = ({ payload }: WireFrame) => payload.length <= 125;
const isPing = ({ opcode }: WireFrame) => opcode === OPCODE.PING;
const isPlainText = (frame: WireFrame, one: Sent) => frame.opcode === OPCODE.TEXT && !one.compressed;
const any = () => true;
const payloadStart = (frame: WireFrame) => headerLength(frame);

/** Another head of the handshake; the client drops. */
function badResponse(line: (planned: string[]) => string[]): Mutation['make'] {
  return ({ sent }) => {
    const [request, response] = sent as [Sent, Sent];
    const lines = Buffer.from(response.octets).toString('latin1').split('\r\n').slice(0, -2);
    const head = sentHead('server', line(lines));
    return { sent: [request, head], droppedBy: 'client', by: 'server', at: [1, null] };
  };
}

const REFERRED = randomBytes(600);

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'RSV2 is set': { rule: 'frame/rsv-set', make: changed(any, ({ rsv }) => ({ rsv: rsv | 2 }), 0) },
  'RSV3 is set': { rule: 'frame/rsv-set', make: changed(any, ({ rsv }) => ({ rsv: rsv | 1 }), 0) },
  'RSV1 is set, and nothing is agreed': {
    rule: 'frame/rsv-set',
    make: changed(any, () => ({ rsv: 4 }), 0),
    needs: NO_DEFLATE,
  },
  'the opcode is one of the reserved data ones': {
    rule: 'frame/opcode-reserved-data',
    make: changed(isWhole, (_, __, chance) => ({ rsv: 0, opcode: 3 + chance(5) }), 0),
  },
  'the opcode is one of the reserved control ones': {
    rule: 'frame/opcode-reserved-control',
    make: changed(isPing, (_, __, chance) => ({ opcode: 11 + chance(5) }), 0),
  },
  'a client frame has no mask': {
    rule: 'frame/mask-missing',
    make: changed(
      (_, { from }) => from === 'client',
      () => ({ key: null }),
      1,
    ),
  },
  'a server frame has a mask': {
    rule: 'frame/mask-present',
    make: changed(
      (_, { from }) => from === 'server',
      () => ({ key: randomBytes(4) }),
      1,
    ),
  },
  'a short length takes 16 bits': {
    rule: 'frame/length-not-minimal',
    make: changed(isShort, () => ({ lengthBits: 16 }), 2),
  },
  'a length takes 64 bits': {
    rule: 'frame/length-not-minimal',
    make: changed(
      ({ payload }) => payload.length <= 0xffff,
      () => ({ lengthBits: 64 }),
      2,
    ),
  },
  'the length has its first bit set': {
    rule: 'frame/length-msb-set',
    make: ({ sent }, chance) => {
      const from = chance(2) === 0 ? 'client' : 'server';
      const frame: WireFrame = {
        fin: true,
        rsv: 0,
        opcode: 2,
        key: keyFor(from, chance),
        payload: new Uint8Array(0),
        lengthBits: 64,
      };
      const octets = headerOfFrame(frame, 1n << 63n);
      return failing(sent, 2, { ...sentFrame(from, frame), octets }, 2);
    },
  },
  'a Ping has no FIN': { rule: 'control/fragmented', make: changed(isPing, () => ({ fin: false }), 0) },
  'a Ping is too long': {
    rule: 'control/too-long',
    make: changed(isPing, () => ({ payload: randomBytes(126) }), 2),
  },
  'a continuation continues nothing': {
    rule: 'fragment/unexpected-continuation',
    make: changed(isWhole, () => ({ opcode: 0, rsv: 0 }), 0),
  },
  'a message begins inside another': {
    rule: 'fragment/new-message-inside-message',
    make: changed(
      ({ opcode }) => opcode === 0,
      (_, __, chance) => ({ opcode: 1 + chance(2), payload: octetsOfText('x') }),
      0,
    ),
  },
  'a close code is 999': { rule: 'close/code-below-1000', make: badClose(closePayload(999), (header) => header) },
  'a close code is 1004': { rule: 'close/code-1004', make: badClose(closePayload(1004), (header) => header) },
  'a close code is 1005': { rule: 'close/code-never-on-wire', make: badClose(closePayload(1005), (header) => header) },
  'a close code is 1006': { rule: 'close/code-never-on-wire', make: badClose(closePayload(1006), (header) => header) },
  'a close code is 2000': { rule: 'close/code-unassigned', make: badClose(closePayload(2000), (header) => header) },
  'a close code is 5000': { rule: 'close/code-above-4999', make: badClose(closePayload(5000), (header) => header) },
  'a Close has one octet': { rule: 'close/payload-one-octet', make: badClose(Uint8Array.of(3), (header) => header) },
  'a close reason is no UTF-8': {
    rule: 'close/reason-invalid-utf8',
    make: badClose(closePayload(1000, Uint8Array.of(0x61, 0xff, 0x61)), (header) => header + 3),
  },
  'a close reason breaks off': {
    rule: 'close/reason-invalid-utf8',
    make: badClose(closePayload(1000, Uint8Array.of(0x61, 0xe2, 0x82)), (header) => header + 3),
  },
  'a text has an octet that no text has': {
    rule: 'text/invalid-utf8',
    make: (conversation, chance) => {
      const i = find(conversation, chance, (frame, one) => isPlainText(frame, one) && frame.payload.length > 0);
      const one = conversation.sent[i ?? -1];
      if (i === null || !one?.frame) return null;
      const payload = Uint8Array.from(one.frame.payload);
      const at = chance(payload.length);
      payload[at] = 0xff;
      const frame = { ...one.frame, payload };
      return failing(conversation.sent, i, sentFrame(one.from, frame), headerLength(frame) + at, 1007);
    },
  },
  'a text ends inside a sequence': {
    rule: 'text/incomplete-utf8',
    make: changed(
      (frame, one) => isPlainText(frame, one) && frame.fin,
      ({ payload }) => ({ payload: Buffer.concat([payload, Uint8Array.of(0xe2, 0x82)]) }),
      (frame) => headerLength(frame) + frame.payload.length - 2,
      1007,
    ),
  },
  'a compressed text is no UTF-8': {
    rule: 'text/invalid-utf8',
    make: changed(
      (frame, one) => one.compressed && frame.opcode === OPCODE.TEXT && frame.fin,
      () => ({ payload: compressor(15, false)(Uint8Array.of(0x61, 0xff)) }),
      () => null,
      1007,
    ),
    needs: DEFLATE,
  },
  'RSV1 is set on a continuation': {
    rule: 'deflate/rsv1-on-continuation',
    make: changed(
      ({ opcode }) => opcode === 0,
      () => ({ rsv: 4 }),
      0,
    ),
    needs: DEFLATE,
  },
  'RSV1 is set on a control frame': {
    rule: 'deflate/rsv1-on-control',
    make: changed(isPing, () => ({ rsv: 4 }), 0),
    needs: DEFLATE,
  },
  'a compressed payload is no DEFLATE stream': {
    rule: 'deflate/invalid-stream',
    make: changed(
      (frame, one) => one.compressed && isWhole(frame, one),
      ({ payload }) => ({ payload: Buffer.concat([Uint8Array.of(0x07), payload]) }),
      payloadStart,
      1007,
    ),
    needs: DEFLATE,
  },
  'the 00 00 ff ff is kept': {
    rule: 'deflate/tail-not-removed',
    make: beforeClose(
      (from) => [compressedText(from, Buffer.from('f248cdc9c907000000ffff', 'hex'))],
      (frame) => headerLength(frame) + frame.payload.length - 4,
    ),
    needs: DEFLATE,
  },
  'the stream is finished and not flushed': {
    rule: 'deflate/not-flushed',
    make: beforeClose(
      (from) => [compressedText(from, deflateRawSync(Buffer.from('Hello')))],
      (frame) => headerLength(frame) + frame.payload.length - 1,
    ),
    needs: DEFLATE,
  },
  'the stream ends inside a block': {
    rule: 'deflate/not-flushed',
    make: beforeClose(
      (from) => [compressedText(from, Buffer.from('f248cd', 'hex'))],
      (frame) => headerLength(frame) + frame.payload.length - 1,
    ),
    needs: DEFLATE,
  },
  'a compressed message has no octet': {
    rule: 'deflate/empty-payload',
    make: beforeClose(
      (from) => [compressedText(from, new Uint8Array(0))],
      () => 1,
    ),
    needs: DEFLATE,
  },
  'a reference reaches out of the agreed window': {
    rule: 'deflate/window-exceeded',
    make: beforeClose(
      (from) => [frameOf(from, { rsv: 4, opcode: 2, payload: farReference() })],
      () => null,
    ),
    needs: SMALL_WINDOWS,
  },
  'a message refers to the one before, and must not': {
    rule: 'deflate/context-takeover-used',
    make: beforeClose(
      (from) => {
        const compress = compressor(15, true);
        const content = octetsOfText('takeover takeover');
        return [compressedText(from, compress(content)), compressedText(from, compress(content))];
      },
      () => null,
    ),
    needs: NO_TAKEOVER,
  },
  'Sec-WebSocket-Accept is that of another key': {
    rule: 'response/accept-mismatch',
    make: badResponse((lines) =>
      lines.map((line) => line.replace(/^(Sec-WebSocket-Accept: ).*/, '$1s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')),
    ),
  },
  'the response has an extension that was not offered': {
    rule: 'response/extension-not-offered',
    make: badResponse((lines) => [...lines, 'Sec-WebSocket-Extensions: permessage-deflate']),
    needs: NO_DEFLATE,
  },
  'the response has a subprotocol that was not offered': {
    rule: 'response/protocol-not-offered',
    make: badResponse((lines) => [...lines, 'Sec-WebSocket-Protocol: soap']),
    needs: { subprotocol: false },
  },
  'the response has no Upgrade': {
    rule: 'response/upgrade-missing',
    make: badResponse((lines) => lines.filter((line) => !line.startsWith('Upgrade'))),
  },
  'client frames come before the 101': {
    rule: 'phase/client-data-before-101',
    make: ({ sent }) => {
      const i = sent.findIndex(({ from, frame }) => from === 'client' && frame !== null);
      const [request, response, ...rest] = sent as [Sent, Sent, ...Sent[]];
      const frame = sent[i] as Sent;
      if (frame.frame?.opcode === OPCODE.PONG) return null;
      const all = [request, frame, response, ...rest.filter((one) => one !== frame)];
      return { sent: all, by: 'client', at: [1, 0] };
    },
  },
  'the 101 comes before the request': {
    rule: 'phase/server-data-before-request',
    make: ({ sent: [request, response, ...rest] }) => {
      const [head, blankLine] = halvesOf(request as Sent, -2);
      return { sent: [head, response as Sent, blankLine, ...rest], by: 'server', at: [1, 0] };
    },
  },
  'data follows the own Close': {
    rule: 'close/data-after-close',
    make: ({ sent }) => {
      const i = firstClose(sent) + 1;
      const { from } = sent[i - 1] as Sent;
      const data = frameOf(from, { payload: octetsOfText('late') });
      return { sent: [...sent.slice(0, i), data, ...sent.slice(i)], by: from, at: [i, 0] };
    },
  },
  'a Ping follows both Closes': {
    rule: 'close/frame-after-handshake',
    make: ({ sent }) => {
      const { from } = sent.at(-1) as Sent;
      return {
        sent: [...closedWithReason(sent), frameOf(from, { opcode: OPCODE.PING })],
        by: from,
        at: [sent.length, 0],
      };
    },
  },
  'a Pong has another payload': {
    rule: 'ping/pong-payload-mismatch',
    make: (conversation, chance) => {
      const { sent } = conversation;
      const by = otherRole((sent[firstClose(sent)] as Sent).from);
      const i = find(conversation, chance, (frame, { from }) => isUniquePong(frame) && from === by);
      const one = sent[i ?? -1];
      if (i === null || !one?.frame) return null;
      const wrong = { ...one.frame, payload: octetsOfText('another!') };
      const at = headerLength(wrong);
      return { sent: sent.with(i, sentFrame(by, wrong)), by, at: [i, at] };
    },
  },
  'a Ping has no Pong': {
    rule: 'ping/pong-missing',
    make: (conversation, chance) => {
      const { sent } = conversation;
      const by = otherRole((sent[firstClose(sent)] as Sent).from);
      const pong = find(conversation, chance, (frame, { from }) => isUniquePong(frame) && from === by);
      const ping = sent.findIndex(({ from, frame }) => frame && isPing(frame) && isUniquePing(frame) && from !== by);
      if (pong === null || ping < 0) return null;
      return { sent: closedWithReason(sent).toSpliced(pong, 1), by, at: [ping, 0] };
    },
  },
  'the server answers no Close and ends TCP': {
    rule: 'close/reply-missing',
    // Seen from the client its end of TCP may have crossed with the Close; its own log has rows between the two.
    onlyBy: 'server',
    make: ({ sent }) => {
      const i = firstClose(sent);
      if ((sent[i] as Sent).from !== 'client') return null;
      const ping = sentFrame('server', {
        fin: true,
        rsv: 0,
        opcode: OPCODE.PING,
        key: null,
        payload: new Uint8Array(0),
      });
      return { sent: [...sent.slice(0, i + 1), ping], droppedBy: 'server', by: 'server', at: 'end' };
    },
    also: ['phase/message-unfinished'],
  },
  'the server does not wait for the answer to its Close': {
    rule: 'close/dropped-before-reply',
    make: ({ sent }) => {
      const i = firstClose(sent);
      if ((sent[i] as Sent).from !== 'server') return null;
      return { sent: sent.slice(0, i + 1), droppedBy: 'server', by: 'server', at: 'end' };
    },
  },
  'the client ends TCP after the closing handshake': {
    rule: 'close/client-dropped-first',
    make: ({ sent }) => {
      // Where the server had more to send before its Close, the client's patience may have been at an end.
      if (firstClose(sent) < sent.length - 2) return null;
      return { sent, droppedBy: 'client', by: 'client', at: 'end' };
    },
  },
  'TCP ends without a Close': {
    rule: 'close/abnormal-drop',
    make: ({ sent }, chance) => {
      const seen = sent.slice(0, 2 + chance(firstClose(sent) - 2));
      // A client that sent no frame may have left before the 101 came.
      const isTaken = seen.some(({ from, frame }) => from === 'client' && frame !== null);
      const by = isTaken && chance(2) === 0 ? 'client' : 'server';
      return { sent: seen, droppedBy: by, by, at: 'end' };
    },
    also: ['phase/message-unfinished'],
  },
  'TCP ends inside a frame': {
    rule: 'phase/truncated-frame',
    make: (conversation, chance) => {
      const i = find(conversation, chance, ({ payload }) => payload.length > 0);
      const one = conversation.sent[i ?? -1];
      if (i === null || !one) return null;
      const cut = { ...one, octets: one.octets.subarray(0, -1) };
      return { sent: [...conversation.sent.slice(0, i), cut], droppedBy: one.from, by: one.from, at: [i, 0] };
    },
    also: ['close/abnormal-drop', 'phase/message-unfinished'],
  },
  'all masking keys are the same': {
    rule: 'mask/key-constant',
    make: ({ sent }) => {
      const key = Uint8Array.of(1, 2, 3, 4);
      const same = sent.map((one) => (one.frame?.key ? sentFrame(one.from, { ...one.frame, key }) : one));
      const third = same.flatMap(({ frame }, i) => (frame?.key ? [i] : []))[2];
      if (third === undefined) return null;
      return { sent: same, by: 'client', at: [third, headerLength(same[third]?.frame as WireFrame) - 4] };
    },
  },
  'a bad frame is answered with close code 1000': {
    rule: 'reaction/wrong-close-code',
    make: (conversation, chance) => {
      const faulty = changed(any, ({ rsv }) => ({ rsv: rsv | 1 }), 0, 1000)(conversation, chance);
      return faulty && { ...faulty, by: otherRole(faulty.by), at: [faulty.sent.length - 1, null] };
    },
    also: ['frame/rsv-set'],
  },
  'an invalid Close is echoed': {
    rule: 'reaction/echoed-invalid-close',
    make: ({ sent }) => {
      const i = firstClose(sent);
      const { from } = sent[i] as Sent;
      const both = [closeOf(from, closePayload(1005)), closeOf(otherRole(from), closePayload(1005))];
      return { sent: [...sent.slice(0, i), ...both], by: otherRole(from), at: [i + 1, null] };
    },
    also: ['close/code-never-on-wire'],
  },
  'the connection is failed, and nothing was wrong': {
    rule: 'reaction/unprovoked-failure',
    make: ({ sent }) => {
      const i = firstClose(sent);
      const { from } = sent[i] as Sent;
      const close = closeOf(from, closePayload(1002));
      return { sent: [...sent.slice(0, i), close], droppedBy: from, by: from, at: [i, null] };
    },
  },
};

function halvesOf(one: Sent, at: number): [Sent, Sent] {
  return [
    { ...one, octets: one.octets.subarray(0, at) },
    { ...one, octets: one.octets.subarray(at) },
  ];
}

/** Closes with the same code may have crossed; those with the same reason have not. */
function closedWithReason(sent: readonly Sent[]): Sent[] {
  return sent.map((one) =>
    one.frame?.opcode === OPCODE.CLOSE ? closeOf(one.from, closePayload(4000, 'all is said')) : one,
  );
}

/** A Pong for a Ping that is the last one of its sender, so that no later Pong stands for it. */
function isUniquePong({ opcode, payload }: WireFrame): boolean {
  return opcode === OPCODE.PONG && isUnique(payload);
}

function isUniquePing({ opcode, payload }: WireFrame): boolean {
  return opcode === OPCODE.PING && isUnique(payload);
}

function isUnique(payload: Uint8Array): boolean {
  return Buffer.from(payload).toString('latin1').startsWith('unique ');
}

/** A payload that refers back by 600 octets. */
function farReference(): Uint8Array {
  return compressor(15, false)(Buffer.concat([REFERRED, REFERRED]));
}

describe.each(Object.entries(MUTATIONS))('where %s', (_, { rule, make, also = [], needs, onlyBy }) => {
  it(`${rule} is charged to the right side, in the right place, and nothing else is`, () => {
    fc.assert(
      fc.property(plan, writer, chopping, fc.nat(), (planned, wrote, how, seed) => {
        const conversation = converse(enriched(planned, needs));
        const faulty = make(conversation, chanceOf(seed));
        fc.pre(faulty !== null);
        const { sent, droppedBy = 'server', by, at } = faulty;
        const { header, rows, locate } = logOf({ ...conversation, sent, droppedBy }, onlyBy ?? wrote, how, seed);
        const annotated = annotateRows(header, rows);
        const own = annotated.annotations.filter((one) => one.rule === rule && one.certainty === 'certain');
        expect(own.map((one) => [one.by, one.afterFailure])).toContainEqual([by, false]);
        if (at === 'end') expect(own.map(({ row }) => row)).toEqual([rows.length - 1]);
        else if (at !== null) {
          const place = locate(at[0], at[1] ?? 0);
          if (at[1] !== null)
            expect(own.map(({ row, octets }) => [row, octets?.[0]])).toContainEqual([place.row, place.octet]);
          else if (how === 'whole') expect(own.map(({ row }) => row)).toContainEqual(place.row);
        }
        const others = accusations(annotated).filter((one) => ![rule, ...also].some((id) => one.includes(` ${id}: `)));
        expect(others).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });
});

describe('the heads of a made-up handshake', () => {
  it('offer and answer what the plan says', () => {
    const planned = { ...DEFLATE, subprotocol: true } as Pick<Plan, 'deflate' | 'subprotocol'>;
    expect(requestOf(planned)).toContain('Sec-WebSocket-Protocol: chat, superchat');
    expect(responseOf(planned)).toContain('Sec-WebSocket-Extensions: permessage-deflate');
  });
});
