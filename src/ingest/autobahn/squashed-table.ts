// Tables of a copied page may have lost the space between their cells: `2901290` was 290, 1, 290. The size times the
// count is the octets, sizes rise from row to row, and the sums stand in the last row: in all tables seen that leaves
// one way to read them.

/** Sizes or opcodes → how often. */
type TableStatistics = Readonly<Record<string, number>>;

/** Ways of reading tried before we give up. */
const BUDGET = 20_000;
/** Rows of a table that we try at all; each goes one call deeper. */
const MOST_ROWS = 2000;
const HIGHEST_OPCODE = 15;

/** One way to read a row: the key, the count, and what is summed beside the count. */
interface RowReading {
  readonly key: number;
  readonly count: number;
  readonly octets: number;
}

/** `rows` are the lines of the table, the one that begins with `Total` last; null where they cannot be read. */
export function readStatisticsTable(lines: readonly string[], kind: 'octets' | 'frames'): TableStatistics | null {
  const total = lines.at(-1);
  if (!total?.startsWith('Total') || lines.length > MOST_ROWS) return null;
  const rows = lines.slice(0, -1).map((line) => readingsOf(line, kind));
  const totals = totalsOf(total.slice('Total'.length), kind);
  const found: RowReading[][] = [];
  const search = { rows, found, budget: BUDGET };
  for (const sums of totals) tryRow(search, [], sums);
  const [only] = found;
  if (!only || found.length > 1 || search.budget <= 0) return null;
  return Object.fromEntries(only.map(({ key, count }) => [String(key), count]));
}

interface Search {
  readonly rows: readonly (readonly RowReading[])[];
  readonly found: RowReading[][];
  budget: number;
}

type Sums = Omit<RowReading, 'key'>;

function tryRow(search: Search, taken: RowReading[], left: Sums): void {
  if (search.budget-- <= 0 || search.found.length > 1) return;
  const readings = search.rows[taken.length];
  if (!readings) {
    if (left.count === 0 && left.octets === 0) search.found.push([...taken]);
    return;
  }
  for (const reading of readings) {
    if (reading.key <= (taken.at(-1)?.key ?? -1) || reading.count > left.count || reading.octets > left.octets)
      continue;
    taken.push(reading);
    tryRow(search, taken, { count: left.count - reading.count, octets: left.octets - reading.octets });
    taken.pop();
  }
}

function readingsOf(line: string, kind: 'octets' | 'frames'): RowReading[] {
  return splitsOf(line, kind === 'octets' ? 3 : 2).flatMap(([key = 0, count = 0, octets = 0]) => {
    const isRight = kind === 'octets' ? key * count === octets : key <= HIGHEST_OPCODE;
    return isRight && count > 0 ? [{ key, count, octets }] : [];
  });
}

function totalsOf(text: string, kind: 'octets' | 'frames'): Sums[] {
  return splitsOf(text, kind === 'octets' ? 2 : 1).map(([count = 0, octets = 0]) => ({ count, octets }));
}

/** All ways to cut digits into that many numbers; where cells are still apart, the one way they stand. */
function splitsOf(text: string, cells: number): number[][] {
  const parts = text.trim().split(/\s+/);
  if (parts.some((part) => !/^\d{1,40}$/.test(part))) return [];
  if (parts.length > 1 || cells === 1) return parts.length === cells ? [parts.map(Number)] : [];
  const [digits = ''] = parts;
  const ways: number[][] = [];
  for (let at = 1; at < digits.length; at++) {
    const first = digits.slice(0, at);
    if (!isPlain(first)) continue;
    const rest = digits.slice(at);
    if (cells === 3) for (const way of splitsOf(rest, 2)) ways.push([Number(first), ...way]);
    else if (isPlain(rest)) ways.push([Number(first), Number(rest)]);
  }
  return ways;
}

function isPlain(digits: string): boolean {
  return digits === '0' || (digits[0] !== '0' && digits.length < 16);
}
