// Which fields of a tree are in sight, and which one an octet belongs to.

import type { DetailField, OctetRange } from './field.ts';

export interface VisibleField {
  readonly field: DetailField;
  readonly depth: number;
  readonly isOpen: boolean;
}

/** Ids of the fields that the user has opened or closed: each is the other way round than at first. */
export type Folds = ReadonlySet<string>;

function isOpen(field: DetailField, folds: Folds): boolean {
  return field.children.length > 0 && field.isOpen !== folds.has(field.id);
}

export function visibleFields(fields: readonly DetailField[], folds: Folds, depth = 0): VisibleField[] {
  return fields.flatMap((field) => {
    const open = isOpen(field, folds);
    return [{ field, depth, isOpen: open }, ...(open ? visibleFields(field.children, folds, depth + 1) : [])];
  });
}

/** The selected one among those in sight: itself, or what holds it; until one is chosen, the first with the worst mark. */
export function selectedIn(fields: readonly VisibleField[], id: string | null): number {
  if (id === null) {
    const ranks = fields.map(({ field: { mark }, isOpen: open }) => (mark === null || open ? null : mark.rank));
    const worst = Math.min(...ranks.filter((rank) => rank !== null));
    return Math.max(ranks.indexOf(worst), 0);
  }
  for (let path = id; path !== ''; path = path.slice(0, Math.max(path.lastIndexOf('/'), 0))) {
    const at = fields.findIndex(({ field }) => field.id === path);
    if (at >= 0) return at;
  }
  return 0;
}

/** The selected field, folded away or not. */
export function selectedField(fields: readonly DetailField[], folds: Folds, id: string | null): DetailField | null {
  const visible = visibleFields(fields, folds);
  return fieldOf(fields, id) ?? visible[selectedIn(visible, id)]?.field ?? null;
}

/** The field with that id, folded away or not. */
export function fieldOf(fields: readonly DetailField[], id: string | null): DetailField | null {
  for (const field of fields) {
    if (field.id === id) return field;
    if (id?.startsWith(`${field.id}/`)) return fieldOf(field.children, id) ?? field;
  }
  return null;
}

/** The innermost field that holds the octet; of several in one octet the last with a mark, or the last. */
export function fieldAt(fields: readonly DetailField[], octet: number): DetailField | null {
  const holding = fields.filter(({ octets }) => octets !== null && holds(octets, octet));
  const best = holding.findLast(({ mark }) => mark !== null) ?? holding.at(-1);
  if (best) return fieldAt(best.children, octet) ?? best;
  // A group has no octets of its own.
  for (const { octets, children } of fields) {
    const inside = octets === null ? fieldAt(children, octet) : null;
    if (inside) return inside;
  }
  return null;
}

function holds([from, to]: OctetRange, octet: number): boolean {
  return from <= octet && octet < to;
}

/** With all that the field stands in unfolded. */
export function unfoldedTo(fields: readonly DetailField[], id: string, folds: Folds): Folds {
  const changed = new Set(folds);
  for (let level = fields; ; ) {
    const next = level.find((field) => id.startsWith(`${field.id}/`));
    if (!next) return changed;
    if (!isOpen(next, changed)) toggle(changed, next.id);
    level = next.children;
  }
}

export function toggled(folds: Folds, id: string): Folds {
  const changed = new Set(folds);
  toggle(changed, id);
  return changed;
}

function toggle(folds: Set<string>, id: string): void {
  if (!folds.delete(id)) folds.add(id);
}
