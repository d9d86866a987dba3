import { hexLines, pickedTitle } from '../row/hex-lines.ts';
import { hexTitle, hexView } from '../row/hex-view.ts';
import { selectedField } from '../row/tree.ts';
import { Pane } from '../terminal/pane.tsx';
import { hexStart } from './log-questions.ts';
import type { PaneProps } from './pane-props.ts';

export function HexPane({ page, area, color }: PaneProps) {
  const { state, lens } = page;
  const row = lens.at(state.cursor);
  if (!row) return null;
  const { focus, octet, scroll } = state;
  const view = hexView(row, area.width);
  const fields = page.fields();
  const isPicked = focus === 'hex' || focus === 'detail' || octet !== null;
  const field = isPicked ? selectedField(fields, state.folds, state.field) : null;
  const first = scroll.hex ?? hexStart(view, isPicked ? state : { octet: null, field: null }, fields, area.height);
  const lines = hexLines(
    view,
    first,
    area.height,
    { octets: field?.octets ?? null, octet },
    { width: area.width, color },
  );
  const title = `${hexTitle(row)}${pickedTitle(row, field, octet)}`;
  return <Pane area={area} color={color} hasFocus={focus === 'hex'} title={title} lines={lines} />;
}
