// An expression or a search as it was written, and what it tests.

import { parseFilter, parseSearch, type RowTest } from '../../../src/judge/filter/filter.ts';
import type { Check } from '../keys/page.ts';
import type { PageQuestion } from '../keys/prompt.ts';
import type { FilteredRows } from '../log/filtered-rows.ts';
import type { Store } from '../log/store.ts';

export interface Query {
  readonly text: string;
  readonly test: RowTest;
}

/** Of a text that has been checked; any other matches nothing. */
export function filterQuery(text: string): Query {
  const filter = parseFilter(text);
  return { text, test: filter.ok ? filter.matches : () => false };
}

export function searchQuery(text: string): Query {
  const filter = parseSearch(text);
  return { text, test: filter.ok ? filter.matches : () => false };
}

export function matchesAt(filtered: FilteredRows, at: number, { test }: Query): boolean {
  const row = filtered.at(at);
  return row !== null && test(row, filtered.at(at - 1));
}

/** With more rows than that, matches are not counted while a filter is written. */
const COUNTED = 20_000;

/** What is said about an expression while it is written. */
export function checkQuery(kind: PageQuestion, text: string, store: Store): Check | null {
  if (kind !== 'filter' && kind !== 'breaks' && kind !== 'search') return null;
  if (text.trim() === '') return kind === 'breaks' ? { isRight: false, says: 'an expression is wanted' } : null;
  const filter = kind === 'search' ? parseSearch(text) : parseFilter(text);
  if (!filter.ok) return { isRight: false, says: `at ${filter.at + 1}: ${filter.says}` };
  if (kind === 'search' || store.length > COUNTED) return { isRight: true, says: '' };
  let count = 0;
  for (let at = 0; at < store.length; at++) {
    const row = store.at(at);
    if (row && filter.matches(row, store.at(at - 1))) count++;
  }
  return { isRight: true, says: `${count} of ${store.length} rows` };
}
