// Searching among all cases of the browser, those in folded groups too. Pure.

import { type CaseRow, plain, whyOf } from './cases.ts';
import { type CasesQuestions, type CasesState, idOf, moved, withTurned } from './cases-state.ts';

/**
 * To the next case that matches, round and round, folded away or not: its group is unfolded. Null where there is none.
 */
export function toMatch(
  state: CasesState,
  by: 1 | -1,
  asked: Pick<CasesQuestions, 'lines'>,
  matches: (row: CaseRow) => boolean,
): CasesState | null {
  const lines = asked.lines(state);
  const groups = lines.flatMap((line) => (line.type === 'group' ? [line] : []));
  const all = groups.flatMap((group) => [group, ...group.rows.map((row) => ({ type: 'case', row }) as const)]);
  const here = lines[state.cursor];
  const from = all.findIndex((line) => here !== undefined && idOf(line) === idOf(here));
  const order = all.map((_, at) => all[(from + by * (at + 1) + 2 * all.length) % all.length]);
  const hit = order.find((line) => line?.type === 'case' && matches(line.row));
  if (hit?.type !== 'case') return null;
  const isFolded = groups.some(({ group, isOpen }) => group === hit.row.group && !isOpen);
  const next = isFolded ? withTurned(state, hit.row.group) : state;
  const after = asked.lines(next);
  const to = after.findIndex((line) => idOf(line) === hit.row.id && line.type === 'case');
  return moved({ ...next, says: null }, to, after.length);
}

/** The text in small letters: in its id, and in what is said of it. */
export function matches({ id, items }: CaseRow, wanted: string): boolean {
  const texts = [...items.values()].flatMap((item) => [plain(item.description), whyOf(item), ...item.rules]);
  return [id, ...texts].some((text) => text.toLowerCase().includes(wanted));
}
