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

/** The rows that are read in columns, by their numbers, of those behind a first frame of each side. */
function ordinaryIn(text: string): number[] {
  const begun = `# writer: client\n# extensions: none\ntx 82801a2b3c4d\nrx 8200\n`;
  const [log] = logsOf(`${begun}${text}\n`, readRows);
  const stream = judgeInColumns(log?.header ?? bareHeader('', ''));
  const leaving = [...stream.pushBatch(batchOf(log?.rows ?? [])), ...stream.end().rows];
  return leaving.flatMap((one) =>
    one instanceof Stretch ? Array.from(one.batch.rows.rows.subarray(one.from, one.to), (row) => row - 2) : [],
  );
}

const SENT = 'tx 818537fa213d7f9f4d5158';
const OTHER = 'tx 81859c51e07bcb3e9217f8';
const ECHO = 'rx 810548656c6c6f';
const rxRow = (text: string, opcode = 1) =>
  `RX FRAME : OPCODE=${opcode}, FIN=True, RSV=0, PAYLOAD-LEN=${text.length}, MASKED=False, MASK=None\n               ${text}`;
const txRow = (text: string) =>
  `TX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=${text.length}, MASK=37fa213d, PAYLOAD-REPEAT-LEN=None, CHOPSIZE=None, SYNC=False\n               ${text}`;
/** That of the first frame. */
const FIRST_ROW = rxRow('', 2);

describe('rows of which there is nothing to say are read in columns:', () => {
  it.each([
    ['a message, and its echo', [SENT, ECHO], [0, 1]],
    [
      'an empty message, a binary one, and one of 126 octets',
      ['rx 8100', 'rx 820100', `rx 827e007e${'00'.repeat(126)}`],
      [0, 1, 2],
    ],
    ['a text that is not ASCII', ['rx 8103e282ac'], [0]],
    ['a message of the client with a new key', [SENT, OTHER], [0, 1]],
    ['none with a key that was used before', [SENT, SENT], [0]],
    ['none of the client without a mask, nor of the server with one', ['tx 810161', 'rx 81810000000061'], []],
    ['none that is no text', ['rx 8101ff', ECHO], [1]],
    ['none with a reserved bit, nor a reserved opcode', ['rx c10161', 'rx 830161', ECHO], [2]],
    ['no control frame, and what follows it', ['rx 8900', ECHO], [1]],
    ['no fragment, and what follows the message', ['rx 010161', 'rx 800161', ECHO], [2]],
    ['none in two rows, and what follows', ['rx 810548', 'rx 656c6c6f', ECHO], [2]],
    ['none with another in its row', [`${ECHO}8100`, ECHO], [1]],
    ['none that is longer than it has to say', ['rx 817e000161', ECHO], [1]],
    ['none while the row of the log for one that is cut may yet come', ['rx 810548656c6c LEN=7', ECHO], []],
    ['none after a Close', ['rx 880203e8', 'rx 8100', SENT], []],
    ['what the other side says around a fragment', ['rx 010161', SENT, 'rx 800161'], [1]],
    ['the rows of the log for them', [FIRST_ROW, txRow('Hello'), SENT, ECHO, rxRow('Hello')], [1, 2, 3, 4]],
    [
      'several that come before the rows for them',
      [FIRST_ROW, ECHO, 'rx 8100', rxRow('Hello'), rxRow('')],
      [1, 2, 3, 4],
    ],
    ['no row that says something else', [FIRST_ROW, ECHO, rxRow('Hellp'), ECHO, rxRow('Hello')], [1, 3, 4]],
    ['no row that says another type', [FIRST_ROW, ECHO, rxRow('Hello', 2), ECHO], [1, 3]],
    ['no row that shows less', [FIRST_ROW, ECHO, rxRow('Hello').split('\n')[0] ?? '', ECHO], [1, 3]],
    ['none that was to be sent, and is something else', [FIRST_ROW, txRow('Hellp'), SENT, ECHO], [1, 3]],
    ['none of which the row of the log comes before', [FIRST_ROW, rxRow('Hello'), ECHO, ECHO], [3]],
    ['none behind a row that cannot be read', ['rx 81zz', 'rx 8100'], []],
    ['of the side that a row does not lose', ['RX OCTETS: 81zz', SENT], [1]],
    ['none behind the end of TCP', [ECHO, 'TCP DROPPED BY PEER', 'rx 8100'], [0]],
  ])('%s', (_, rows, expected) => {
    expect(ordinaryIn(rows.join('\n'))).toEqual(expected);
  });
});
