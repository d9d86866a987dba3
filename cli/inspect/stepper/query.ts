// An expression or a search as it was written, and what it tests.

import type { AnnotatedRow } from '../../../src/judge/annotation.ts';
import { parseFilter, parseSearch, type RowTest } from '../../../src/judge/filter/filter.ts';
import type { Context } from '../keys/keymap.ts';
import type { AnswerCheck } from '../keys/page.ts';
import type { PageQuestion } from '../keys/prompt.ts';
import type { FilteredRows } from '../log/filtered-rows.ts';
import { type RowColumns, type RowLook, rowLine } from '../row/row-line.ts';
import { type Remarks, whyLines } from '../row/why-lines.ts';
import { finderOf } from '../terminal/find.ts';

export interface Query {
  readonly text: string;
  readonly test: RowTest;
}

/** Of a text that has been checked; any other matches nothing. */
export function filterQuery(text: string): Query {
  const filter = parseFilter(text);
  return { text, test: filter.ok ? filter.matches : () => false };
}

/** Octets as the hex pane shows them: `89 02`. */
const SPACED_HEX = /^\s*[\da-f]{2}(?:\s+[\da-f]{2})+\s*$/i;

/**
 * What is written is looked for in what the row shows: its line, the payload under mask and compression, its octets, and
 * what is said of it. `hex:` and `re:` ask for octets and for a pattern.
 */
export function searchQuery(text: string): Query {
  const wanted = text.normalize('NFC');
  const filter = parseSearch(wanted);
  if (!filter.ok) return { text, test: () => false };
  if (/^(?:hex|re):/.test(wanted)) return { text, test: filter.matches };
  const spaced = SPACED_HEX.test(wanted) ? parseSearch(`hex:${wanted}`) : null;
  const matches = finderOf(wanted);
  // In octets a text is looked for as it is sent, in either form.
  const other = parseSearch(wanted.normalize('NFD'));
  const test: RowTest = (row, before) =>
    filter.matches(row, before) ||
    (spaced?.ok === true && spaced.matches(row, before)) ||
    (other.ok && other.matches(row, before)) ||
    textsOf(row).some(matches);
  return { text, test };
}

/** What stands on the screen of a row beside its octets. */
function textsOf(row: AnnotatedRow): string[] {
  const why = row.annotations.length === 0 ? [] : [whyLines(row, NO_REMARKS, UNCUT).join(' ')];
  return [rowLine(row, NO_LOOK, NO_COLUMNS, UNCUT), ...why];
}

const UNCUT = { width: 4000, color: false };
const NO_REMARKS: Remarks = { comment: '', verdict: null, decides: false, hints: [] };
const NO_LOOK: RowLook = { isSelected: false, isMarked: false, hasComment: false, verdict: null };
const NO_COLUMNS: RowColumns = { digits: 1, hasTimes: true };

export function matchesAt(filtered: FilteredRows, at: number, { test }: Query): boolean {
  const row = filtered.at(at);
  return row !== null && test(row, filtered.at(at - 1));
}

/** With more rows than that, matches are not counted while a filter is written. */
const COUNTED = 20_000;

/** What is said about an expression while it is written. */
export function checkQuery(
  kind: PageQuestion,
  text: string,
  rowCount: number,
  count: (text: string, matches: RowTest) => string,
): AnswerCheck | null {
  if (kind !== 'filter' && kind !== 'breaks') return null;
  if (text.trim() === '') return kind === 'breaks' ? { isRight: false, says: 'an expression is wanted' } : null;
  const filter = parseFilter(text);
  if (!filter.ok) return { isRight: false, says: `at ${filter.at + 1}: ${filter.says}` };
  return { isRight: true, says: rowCount <= COUNTED ? count(text, filter.matches) : '' };
}

/** Only the stepper knows octets and patterns. */
export function checkSearch(context: Context, text: string): AnswerCheck | null {
  if (context !== 'log' || text === '') return null;
  const filter = parseSearch(text);
  return filter.ok ? { isRight: true, says: '' } : { isRight: false, says: `at ${filter.at + 1}: ${filter.says}` };
}
