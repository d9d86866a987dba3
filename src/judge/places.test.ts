// Where annotations point. Whatever log is judged, whole or spoilt: the row is one of the log's, the octets are of that
// row and at least one, and a frame that is named is one that was counted. What is about a whole row has no octets: there
// is no empty range.

import { existsSync, globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAutobahnJson } from '../ingest/autobahn/json.ts';
import { formatOf } from '../ingest/formats.ts';
import { readRows } from '../ingest/text/rows.ts';
import { cutOctets, type Octets, wholeOctets } from '../model/octets.ts';
import type { FrameRow, OctetsRow, Row } from '../model/row.ts';
import { type Chance, chanceOf } from '../model/wire-frame.fixture.ts';
import { type Frame, startOf } from '../protocol/frame/frame.ts';
import { RULES } from '../rules/all.ts';
import { converse, plan } from './conversation.fixture.ts';
import { annotateRows, chopping, logOf } from './conversation-log.fixture.ts';
import { crossingLog, lossyText } from './crossing.fixture.ts';
import { logOfExample } from './example.ts';
import { logsOf, type MadeLog, madeLog } from './ordinary.fixture.ts';

function nameOf({ direction, ordinal }: Pick<Frame, 'direction' | 'ordinal'>): string {
  return `${direction} ${ordinal}`;
}

/** What of the log's annotations points at nothing. */
function misplaced({ header, rows }: MadeLog): string[] {
  const { rows: annotated, annotations } = annotateRows(header, rows);
  const frames = new Set(annotated.flatMap((row) => row.frames.map(({ frame }) => nameOf(frame))));
  const lengths = new Map<number, number>();
  for (const row of rows) {
    const length = row.kind === 'octets' ? row.octets.length : 0;
    lengths.set(row.row, Math.max(length, lengths.get(row.row) ?? 0));
  }
  return annotations.flatMap(({ rule, message, row, octets, frame, cause, reaction }) => {
    const wrong: string[] = [];
    const isThere = (at: number | null | undefined) => at === null || at === undefined || lengths.has(at);
    // Where no row is there is nothing to point at.
    if (rows.length > 0 && !isThere(row)) wrong.push(`row ${row}`);
    if (!isThere(cause)) wrong.push(`cause ${cause}`);
    if (!isThere(reaction?.row)) wrong.push(`reaction ${reaction?.row}`);
    if (octets && !(octets[0] >= 0 && octets[0] < octets[1] && octets[1] <= (lengths.get(row) ?? 0))) {
      wrong.push(`octets ${octets} of ${lengths.get(row)} in row ${row}`);
    }
    if (frame && !frames.has(nameOf(frame))) wrong.push(`frame ${nameOf(frame)}`);
    return wrong.map((what) => `${rule}: ${message}: ${what}`);
  });
}

type Spoil = (log: MadeLog, chance: Chance) => MadeLog;

function eachOctets(change: (row: OctetsRow) => readonly Row[]): Spoil {
  return ({ header, rows }) => ({
    header,
    rows: numbered(rows.flatMap((row) => (row.kind === 'octets' ? change(row) : [row]))),
  });
}

function numbered(rows: readonly Row[]): Row[] {
  return rows.map((row, i) => ({ ...row, row: i }));
}

function withOctets(row: OctetsRow, octets: Octets): OctetsRow {
  return { ...row, octets };
}

function chopped(row: OctetsRow, sizeOf: () => number): Row[] {
  const { known, length } = row.octets;
  const out: Row[] = [];
  for (let at = 0; at < length || at === 0; ) {
    const size = Math.max(1, Math.min(sizeOf(), length - at));
    out.push(withOctets(row, cutOctets(known.subarray(at, at + size), size)));
    at += size;
  }
  return out;
}

/** Rows of one direction that follow each other become one, so that it has several frames. */
const glued: Spoil = ({ header, rows }) => {
  const out: Row[] = [];
  for (const row of rows) {
    const last = out.at(-1);
    const isMore = row.kind === 'octets' && last?.kind === 'octets' && last.direction === row.direction;
    if (!isMore || last.octets.known.length < last.octets.length) out.push(row);
    else {
      const known = Buffer.concat([last.octets.known, row.octets.known]);
      out[out.length - 1] = withOctets(last, { ...row.octets, known, length: last.octets.length + row.octets.length });
    }
  }
  return { header, rows: numbered(out) };
};

/** The log's own rows of the frames that the octets hold. */
function frameRowOf({ direction, opcode, fin, rsv, masked, length, payload }: Frame): FrameRow {
  const base = {
    kind: 'frame',
    row: 0,
    time: null,
    repeat: null,
    chopSize: null,
    sync: false,
    maskingKey: null,
  } as const;
  return { ...base, direction, opcode, fin, rsv, masked, length, payload: cutOctets(payload, length) };
}

/** Frame rows instead of octets, or beside octets that are cut. */
function withFrameRows(shown: number | null): Spoil {
  return ({ header, rows }) => {
    const whole = annotateRows(header, rows).rows;
    const all = whole.flatMap(({ frames }) => frames.map(({ frame }) => frame));
    const out = whole.flatMap(({ row, frames }): Row[] => {
      if (row.kind !== 'octets') return [row];
      const cut =
        shown === null ? [] : [withOctets(row, cutOctets(row.octets.known.subarray(0, shown), row.octets.length))];
      if (row.direction === 'rx') return [...cut, ...frames.map(({ frame }) => frameRowOf(frame))];
      const begun = all.filter((frame) => frame.direction === 'tx' && startOf(frame).row === row.row);
      return [...begun.map(frameRowOf), ...cut];
    });
    return { header, rows: numbered(out) };
  };
}

const SPOILT: Readonly<Record<string, Spoil>> = {
  'as it is': (log) => log,
  'octet by octet': eachOctets((row) => (row.octets.length > 400 ? [row] : chopped(row, () => 1))),
  'in pieces': (log, chance) => eachOctets((row) => chopped(row, () => 1 + chance(9)))(log, chance),
  'several frames a row': glued,
  'with rows cut short': (log, chance) =>
    eachOctets((row) => [withOctets(row, cutOctets(row.octets.known.subarray(0, chance(12)), row.octets.length))])(
      log,
      chance,
    ),
  'with rows of which the length is not known': (log, chance) =>
    eachOctets((row) => {
      const known = row.octets.known.subarray(0, chance(row.octets.known.length + 1));
      return [withOctets(row, { known, length: known.length, exact: false })];
    })(log, chance),
  'with octets changed': (log, chance) =>
    eachOctets((row) => {
      const known = Uint8Array.from(row.octets.known);
      if (known.length > 0) known[chance(known.length)] = chance(256);
      return [withOctets(row, { ...row.octets, known })];
    })(log, chance),
  'with octets left out': (log, chance) =>
    eachOctets((row) => {
      const at = chance(row.octets.known.length + 1);
      const known = Buffer.concat([row.octets.known.subarray(0, at), row.octets.known.subarray(at + 1 + chance(3))]);
      return [withOctets(row, wholeOctets(known))];
    })(log, chance),
  'with a row that cannot be read': ({ header, rows }, chance) => {
    const at = chance(rows.length);
    const loses = (['rx', 'tx', 'both', null] as const)[chance(4)] ?? null;
    return {
      header,
      rows: rows.map((row, i) =>
        i === at ? { kind: 'damaged', row: row.row, time: null, text: 'x', why: 'x', loses } : row,
      ),
    };
  },
  'without some of its rows': ({ header, rows }, chance) => ({ header, rows: rows.filter(() => chance(4) > 0) }),
  'from its middle on': ({ header, rows }, chance) => ({ header, rows: rows.slice(chance(rows.length)) }),
  'up to its middle': ({ header, rows }, chance) => ({ header, rows: rows.slice(0, 1 + chance(rows.length)) }),
  'with frame rows only': withFrameRows(null),
  'with frame rows and cut octets': withFrameRows(3),
  'by the other side': ({ header, rows }) => ({
    header: { ...header, writer: header.writer === 'client' ? 'server' : 'client', underTest: 'client' },
    rows,
  }),
};

const PATIENCE = 240_000;

function wrongIn(logs: readonly MadeLog[], spoil: Spoil): string[] {
  const wrong = logs.flatMap((log, i) => misplaced(spoil(log, chanceOf(i))).map((one) => `${i} ${one}`));
  return wrong.slice(0, 20);
}

describe.each(Object.entries(SPOILT))(
  'an annotation points at what is there in a log %s',
  { timeout: PATIENCE },
  (_, spoil) => {
    it('that is an example of a rule', () => {
      const examples = RULES.flatMap(({ examples: { violates, holds } }) => [...violates, ...holds]);
      expect(
        wrongIn(
          examples.flatMap((example) => logsOf(`${logOfExample(example)}\n`, readRows)),
          spoil,
        ),
      ).toEqual([]);
    });

    it('that is a sample', () => {
      const names = globSync('logs/{*,suite/*}.{json,txt,hex,log,pcap}');
      expect(names.length).toBeGreaterThan(8);
      const texts = names.map((name) => readFileSync(name, 'latin1'));
      expect(
        wrongIn(
          texts.flatMap((text) => logsOf(text, formatOf(text)?.read ?? readRows)),
          spoil,
        ),
      ).toEqual([]);
    });

    it('that is made up', () => {
      expect(
        wrongIn(
          Array.from({ length: 150 }, (_, seed) => madeLog(seed)),
          spoil,
        ),
      ).toEqual([]);
    });

    it('that is of a conversation', () => {
      fc.assert(
        fc.property(plan, fc.constantFrom('client', 'server'), chopping, fc.nat(), (planned, by, how, seed) => {
          expect(misplaced(spoil(logOf(converse(planned), by, how, seed), chanceOf(seed)))).toEqual([]);
        }),
        { numRuns: 60 },
      );
    });

    it('that is of frames that cross', () => {
      const logs = Array.from({ length: 100 }, (_, seed) =>
        lossyText(crossingLog(seed, seed % 2 === 0, seed % 3 === 0), {}),
      );
      expect(
        wrongIn(
          logs.flatMap((text) => logsOf(`${text}\n`, readRows)),
          spoil,
        ),
      ).toEqual([]);
    });
  },
);

describe.skipIf(!existsSync('../shared/data'))(
  'an annotation points at what is there (skipped where ../shared/data is absent)',
  () => {
    it('in real logs', { timeout: PATIENCE }, () => {
      const files = globSync('../shared/data/**/*_case_*.json')
        .sort()
        .filter((_, i) => i % 8 === 0);
      const texts = files.map((file) => readFileSync(file, 'latin1')).filter((text) => text.includes('"wirelog"'));
      expect(texts.length).toBeGreaterThan(0);
      expect(texts.flatMap((text) => wrongIn(logsOf(text, readAutobahnJson), (log) => log))).toEqual([]);
    });
  },
);
