// Made-up logs of a connection for the comparison of what is judged in columns with what is judged row by row: mostly
// messages and their echoes, with a few of whatever can be wrong, or only odd.

import { deflateRawSync } from 'node:zlib';
import type { readRows } from '../ingest/text/rows.ts';
import { cutOctets, octetsOfText, wholeOctets } from '../model/octets.ts';
import { bareHeader, type Direction, type FrameRow, type LogHeader, type Row } from '../model/row.ts';
import { octetsOfRow, RowBatch } from '../model/row-batch.ts';
import { type Chance, chanceOf, closePayload, octetsOfFrame, type WireFrame } from '../model/wire-frame.fixture.ts';

export interface MadeLog {
  readonly header: LogHeader;
  readonly rows: readonly Row[];
}

/** The logs of a text that is read in the text notation, or by another reader. */
export function logsOf(text: string, read: typeof readRows): MadeLog[] {
  const logs: { readonly header: LogHeader; readonly rows: Row[] }[] = [];
  const reader = read('log', {
    header: (header) => void logs.push({ header, rows: [] }),
    row: (row) => void logs.at(-1)?.rows.push(row),
  });
  reader.push(text);
  try {
    reader.end();
  } catch {
    // A log that is none has no rows.
  }
  return logs;
}

export function batchOf(rows: readonly Row[]): RowBatch {
  const batch = new RowBatch(
    rows.reduce((sum, row) => sum + octetsOfRow(row), 0),
    rows.length,
  );
  for (const row of rows) batch.push(row);
  return batch;
}

interface Maker {
  readonly chance: Chance;
  readonly rows: Row[];
  /** How rarely something is odd. */
  readonly odds: number;
  readonly hasTimes: boolean;
  readonly hasFrameRows: boolean;
  readonly client: Direction;
  key: number;
  time: number;
}

const WORDS = [
  'Hello ',
  'tick ',
  '{"id":1}',
  'größe ',
  '日本 ',
  '€',
  'aaaaaaaaaaaaaaaaaaaa',
  '🐢',
  '\0',
  '\ufeff',
  '\uffff',
];

function isOdd({ chance, odds }: Maker): boolean {
  return chance(odds) === 0;
}

function pick<T>({ chance }: Maker, list: readonly T[]): T {
  return list[chance(list.length)] as T;
}

function textOf(maker: Maker): Uint8Array {
  const words = isOdd(maker) ? WORDS : WORDS.slice(0, 7);
  const count = maker.chance(maker.chance(8) === 0 ? 60 : 8);
  const text = Array.from({ length: count }, () => pick(maker, words)).join('');
  const octets = Buffer.from(octetsOfText(text));
  if (octets.length > 0 && isOdd(maker)) octets[maker.chance(octets.length)] = 0xff;
  return isOdd(maker) ? octets.subarray(0, -1) : octets;
}

function keyOf(maker: Maker): Uint8Array {
  const { chance } = maker;
  if (!isOdd(maker)) maker.key = chance(2 ** 32);
  else if (chance(3) > 0) maker.key = chance(2) * (maker.key + 1);
  const key = Buffer.alloc(4);
  key.writeUInt32BE(maker.key >>> 0);
  return key;
}

function isMasked(maker: Maker, from: Direction): boolean {
  return (from === maker.client) !== isOdd(maker);
}

function frameOf(maker: Maker, from: Direction, more: Partial<WireFrame> & Pick<WireFrame, 'payload'>): WireFrame {
  const frame: WireFrame = {
    fin: true,
    rsv: isOdd(maker) ? maker.chance(8) : 0,
    opcode: isOdd(maker) ? maker.chance(16) : 1,
    key: isMasked(maker, from) ? keyOf(maker) : null,
    ...(isOdd(maker) ? { lengthBits: pick(maker, [16, 64] as const) } : {}),
    ...more,
  };
  return frame;
}

/** What one side sends: a message in one frame or several, compressed or not; Pings; a Close. */
function sendingOf(maker: Maker, from: Direction, content: Uint8Array, hasDeflate: boolean): WireFrame[] {
  const { chance } = maker;
  if (chance(12) === 0)
    return [frameOf(maker, from, { opcode: pick(maker, [9, 10]), payload: content.subarray(0, 20) })];
  if (chance(150) === 0) return [frameOf(maker, from, { opcode: 8, payload: closePayload(1000) })];
  if (hasDeflate && chance(3) === 0) {
    const payload = deflateRawSync(content, { finishFlush: 2 }).subarray(0, -4);
    return [frameOf(maker, from, { rsv: 4, opcode: 1, payload })];
  }
  if (chance(8) > 0) return [frameOf(maker, from, { payload: content, ...(chance(6) === 0 ? { opcode: 2 } : {}) })];
  const at = chance(content.length + 1);
  const parts = [content.subarray(0, at), content.subarray(at)];
  const frames = parts.map((payload, i) => frameOf(maker, from, { fin: i === 1, opcode: i === 0 ? 1 : 0, payload }));
  if (chance(2) === 0) frames.splice(1, 0, frameOf(maker, from, { opcode: 9, payload: content.subarray(0, 3) }));
  return frames;
}

function frameRowOf(maker: Maker, direction: Direction, { fin, rsv, opcode, key, payload }: WireFrame): FrameRow {
  const shown = isOdd(maker) ? Buffer.from(payload).fill(0x61) : payload;
  return {
    kind: 'frame',
    row: 0,
    time: null,
    direction,
    opcode: isOdd(maker) ? 2 : opcode,
    fin,
    rsv,
    masked: key !== null,
    maskingKey: key ? Buffer.from(key).toString('hex') : null,
    length: payload.length,
    payload: isOdd(maker) ? cutOctets(shown.subarray(0, 4), payload.length) : wholeOctets(shown),
    repeat: null,
    chopSize: null,
    sync: false,
  };
}

function write(maker: Maker, row: Row): void {
  const { rows, hasTimes, chance } = maker;
  maker.time += chance(20) === 0 ? 3 : 0.01;
  rows.push({ ...row, row: rows.length, time: hasTimes ? maker.time : null });
}

function writeOctets(maker: Maker, direction: Direction, octets: Uint8Array): void {
  const cut = isOdd(maker) && maker.chance(3) === 0 ? maker.chance(octets.length + 1) : octets.length;
  const known = cutOctets(octets.subarray(0, cut), octets.length);
  write(maker, { kind: 'octets', row: 0, time: null, direction, octets: known, sync: false });
}

function writeFrames(maker: Maker, direction: Direction, frames: readonly WireFrame[]): void {
  const hasRows = maker.hasFrameRows && !isOdd(maker);
  const octets = frames.map(octetsOfFrame);
  const together = isOdd(maker) ? [Buffer.concat(octets)] : octets;
  if (direction === 'tx' && hasRows) for (const frame of frames) write(maker, frameRowOf(maker, direction, frame));
  for (const some of together) {
    const at = isOdd(maker) ? maker.chance(some.length) : 0;
    if (at > 0) writeOctets(maker, direction, some.subarray(0, at));
    writeOctets(maker, direction, some.subarray(at));
  }
  if (direction === 'rx' && hasRows) for (const frame of frames) write(maker, frameRowOf(maker, direction, frame));
}

function writeEvent(maker: Maker): void {
  const base = { row: 0, time: null };
  const event = pick<Row>(maker, [
    { ...base, kind: 'delay', seconds: 1, tag: 'TAG' },
    { ...base, kind: 'delay-over', tag: null },
    { ...base, kind: 'damaged', text: 'x', why: 'not a row', loses: pick(maker, ['rx', 'tx', 'both', null]) },
    { ...base, kind: 'failing' },
    { ...base, kind: 'tcp-drop', by: pick(maker, ['writer', 'peer']), reset: false },
    { ...base, kind: 'log-off' },
  ]);
  write(maker, event);
}

const EXTENSIONS = [
  'none',
  'none',
  'permessage-deflate',
  'permessage-deflate; client_no_context_takeover',
  'foo',
  null,
];

function writeConversation(maker: Maker, hasDeflate: boolean): void {
  const { chance } = maker;
  let waiting: Uint8Array[] = [];
  for (let left = 2 + chance(chance(4) === 0 ? 200 : 40); left > 0; left--) {
    const isEcho = waiting.length > 0 && !isOdd(maker) && chance(5) > 0;
    const from = isEcho || chance(2) === 0 ? 'tx' : 'rx';
    const content = isEcho ? (waiting.shift() as Uint8Array) : textOf(maker);
    if (!isEcho) waiting = [...waiting, content].slice(-4);
    writeFrames(maker, from, sendingOf(maker, from, content, hasDeflate));
    if (isOdd(maker) && chance(4) === 0) writeEvent(maker);
  }
}

export function madeLog(seed: number): MadeLog {
  const chance = chanceOf(seed);
  const writer = chance(8) === 0 ? null : chance(2) === 0 ? 'client' : 'server';
  const extensions = EXTENSIONS[chance(EXTENSIONS.length)] ?? null;
  const maker: Maker = {
    chance,
    rows: [],
    odds: [15, 60, 400, 5000][chance(4)] as number,
    hasTimes: chance(3) === 0,
    hasFrameRows: chance(3) > 0,
    client: writer === 'server' ? 'rx' : 'tx',
    key: 1,
    time: 0,
  };
  writeConversation(maker, extensions?.startsWith('perm') === true);
  if (chance(2) === 0) write(maker, { kind: 'tcp-drop', row: 0, time: null, by: 'peer', reset: false });
  const underTest = writer === null || chance(2) === 0 ? 'both' : writer;
  return { header: { ...bareHeader('made', 'rows'), writer, underTest, extensions }, rows: maker.rows };
}
