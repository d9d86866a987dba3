// The log itself within an attachment: the text notation in plain ASCII, so that nothing invisible is in it and every
// mail program and web page leaves it as it is. Where there is a limit, it is made shorter from what matters least, and
// says what is left out: first long texts of the report, then octets of long rows (a cut moves nothing), then rows.

import { annotationsOf, findingKey, type JudgedLog, judgeLog } from '../../judge/judged-log.ts';
import { cutOctets, hexOf } from '../../model/octets.ts';
import type { CaseReport, LogHeader, Row } from '../../model/row.ts';
import { notationOf } from '../notation/notations.ts';

export interface LogBlock {
  readonly text: string;
  /** What was left out, in words. */
  readonly leftOut: readonly string[];
  /** Reading it back gives the same findings. */
  readonly isSame: boolean;
}

const NO_LIMIT = Number.POSITIVE_INFINITY;
const LONG_VALUE = 300;
/** Octets that a long row keeps; what a frame row shows of a payload is all or nothing. */
const KEPT_OCTETS = [64, 16, 0] as const;
/** A row of so few octets is not worth cutting. */
const SHORT = 16;
/** The opening handshake. */
const FIRST_ROWS = 2;

export function logBlock(judged: JudgedLog, deciding: ReadonlySet<number>, limit = NO_LIMIT): LogBlock {
  const whole = textOf(judged.header, judged.rows);
  if (whole.length <= limit) return { text: whole, leftOut: [], isSame: true };
  const { header, leftOut } = withoutLongValues(judged.header);
  const text = textOf(header, judged.rows);
  if (text.length <= limit) return { text, leftOut, isSame: true };
  // Best is a cut that nobody notices; else one after which everything that is judged is still found.
  for (const isStrict of [true, false]) {
    for (const kept of KEPT_OCTETS) {
      const rows = shortenRows(judged.rows, kept, deciding, text.length - limit);
      if (!rows || countChanges(judged, header, rows, isStrict) > 0) continue;
      return {
        text: textOf(header, rows),
        leftOut: [...leftOut, shortenedInWords(judged.rows, rows, kept)],
        isSame: true,
      };
    }
  }
  return withoutRows(judged, header, leftOut, deciding, limit);
}

function textOf(header: LogHeader, rows: readonly Row[]): string {
  const notation = notationOf('rows');
  return headerText(header, notation.header) + rows.map((row) => rowText(row, notation.row)).join('');
}

const KEY = /^[A-Za-z][\w-]*$/;
/** Keys that mean something else in the notation. */
const TAKEN = new Set('wirelog writer under-test extensions request response unlogged-rx unlogged-tx'.split(' '));

function headerText(header: LogHeader, print: (header: LogHeader) => string): string {
  const report: CaseReport | null =
    header.report &&
    Object.fromEntries(Object.entries(header.report).filter(([key]) => KEY.test(key) && !TAKEN.has(key)));
  return print({ ...header, report });
}

const INDENT = ' '.repeat(15);

/** As the notation writes it; text beyond ASCII as hex, damage with marks in its place. */
function rowText(row: Row, print: (row: Row) => string): string {
  if (row.kind === 'damaged' && row.text !== '') return `${row.text.replace(/[^\x20-\x7e]/g, '?')}\n`;
  const text = print(row);
  if (/^[\n\x20-\x7e]*$/.test(text) || row.kind !== 'frame' || !row.payload)
    return text.replace(/[^\n\x20-\x7e]/g, '?');
  const [first] = text.split('\n');
  // Of a suite that gives no length, hex could not be told from text.
  if (row.length === null) return `${first}\n`;
  const isCut = row.payload.length > 60 && row.payload.known.length <= 64;
  return `${first}\n${INDENT}0x${hexOf(row.payload.known)}${isCut ? ' ...' : ''}\n`;
}

function withoutLongValues(header: LogHeader): { header: LogHeader; leftOut: string[] } {
  const entries = Object.entries(header.report ?? {});
  const isLong = ([key, value]: [string, unknown]) =>
    !/^http/.test(key) && (JSON.stringify(value) ?? '').length > LONG_VALUE;
  const long = entries.filter(isLong);
  if (long.length === 0) return { header, leftOut: [] };
  const report = Object.fromEntries(entries.filter((entry) => !isLong(entry)));
  const names = long.map(([key]) => key).filter((key) => KEY.test(key));
  return { header: { ...header, report }, leftOut: [`long values of the report: ${names.slice(0, 10).join(', ')}`] };
}

/** Shorter by at least so many characters, from the rows that are farthest from what decides; null where that cannot be. */
function shortenRows(rows: readonly Row[], kept: number, deciding: ReadonlySet<number>, excess: number): Row[] | null {
  const print = notationOf('rows').row;
  const byDistance = rows
    .map((row, i) => ({ i, distance: distanceOf(row, deciding) }))
    .sort((a, b) => b.distance - a.distance);
  const out = [...rows];
  let left = excess;
  for (const { i } of byDistance) {
    if (left <= 0) return out;
    const row = rows[i] as Row;
    const short = deciding.has(row.row) ? row : shortened(row, kept);
    if (short === row) continue;
    left -= rowText(row, print).length - rowText(short, print).length;
    out[i] = short;
  }
  return left <= 0 ? out : null;
}

function distanceOf({ row }: Row, deciding: ReadonlySet<number>): number {
  return Math.min(row < FIRST_ROWS ? 0 : NO_LIMIT, ...[...deciding].slice(0, 100).map((one) => Math.abs(one - row)));
}

function shortened(row: Row, kept: number): Row {
  const least = Math.max(kept, SHORT);
  if (row.kind === 'octets' && row.octets.exact && row.octets.known.length > least) {
    return { ...row, octets: cutOctets(row.octets.known.subarray(0, kept), row.octets.length) };
  }
  if (row.kind === 'frame' && row.length !== null && row.payload && row.payload.known.length > least) {
    return { ...row, payload: null };
  }
  return row;
}

function shortenedInWords(before: readonly Row[], after: readonly Row[], kept: number): string {
  const count = after.filter((row, i) => row !== before[i]).length;
  const which =
    kept === 0 ? `all octets of ${count} long rows` : `octets of ${count} long rows behind the first ${kept}`;
  return `${which}, and payloads of their frame rows; their lengths are true`;
}

/** How many certain findings are lost, or new; `isStrict`: also of those about the log itself. */
function countChanges(judged: JudgedLog, header: LogHeader, rows: readonly Row[], isStrict: boolean): number {
  const keysOf = (one: JudgedLog) =>
    annotationsOf(one)
      .filter(({ certainty, intent }) => isStrict || (certainty === 'certain' && intent !== null))
      .map(findingKey);
  const before = new Set(keysOf(judged));
  const after = new Set(keysOf(judgeLog({ header, rows })));
  return [...before].filter((key) => !after.has(key)).length + [...after].filter((key) => !before.has(key)).length;
}

/** The rows nearest to the deciding ones, and the first ones, as many as there is room for. */
function withoutRows(
  judged: JudgedLog,
  header: LogHeader,
  leftOut: readonly string[],
  deciding: ReadonlySet<number>,
  limit: number,
): LogBlock {
  const notation = notationOf('rows');
  let room = limit - headerText(header, notation.header).length;
  const decisive = [...deciding];
  const distance = ({ row }: Row) =>
    Math.min(row < 8 ? row / 8 : NO_LIMIT, ...decisive.map((one) => Math.abs(one - row)));
  const wanted = judged.rows.map((row) => ({ row, distance: distance(row) })).sort((a, b) => a.distance - b.distance);
  const kept: Row[] = [];
  for (const { row } of wanted) {
    const short = [row, shortened(row, SHORT)].find((one) => rowText(one, notation.row).length <= room);
    if (!short) continue;
    room -= rowText(short, notation.row).length;
    kept.push(short);
  }
  kept.sort((a, b) => a.row - b.row);
  const gone = judged.rows.length - kept.length;
  const lost = countChanges(judged, header, kept, false);
  return {
    text: textOf(header, kept),
    leftOut: [...leftOut, ...(gone > 0 ? [`${gone} of ${judged.rows.length} rows`] : []), 'octets of long rows'],
    isSame: lost === 0 && gone === 0,
  };
}
