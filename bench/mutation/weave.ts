// Sources with mutants in them, of which at most one is on.

import type { Change } from './changes.ts';

export interface Mutant extends Change {
  readonly id: number;
  /** The file, from the root of the project. */
  readonly path: string;
}

/** The source as it would be with this change alone. */
export function changed(source: string, { start, end, replacement }: Change): string {
  return source.slice(0, start) + textOf(replacement, source[start] === '{') + source.slice(end);
}

function textOf(replacement: string | null, isBlock: boolean): string {
  if (replacement !== null) return `(${replacement})`;
  return isBlock ? '{}' : ';';
}

/** The source with all these mutants, each behind the question whether it is on. */
export function woven(source: string, mutants: readonly Mutant[]): string {
  const outermostFirst = mutants.toSorted((a, b) => a.start - b.start || b.end - a.end || a.id - b.id);
  return weave(source, outermostFirst, 0, source.length);
}

function weave(source: string, mutants: readonly Mutant[], from: number, to: number): string {
  const [first, ...others] = mutants;
  if (!first) return source.slice(from, to);
  const inside = others.filter(({ start }) => start < first.end);
  const behind = others.slice(inside.length);
  const usual = weave(source, inside, first.start, first.end);
  return source.slice(from, first.start) + question(first, usual) + weave(source, behind, first.end, to);
}

function question({ id, replacement }: Mutant, usual: string): string {
  return replacement === null
    ? `{ if (!__mutant(${id})) ${usual} }`
    : `(__mutant(${id}) ? (${replacement}) : (${usual}))`;
}
