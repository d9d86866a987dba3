import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { readAutobahnJson } from '../ingest/autobahn/json.ts';
import { type Annotator, annotate } from './annotate.ts';
import { type AnnotatedRow, type Annotation, isCharged } from './annotation.ts';

const DATA = new URL('../../../shared/data/', import.meta.url);
const isThere = existsSync(DATA);

/** Folder → rules of which at least one is to be charged to the peer; none where the peer is sound. */
const faults = (): Record<string, readonly string[]> =>
  JSON.parse(readFileSync(new URL('wstest/faults.json', DATA), 'utf8')) as Record<string, readonly string[]>;

interface Tally {
  cases: number;
  readonly unread: string[];
  readonly frames: { rx: number; tx: number };
  readonly rows: { agree: number; disagree: number; alone: number };
  /** Folder → rules charged to the peer. */
  readonly charged: Map<string, Set<string>>;
  /** Folder → errors charged to the peer. */
  readonly errors: Map<string, string[]>;
}

/** Annotates all cases of a set. */
function tallyOf(set: string): Tally {
  const tally: Tally = {
    cases: 0,
    unread: [],
    frames: { rx: 0, tx: 0 },
    rows: { agree: 0, disagree: 0, alone: 0 },
    charged: new Map(),
    errors: new Map(),
  };
  const root = new URL(`${set}/`, DATA);
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!/_case_[\d_]+\.json$/.test(name)) continue;
    tally.cases++;
    try {
      count(tally, name, readFileSync(new URL(name, root), 'latin1'));
    } catch (error) {
      tally.unread.push(`${name}: ${error}`);
    }
  }
  return tally;
}

function count(tally: Tally, name: string, text: string): void {
  let annotator: Annotator | null = null;
  const rows: AnnotatedRow[] = [];
  const reader = readAutobahnJson(name, {
    header: (header) => {
      annotator = annotate(header, { window: Number.POSITIVE_INFINITY });
    },
    row: (row) => void rows.push(...(annotator?.push(row) ?? [])),
  });
  reader.push(text);
  reader.end();
  const done = annotator as Annotator | null;
  if (!done) throw new Error('no header');
  const { rows: last, summary } = done.end();
  rows.push(...last);
  tally.frames.rx += summary.frames.rx;
  tally.frames.tx += summary.frames.tx;
  for (const { row, agrees } of rows) {
    if (row.kind === 'frame' && row.direction === 'rx') tally.rows[verdictName(agrees)]++;
  }
  const annotations = [...rows.flatMap((row) => row.annotations), ...done.takeLate()];
  const folder = name.slice(0, name.indexOf('/'));
  for (const annotation of annotations) if (isCharged(annotation)) charge(tally, folder, name, annotation);
}

function verdictName(agrees: boolean | null): 'agree' | 'disagree' | 'alone' {
  return agrees === null ? 'alone' : agrees ? 'agree' : 'disagree';
}

function charge({ charged, errors }: Tally, folder: string, name: string, annotation: Annotation): void {
  const rules = charged.get(folder) ?? new Set();
  charged.set(folder, rules.add(annotation.rule));
  if (annotation.severity !== 'error') return;
  errors.set(folder, [...(errors.get(folder) ?? []), `${name} row ${annotation.row}: ${annotation.rule}`]);
}

const SOUND = ['denoland-server', 'ws-8-client', 'ws-8-server', 'ws-8-server-deflate', 'agentname-ascii'];

describe.skipIf(!isThere)('the real logs (skipped where ../shared/data is absent)', () => {
  let all: { readonly public: Tally; readonly wstest: Tally };
  beforeAll(() => {
    all = { public: tallyOf('public'), wstest: tallyOf('wstest') };
  }, 120_000);

  it('are all read', () => {
    expect([...all.public.unread, ...all.wstest.unread]).toEqual([]);
    expect(all.public.cases + all.wstest.cases).toBe(7653);
  });

  it('hold as many frames as a reference decoder finds', () => {
    // After a gap it does not look for the Closes of eleven connections whose logs have no frame rows.
    expect(all.public.frames).toEqual({ tx: 4099, rx: 3214 + 11 });
    expect(all.wstest.frames).toEqual({ tx: 14611, rx: 8042 });
  });

  it("hold frame rows that agree with the octets, but where the log's writer was wrong", () => {
    // Alone are those of frames whose header, or whole payload, the cut hides.
    expect(all.public.rows).toEqual({ agree: 3190, disagree: 3, alone: 21 });
    expect(all.wstest.rows).toEqual({ agree: 7118, disagree: 237, alone: 208 });
  });

  it('charge no error to a sound peer', () => {
    const sound = Object.entries(faults()).flatMap(([folder, rules]) => (rules.length === 0 ? [folder] : []));
    const accused = [...SOUND, ...sound].flatMap((folder) => [
      ...(all.public.errors.get(folder) ?? []),
      ...(all.wstest.errors.get(folder) ?? []),
    ]);
    expect(accused).toEqual([]);
  });

  it('charge its fault to each peer that has one', () => {
    const missed = Object.entries(faults()).filter(([folder, rules]) => {
      const charged = all.wstest.charged.get(folder);
      return rules.length > 0 && !rules.some((rule) => charged?.has(rule));
    });
    expect(missed).toEqual([]);
  });
});
