import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readAutobahnJson } from '../ingest/autobahn/json.ts';
import { readRows } from '../ingest/text/rows.ts';
import { bareHeader } from '../model/row.ts';
import { RowBatch } from '../model/row-batch.ts';
import { chanceOf } from '../model/wire-frame.fixture.ts';
import { ndjsonRenderer } from '../render/annotate/ndjson.ts';
import { OctetWriter } from '../render/octet-writer.ts';
import { RULES } from '../rules/all.ts';
import { logOfExample } from './example.ts';
import { judgeInColumns } from './judge.ts';
import { batchOf, logsOf, type MadeLog, madeLog } from './ordinary.fixture.ts';
import { type RowOrStretch, Stretch } from './ordinary-row.ts';

interface Judging {
  readonly asksAlways: boolean;
  readonly window: number;
  /** How many rows come at once. */
  readonly sizes: (below: number) => number;
}

interface Outcome {
  readonly records: string[];
  readonly ordinary: number;
}

/** All that is said of the log, record by record. */
function recordsOf({ header, rows }: MadeLog, { asksAlways, window, sizes }: Judging): Outcome {
  const renderer = ndjsonRenderer({ color: false, violationsOnly: false, hexdump: null });
  const stream = judgeInColumns(header, { asksAlways, window });
  const to = new OctetWriter();
  const records = [renderer.begin(header, null)];
  let ordinary = 0;
  const take = (leaving: readonly RowOrStretch[]) => {
    for (const some of leaving) {
      if (some instanceof Stretch) ordinary += some.to - some.from;
      to.used = 0;
      renderer.rowOctets?.(some, to);
      records.push(...to.written.toString().split(/(?<=\n)/));
    }
    for (const annotation of stream.takeLate()) records.push(renderer.late(annotation));
  };
  for (let at = 0; at < rows.length; ) {
    const size = 1 + sizes(30);
    const some = rows.slice(at, at + size);
    const batch = batchOf(some);
    at += size;
    take(stream.pushBatch(batch));
    if (sizes(40) === 0) take(stream.flush(sizes(2) === 0));
  }
  const { rows: last, summary, judged } = stream.end();
  take(last);
  records.push(renderer.end(summary, judged));
  return { records, ordinary };
}

function compare(log: MadeLog, seed: number, window: number): number {
  const of = (asksAlways: boolean) => recordsOf(log, { asksAlways, window, sizes: chanceOf(seed) });
  const [always, seldom] = [of(true), of(false)];
  expect(seldom.records, `seed ${seed}`).toEqual(always.records);
  return seldom.ordinary;
}

const PATIENCE = 240_000;

describe('what is judged in columns is judged as it is row by row', { timeout: PATIENCE }, () => {
  it('in made-up logs', () => {
    let ordinary = 0;
    let rows = 0;
    for (let seed = 0; seed < 200; seed++) {
      const log = madeLog(seed);
      ordinary += compare(log, seed, [4, 16, 4096][seed % 3] as number);
      rows += log.rows.length;
    }
    expect(ordinary).toBeGreaterThan(rows / 4);
  });

  it('with no more of a batch than it takes, where that is held', () => {
    const batch = new RowBatch();
    const [log] = logsOf(
      `# writer: client\n# extensions: none\n${'rx 810161\ntx 818100ccb83b61\n'.repeat(2)}`,
      readRows,
    );
    const stream = judgeInColumns(log?.header ?? bareHeader('', ''));
    for (const row of log?.rows ?? []) batch.push(row);
    stream.pushBatch(batch);
    const ordinary = stream.end().rows.filter((one) => one instanceof Stretch);
    expect(ordinary.map(({ batch: { rows } }) => [rows.arena.length, rows.kinds.length])).toEqual([[20, 4]]);
  });

  it("in the rules' examples", () => {
    for (const { examples } of RULES) {
      for (const example of [...examples.violates, ...examples.holds]) {
        for (const log of logsOf(`${logOfExample(example)}\n`, readRows)) compare(log, 1, 4096);
      }
    }
  });

  it.skipIf(!existsSync('../shared/data'))('in real logs', () => {
    const files = globSync('../shared/data/**/*.json').filter((_, i) => i % 40 === 0);
    for (const file of files) {
      const text = readFileSync(file, 'latin1');
      if (!text.includes('"wirelog"')) continue;
      for (const log of logsOf(text, readAutobahnJson)) compare(log, 1, 4096);
    }
    expect(files.length).toBeGreaterThan(0);
  });

  it('in a long echo, of which nearly all rows are ordinary', () => {
    const text = ['# writer: client', '# extensions: none'];
    const chance = chanceOf(7);
    for (let i = 0; i < 4500; i++) {
      const key = Buffer.alloc(4);
      key.writeUInt32BE(chance(2 ** 32));
      const payload = Buffer.from(`message ${i % 4200}`);
      const masked = payload.map((octet, at) => octet ^ (key[at & 3] as number));
      const header = Buffer.of(0x81, 0x80 | payload.length);
      text.push(`tx ${Buffer.concat([header, key, masked]).toString('hex')}`);
      text.push(`rx ${Buffer.concat([Buffer.of(0x81, payload.length), payload]).toString('hex')}`);
    }
    const [log] = logsOf(`${text.join('\n')}\n`, readRows);
    expect(compare(log ?? { header: bareHeader('', ''), rows: [] }, 3, 256)).toBeGreaterThan(8500);
  });
});
