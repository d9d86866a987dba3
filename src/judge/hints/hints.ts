// Hints: the likely cause behind a symptom, with its evidence. They judge nothing and are never above a note. This is the
// only list of them; each carries its own examples, and one test runs all over all.

import type { LogHeader } from '../../model/row.ts';
import type { Connection } from '../../protocol/connection.ts';
import type { AnnotatedRow } from '../annotation.ts';
import type { RowOrStretch } from '../ordinary-row.ts';
import type { Hint } from '../verdict/verdict.ts';
import { CLOSE_HINTS } from './close.ts';
import { DEFLATE_HINTS } from './deflate.ts';
import { ECHO_HINTS } from './echo.ts';
import { readFacts } from './facts.ts';
import { FOREIGN_HINTS } from './foreign.ts';
import { KEY_HINTS } from './key.ts';
import { LENGTH_HINTS } from './length.ts';
import { LENGTH_FORM_HINTS } from './length-form.ts';
import { MASKING_HINTS } from './masking.ts';
import type { HintRecord } from './record.ts';
import { TEXT_HINTS } from './text.ts';

export const HINTS: readonly HintRecord[] = [
  ...MASKING_HINTS,
  ...KEY_HINTS,
  ...DEFLATE_HINTS,
  ...LENGTH_HINTS,
  ...LENGTH_FORM_HINTS,
  ...FOREIGN_HINTS,
  ...ECHO_HINTS,
  ...TEXT_HINTS,
  ...CLOSE_HINTS,
];

export interface HintReader {
  /** Takes the rows in order, each once all is known of it. */
  take(rows: RowOrStretch): void;
  /** The log is over. Each hint comes at most once, with the first of its evidence; in the order of the rows. */
  end(connection: Connection): readonly Hint[];
}

const NONE: readonly Hint[] = [];

export function readHints(header: LogHeader): HintReader {
  const reader = readFacts(header);
  return {
    take: reader.take,
    end: (connection) => {
      let found: FoundHint[] | null = null;
      for (const facts of reader.end(connection)) {
        for (const record of HINTS) {
          if (found?.some((one) => one.record === record)) continue;
          const hint = record.check(facts);
          if (!hint) continue;
          found ??= [];
          found.push({ record, hint: { id: record.id, ...hint } });
        }
      }
      return found ? bestOf(found) : NONE;
    },
  };
}

interface FoundHint {
  readonly record: HintRecord;
  readonly hint: Hint;
}

function bestOf(found: readonly FoundHint[]): Hint[] {
  const ids = new Set(found.map(({ hint }) => hint.id));
  const best = found.filter(({ record }) => !record.unless?.some((id) => ids.has(id)));
  return best.map(({ hint }) => hint).sort((a, b) => a.row - b.row);
}

/** The hints of a log whose rows are all there. */
export function hintsOf(header: LogHeader, rows: Iterable<AnnotatedRow>, connection: Connection): readonly Hint[] {
  const reader = readHints(header);
  for (const row of rows) reader.take(row);
  return reader.end(connection);
}
