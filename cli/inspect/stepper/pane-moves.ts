// Moves within the row under the cursor: from field to field, from octet to octet, each taking the other along.

import { fieldAt, selectedField, selectedIn, toggled, unfoldedTo, visibleFields } from '../row/tree.ts';
import { clamp, clampTop } from '../terminal/window.ts';
import { paneArea } from './layout.ts';
import type { LogRows, LogState } from './state.ts';

/** The field so many lines on. */
export function moveInFields(state: LogState, by: number, log: LogRows): LogState {
  const visible = visibleFields(log.fields(state), state.folds);
  const selected = visible[clamp(selectedIn(visible, state.field) + by, 0, visible.length - 1)];
  return selected ? { ...state, field: selected.field.id, octet: null } : state;
}

/** Folds where `by` is negative, unfolds where it is positive, else turns; on a leaf, folding goes to what holds it. */
export function turnField(state: LogState, by: number, log: LogRows): LogState {
  if (state.focus !== 'detail') return state;
  const visible = visibleFields(log.fields(state), state.folds);
  const selected = visible[selectedIn(visible, state.field)];
  if (!selected) return state;
  const { id, children } = selected.field;
  const wants = by === 0 ? !selected.isOpen : by > 0;
  if (children.length > 0 && selected.isOpen !== wants) return { ...state, field: id, folds: toggled(state.folds, id) };
  const parent = id.slice(0, Math.max(id.lastIndexOf('/'), 0));
  return by < 0 && parent !== '' ? { ...state, field: parent, octet: null } : { ...state, field: id };
}

/** The octet so many on; below the last octet the pane goes on by lines. */
export function moveInHex(state: LogState, by: number, log: LogRows): LogState {
  const { count, perLine } = log.octets(state);
  const isBelow = state.scroll.hex !== null || (by > 0 && (count === 0 || state.octet === count - 1));
  if (isBelow) return scrolledHex(state, Math.sign(by) * Math.ceil(Math.abs(by) / perLine), log);
  if (count === 0) return state;
  const from = state.octet ?? selectedField(log.fields(state), state.folds, state.field)?.octets?.[0] ?? 0;
  return pickOctet(state, clamp(from + by, 0, count - 1), log);
}

/** Takes the innermost field along that holds it. */
export function pickOctet(state: LogState, octet: number, log: LogRows): LogState {
  const fields = log.fields(state);
  const inside = fieldAt(fields, octet);
  if (!inside) return { ...state, octet };
  return { ...state, octet, field: inside.id, folds: unfoldedTo(fields, inside.id, state.folds) };
}

function scrolledHex(state: LogState, by: number, log: LogRows): LogState {
  const { lines, start } = log.extent('hex', state);
  const height = state.layout ? paneArea(state.layout, 'hex', state.isZoomed).height : 1;
  const first = clampTop((state.scroll.hex ?? start) + by, height, lines);
  return { ...state, scroll: { ...state.scroll, hex: first <= start ? null : first } };
}
