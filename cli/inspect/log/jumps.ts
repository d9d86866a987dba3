// Far moves: to the next of a kind, and back to where one came from.

/** The position `times` after the cursor (before it where negative), or the last there is; null where there is none. */
export function stepIn(positions: readonly number[], cursor: number, times: number): number | null {
  const low = firstFrom(positions, cursor + Number(times > 0));
  // `low` is the first at or after the cursor; after it, when going forward.
  const there = times > 0 ? Math.min(low + times - 1, positions.length - 1) : Math.max(low + times, 0);
  const isAny = times > 0 ? low < positions.length : low > 0;
  return isAny ? (positions[there] ?? null) : null;
}

/** Where in the ascending list the first one at or after `least` stands. */
export function firstFrom(positions: readonly number[], least: number): number {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((positions[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The ascending list with one more in it. */
export function inOrder(positions: readonly number[], more: number): readonly number[] {
  const at = firstFrom(positions, more);
  return positions[at] === more ? positions : positions.toSpliced(at, 0, more);
}

/** Positions of rows that jumps began at. */
export interface JumpHistory {
  readonly past: readonly number[];
  readonly future: readonly number[];
}

export const NO_HISTORY: JumpHistory = { past: [], future: [] };

const LONGEST = 100;

export function leave({ past }: JumpHistory, position: number): JumpHistory {
  return { past: [...past.slice(1 - LONGEST), position], future: [] };
}

export function walkBack(
  { past, future }: JumpHistory,
  here: number,
): { readonly history: JumpHistory; readonly to: number } | null {
  const to = past.at(-1);
  return to === undefined ? null : { to, history: { past: past.slice(0, -1), future: [...future, here] } };
}

export function walkOn(
  { past, future }: JumpHistory,
  here: number,
): { readonly history: JumpHistory; readonly to: number } | null {
  const to = future.at(-1);
  return to === undefined ? null : { to, history: { past: [...past, here], future: future.slice(0, -1) } };
}
