// What somebody meant who mistyped a name.

import { anyOf } from '../src/model/errors.ts';

/** How `no format "jnit"` goes on: `: did you mean "junit"?`, or what there is to choose from where no name is near. */
export function suggestion(word: string, names: readonly string[], choice = `choose ${anyOf(names)}`): string {
  const name = nearest(word, names);
  return name === null ? `: ${choice}` : `: did you mean "${name}"?`;
}

/** The name that takes the fewest slips, if they are few for its length; null where none is near. */
export function nearest(word: string, names: Iterable<string>): string | null {
  const most = word.length < 5 ? 1 : word.length < 9 ? 2 : 3;
  let best: { readonly name: string; readonly slips: number } | null = null;
  for (const name of names) {
    // A name that goes on where the word ends is nearer than its length says.
    const slips = word.length > 2 && name.startsWith(word) ? 1 : slipsBetween(word.toLowerCase(), name);
    if (slips <= Math.min(most, name.length - 1) && slips < (best?.slips ?? most + 1)) best = { name, slips };
  }
  return best?.name ?? null;
}

/** Letters left out, put in, changed, or two that have changed places (optimal string alignment). */
function slipsBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3) return 4;
  let older: number[] = [];
  let before = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let least = Math.min((before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (before[j - 1] ?? 0) + (isSame ? 0 : 1));
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwapped) least = Math.min(least, (older[j - 2] ?? 0) + 1);
      row.push(least);
    }
    older = before;
    before = row;
  }
  return before[b.length] ?? 0;
}
