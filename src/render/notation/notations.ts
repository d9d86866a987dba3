// The notations in which a log is written as a log again.

import type { NotationId } from '../form-names.ts';
import { jsonNotation } from './autobahn-json.ts';
import type { Notation } from './notation.ts';
import { rowsNotation } from './rows.ts';

const NOTATIONS: Readonly<Record<NotationId, () => Notation>> = { rows: rowsNotation, 'autobahn-json': jsonNotation };

export function notationOf(id: NotationId): Notation {
  return NOTATIONS[id]();
}
