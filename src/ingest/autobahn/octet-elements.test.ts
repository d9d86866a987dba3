import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { octetsOfLatin1, octetsOfText } from '../../model/octets.ts';
import type { LogHeader, Row } from '../../model/row.ts';
import { ROW } from '../../model/row-batch.ts';
import { scanReport } from './json.ts';

interface Read {
  readonly header: LogHeader | undefined;
  readonly rows: readonly Row[];
  readonly error: string | null;
  /** Rows that came as columns. */
  readonly columns: number;
}

/** `size`: of the chunks, as octets; null for one string. */
function read(report: Uint8Array, size: number | null): Read {
  const rows: Row[] = [];
  let header: LogHeader | undefined;
  let columns = 0;
  const scan = scanReport('a.json', {
    header: (found) => {
      header = found;
    },
    row: (row) => rows.push(row),
    batch: (batch) => {
      for (let i = 0; i < batch.count; i++) rows.push(batch.rowAt(i));
      columns += batch.kinds.subarray(0, batch.count).filter((kind) => kind !== ROW.OTHER).length;
    },
  });
  if (size === null) scan.push(Buffer.from(report).toString('latin1'));
  else {
    // The memory of a chunk is used again.
    const buffer = new Uint8Array(size);
    for (let at = 0; at < report.length; at += size) {
      const chunk = report.subarray(at, at + size);
      buffer.set(chunk);
      scan.octets(buffer.subarray(0, chunk.length));
    }
  }
  let error: string | null = null;
  try {
    scan.end();
  } catch (thrown) {
    error = (thrown as Error).message;
  }
  return { header, rows: rows.map(withPlainOctets), error, columns };
}

function withPlainOctets(row: Row): Row {
  if (row.kind === 'octets') return { ...row, octets: { ...row.octets, known: Uint8Array.from(row.octets.known) } };
  if (row.kind !== 'frame' || !row.payload) return row;
  return { ...row, payload: { ...row.payload, known: Uint8Array.from(row.payload.known) } };
}

const HEAD = '{"agent": "a", "droppedByMe": false, "id": "1.1.1", "isServer": true, "wirelog": [';
const USUAL = [
  '["RO", [2, "8100"]]',
  '["TO", [3, "8101Ff"], false]',
  '["TO",[0,""],false]',
  '["RF", [5, "Hello"], 1, true, 0, true, "0a1B2c3d"]',
  '["RF", [2, "0x03e8"], 8, false, 7, false, null]',
  '["TF", [0, ""], 9, true, 0, null, null, null, false]',
  `["TF", [70, "${'x'.repeat(70)}"], 2, true, 4, "ffffffff", null, null, false]`,
];
const UNUSUAL = [
  `["RO", [300, "${'81'.repeat(64)} ..."]]`,
  '["RO", [2, "810"]]',
  '["RO", [2, "81zz"]]',
  '["RO", [2, "8100"], true]',
  '["TO", [2, "8100"], true]',
  '["RO", [02, "8100"]]',
  '["RO", [null, "8100"]]',
  '["RF", [1, "\\u0041"], 1, true, 0, true, null]',
  '["RF", [1, "\\""], 1, true, 0, true, null]',
  '["RF", [2, "\u00e9"], 1, true, 0, true, null]',
  '["RF", [2, "0x"], 1, true, 0, true, null]',
  '["RF", [4, "0x41"], 1, true, 0, true, null]',
  `["RF", [64, "${'y'.repeat(60)} ..."], 1, true, 0, true, null]`,
  `["RF", [90, "${'z'.repeat(64)} ..."], 1, true, 0, true, null]`,
  '["RF", [1, "a"], 16, true, 0, true, null]',
  '["RF", [1, "a"], 1, true, 8, true, null]',
  '["RF", [1, "a"], 1, 1, 0, true, null]',
  '["RF", [1, "a"], 1, true, 0, null, null]',
  '["RF", [1, "a"], 1, true, 0, true, "0a1b2c"]',
  '["RF", [1, "a"], 1, true, 0, true]',
  '["TF", [1, "a"], 1, true, 0, null, 70, null, false]',
  '["TF", [1, "a"], 1, true, 0, null, null, 10, true]',
  '["WLM", true]',
  '["CT", 1.5, "tag"]',
  '["XX", {"a": [1, "]"]}]',
  '"no list"',
  '7',
  '[]',
];
const SEPARATORS = [', ', ',', ' ,\n\t'];
const ODD_SEPARATORS = [...SEPARATORS, ' ', ',,', ''];
const ENDS = [']}', ' ]\n}\n', ', ]}', ']', '', '], "zeal": [1]}', ']} x', ']}{}'];

function reportOf(elements: readonly string[], separators: readonly string[], end: string): Uint8Array {
  const list = elements.map((element, i) => (i === 0 ? element : `${separators[i % separators.length]}${element}`));
  return octetsOfText(`${HEAD}${list.join('')}${end}`);
}

describe('rows of a large report as columns', () => {
  it('are the same as one by one, whatever they are and wherever a chunk ends', () => {
    const report = fc.record({
      elements: fc.array(fc.constantFrom(...USUAL, ...USUAL, ...UNUSUAL), { maxLength: 12 }),
      separators: fc.oneof(
        { weight: 4, arbitrary: fc.array(fc.constantFrom(...SEPARATORS), { minLength: 1, maxLength: 3 }) },
        { weight: 1, arbitrary: fc.array(fc.constantFrom(...ODD_SEPARATORS), { minLength: 1, maxLength: 3 }) },
      ),
      end: fc.constantFrom(...ENDS),
      size: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(4096)),
    });
    const isSame = fc.property(report, ({ elements, separators, end, size }) => {
      const octets = reportOf(elements, separators, end);
      const { columns: _, ...asColumns } = read(octets, size);
      const { columns: none, ...oneByOne } = read(octets, null);
      expect(asColumns).toEqual(oneByOne);
      expect(none).toBe(0);
    });
    fc.assert(isSame, { numRuns: 2000 });
  });

  it.each(USUAL)('are columns where they are spelt as the suite spells them: %s', (element) => {
    const octets = reportOf([element, element, element], [', '], ']}');
    expect(read(octets, 1 << 16).columns).toBe(3);
    expect(read(octets, 5).columns).toBe(3);
  });

  it.each(UNUSUAL)('are objects where anything about them is unusual: %s', (element) => {
    expect(read(reportOf([element], [], ']}'), 1 << 16).columns).toBe(0);
  });

  it('go on behind an element that is very long', () => {
    const long = `["RF", [2000000, "${'x'.repeat(2_000_000)}"], 1, true, 0, true, null]`;
    const octets = reportOf([USUAL[0] ?? '', long, USUAL[0] ?? ''], [', '], ']}');
    const { rows, error } = read(octets, 1 << 16);
    expect(error).toBe(null);
    expect(rows.map(({ kind }) => kind)).toEqual(['octets', 'frame', 'octets', 'tcp-drop']);
  });

  it('keep octets that are no UTF-8 as they were kept', () => {
    const octets = octetsOfLatin1(`${HEAD}["RF", [1, "\xff"], 1, true, 0, true, null]]}`);
    expect(read(octets, 9).rows).toEqual(read(octets, null).rows);
  });
});
