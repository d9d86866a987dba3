// The table of fuzz targets. A target takes chance and makes one input of it; it throws where something does not hold.

import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { parsePythonLiteral } from '../../src/ingest/autobahn/python-literal.ts';
import { FORMATS, formatOf } from '../../src/ingest/formats.ts';
import { whyNoLog } from '../../src/ingest/why-no-log.ts';
import { annotate } from '../../src/judge/annotate.ts';
import { parseFilter } from '../../src/judge/filter/filter.ts';
import { InputError } from '../../src/model/errors.ts';
import { hexOf, octetsOfLatin1, wholeOctets } from '../../src/model/octets.ts';
import { bareHeader, type LogHeader, type Row } from '../../src/model/row.ts';
import { type Chance, octetsOfFrame } from '../../src/model/wire-frame.fixture.ts';
import { inflateMessage, startInflate } from '../../src/protocol/deflate/inflate.ts';
import { FrameDecoder, NO_WITNESS } from '../../src/protocol/frame/frame-decoder.ts';
import { seedsOf } from './corpus.ts';
import { FORMS, hiddenIn, type Log } from './forms.ts';
import { mutant } from './mutate.ts';

/** Makes an input, tries it, and returns it; `failed` is told of the input before anything is thrown. */
export type Target = (chance: Chance, tries: (input: string) => void) => void;

export const TARGETS: ReadonlyMap<string, Target> = new Map<string, Target>([
  ...FORMATS.map(({ id }) => [`format-${id}`, formatTarget(id)] as const),
  ['recognise', recognise],
  ['frames', frames],
  ['handshake', handshake],
  ['inflate', inflate],
  ['filter', filter],
  ['literal', literal],
  ...[...FORMS.keys()].map((id) => [`form-${id}`, formTarget(id)] as const),
]);

function holds(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}

function pick<T>(chance: Chance, list: readonly T[]): T {
  return list[chance(list.length)] as T;
}

/** What a format's reader makes of a text, in chunks of that size. Anything but an `InputError` goes on up. */
function read(id: string, text: string, chunk: number): Log[] {
  const format = FORMATS.find((one) => one.id === id);
  const logs: { header: LogHeader; rows: Row[] }[] = [];
  const reader = format?.read('a.log', {
    header: (header) => void logs.push({ header, rows: [] }),
    row: (row) => void logs.at(-1)?.rows.push(row),
  });
  for (let at = 0; at < text.length; at += chunk) reader?.push(text.slice(at, at + chunk));
  try {
    reader?.end();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  }
  return logs;
}

function formatTarget(id: string): Target {
  return (chance, tries) => {
    const seeds = seedsOf(id);
    const text = mutant(chance, pick(chance, seeds), seeds);
    tries(text);
    const logs = read(id, text, text.length + 1);
    for (const { rows } of logs) for (const row of rows) soundRow(row);
    const chopped = read(id, text, 1 + chance(50));
    holds(written(logs) === written(chopped), 'cut into chunks it reads otherwise');
  };
}

/** JSON has no place for the exact length of a frame beyond 2^53. */
function written(logs: readonly Log[]): string {
  return JSON.stringify(logs, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
}

function soundRow(row: Row): void {
  holds(Number.isSafeInteger(row.row) && row.row >= 0, `row ${row.row}`);
  holds(row.time === null || (Number.isFinite(row.time) && row.time >= 0), `time ${row.time}`);
  if (row.kind === 'octets') holds(row.octets.known.length <= row.octets.length, 'more octets than there are');
  if ('seconds' in row) holds(Number.isFinite(row.seconds) && row.seconds >= 0, `${row.seconds} seconds`);
  if (row.kind !== 'frame') return;
  holds(row.opcode >= 0 && row.opcode <= 15 && row.rsv >= 0 && row.rsv <= 7, 'opcode or RSV');
  holds(row.maskingKey === null || /^[0-9a-f]{8}$/.test(row.maskingKey), `key ${row.maskingKey}`);
}

function recognise(chance: Chance, tries: (input: string) => void): void {
  const all = FORMATS.flatMap(({ id }) => seedsOf(id));
  const text = mutant(chance, pick(chance, all), all);
  tries(text);
  formatOf(text);
  holds(hiddenIn(whyNoLog(text)) === null, 'a reason quotes the input');
}

function randomFrames(chance: Chance): Uint8Array {
  const parts = Array.from({ length: 1 + chance(6) }, () =>
    octetsOfFrame({
      fin: chance(4) > 0,
      rsv: chance(5) === 0 ? chance(8) : 0,
      opcode: pick(chance, [0, 1, 1, 2, 8, 9, 10, chance(16)]),
      key: chance(2) === 0 ? Uint8Array.from([chance(256), chance(256), chance(256), chance(256)]) : null,
      payload: Uint8Array.from({ length: pick(chance, [0, 1, 5, 125, 126, 300]) }, () => chance(256)),
    }),
  );
  return octetsOfLatin1(mutant(chance, Buffer.concat(parts).toString('latin1'), []));
}

/** Whatever the chops, the frames are the same. */
function frames(chance: Chance, tries: (input: string) => void): void {
  const octets = randomFrames(chance);
  tries(hexOf(octets));
  const size = 1 + chance(20);
  holds(decoded(octets, octets.length) === decoded(octets, size), `chopped by ${size} it gives other frames`);
}

function decoded(octets: Uint8Array, size: number): string {
  const decoder = new FrameDecoder('rx', 0, 1 << 20);
  const found: unknown[] = [];
  for (let at = 0, row = 0; at < octets.length; at += size, row++) {
    decoder.push({ row, octet: 0, octets: wholeOctets(octets.subarray(at, at + size)) });
    drain(decoder, found);
  }
  return JSON.stringify(found);
}

function drain(decoder: FrameDecoder, found: unknown[]): void {
  for (;;) {
    const step = decoder.next(NO_WITNESS);
    if (step.type === 'more' || step.type === 'witness' || step.type === 'lost') return;
    if (step.type !== 'frame') continue;
    const { opcode, fin, rsv, length, offset, payload } = step.frame;
    found.push([opcode, fin, rsv, length, offset, hexOf(payload)]);
  }
}

const HEADS = ['autobahn-json', 'autobahn-html']
  .flatMap((id) => seedsOf(id))
  .flatMap((text) => {
    const unescaped = text.replaceAll('\\r\\n', '\r\n');
    return [/GET [\s\S]*?\r\n\r\n/, /HTTP\/1\.1 [\s\S]*?\r\n\r\n/].flatMap((head) => head.exec(unescaped)?.[0] ?? []);
  });

/** Heads of both directions, in pieces, and frames behind them: nothing throws, and every form can be written. */
function handshake(chance: Chance, tries: (input: string) => void): void {
  const header: LogHeader = { ...bareHeader('a', 'rows'), writer: pick(chance, ['client', 'server', null]) };
  const rows: Row[] = [];
  for (const direction of ['rx', 'tx'] as const) {
    const octets = Buffer.concat([octetsOfLatin1(mutant(chance, pick(chance, HEADS), HEADS)), randomFrames(chance)]);
    const size = chance(3) === 0 ? 1 + chance(100) : octets.length;
    for (let at = 0; at < octets.length; at += size) {
      const part = wholeOctets(octets.subarray(at, at + size));
      rows.push({ kind: 'octets', row: rows.length, time: null, direction, octets: part, sync: false });
    }
  }
  tries(rows.map((row) => (row.kind === 'octets' ? `${row.direction} ${hexOf(row.octets.known)}` : '')).join('\n'));
  const text = FORMS.get('annotate-text')?.({ header, rows }) ?? '';
  holds(hiddenIn(text) === null, hiddenIn(text) ?? '');
}

/** What zlib inflates without a complaint comes out the same here. */
function inflate(chance: Chance, tries: (input: string) => void): void {
  const plain = Buffer.from(mutant(chance, 'Hello Hello Hello, hello', HEADS), 'latin1');
  const sync = { finishFlush: constants.Z_SYNC_FLUSH, level: chance(10) };
  const packed = deflateRawSync(plain, sync).subarray(0, -4);
  const payload = chance(3) === 0 ? packed : octetsOfLatin1(mutant(chance, packed.toString('latin1'), []));
  tries(hexOf(payload));
  const limit = chance(10) === 0 ? 10 : 1 << 20;
  const result = inflateMessage(startInflate(), [payload], { limit });
  holds(result.octets.length <= result.length && result.length <= limit, 'more than the limit');
  if (payload === packed && limit > plain.length) holds(Buffer.compare(result.octets, plain) === 0, 'other octets');
  let theirs: Buffer;
  try {
    theirs = inflateRawSync(Buffer.concat([payload, Buffer.from('0000ffff', 'hex')]), {
      ...sync,
      maxOutputLength: 1 << 21,
    });
  } catch {
    return;
  }
  const size = Math.min(theirs.length, result.octets.length);
  const isSame = Buffer.compare(theirs.subarray(0, size), result.octets.subarray(0, size)) === 0;
  holds(isSame, 'zlib inflates it to other octets');
}

const FILTERS = [
  'violation and rx',
  'not (opcode==text or len>125)',
  'rule:close/* and section:7.4 or text:"a b"',
  'hex:8900 or time<1.5s and kind!=octets',
  'row>=0x10 and code==1000',
];

function filter(chance: Chance, tries: (input: string) => void): void {
  const expression = Buffer.from(mutant(chance, pick(chance, FILTERS), FILTERS), 'latin1').toString('utf8');
  tries(expression);
  // What a regular expression costs is the choice of who writes it.
  if (/re:/i.test(expression)) return;
  const parsed = parseFilter(expression);
  if (!parsed.ok) return;
  for (const row of filteredRows()) parsed.matches(row, null);
}

let filtered: ReturnType<ReturnType<typeof annotate>['flush']> | null = null;

function filteredRows() {
  if (filtered) return filtered;
  const [log] = read('autobahn-json', seedsOf('autobahn-json')[1] ?? '', 1 << 20);
  const annotator = annotate(log?.header ?? bareHeader('a', 'rows'), { window: Number.POSITIVE_INFINITY });
  for (const row of log?.rows ?? []) annotator.push(row);
  filtered = annotator.end().rows;
  return filtered;
}

const LITERALS = ["{'OK': [('message', u'Hello\\n', False)]}", '[1, -2.5e3, None, True, (), {}]', "b'\\xff\\u0041'"];

function literal(chance: Chance, tries: (input: string) => void): void {
  const text = mutant(chance, pick(chance, LITERALS), LITERALS);
  tries(text);
  parsePythonLiteral(text);
}

/** Logs of every format, damaged, in that form: no character of them hides in it or drives what shows it. */
function formTarget(id: string): Target {
  const form = FORMS.get(id);
  return (chance, tries) => {
    const format = pick(chance, FORMATS).id;
    const seeds = seedsOf(format);
    const text = mutant(chance, pick(chance, seeds), seeds);
    tries(text);
    for (const log of read(format, text, 1 << 16)) {
      const hidden = hiddenIn(form?.(log) ?? '');
      holds(hidden === null, hidden ?? '');
    }
  };
}
