// The one character that says what kind of thing an annotation is; it has to be readable without colour.

import { type Annotation, isCharged, isStimulus } from '../../../src/judge/annotation.ts';
import { isViolation } from '../../../src/judge/filter/filter-terms.ts';
import type { Style } from '../terminal/paint.ts';

export interface Mark {
  readonly character: string;
  readonly style: Style;
  /** The lower comes first where a row has several. */
  readonly rank: number;
  readonly title: string;
  /** The same in a word or two, for the legend above the list. */
  readonly short: string;
}

/** In the order in which a row shows them. */
export const MARKS = {
  violation: {
    character: '✗',
    style: 'error',
    rank: 0,
    title: 'violation of the endpoint under test',
    short: 'violation',
  },
  stimulus: {
    character: '◇',
    style: 'stimulus',
    rank: 1,
    title: "stimulus: broken on purpose by the log's writer",
    short: 'on purpose',
  },
  warning: { character: '!', style: 'warning', rank: 2, title: 'warning', short: 'warning' },
  unsure: {
    character: '?',
    style: 'unsure',
    rank: 3,
    title: 'cannot tell: the log does not show enough',
    short: 'cannot tell',
  },
  note: { character: '·', style: 'plain', rank: 4, title: 'note', short: 'note' },
  after: {
    character: '×',
    style: 'dim',
    rank: 5,
    title: 'after the failure: shown, not counted',
    short: 'after the failure',
  },
} as const satisfies Record<string, Mark>;

export function markOf(annotation: Annotation): Mark {
  if (annotation.certainty === 'cannot-tell') return MARKS.unsure;
  if (isStimulus(annotation)) return MARKS.stimulus;
  if (annotation.afterFailure) return MARKS.after;
  if (isCharged(annotation) && isViolation(annotation)) return MARKS.violation;
  return annotation.severity === 'note' ? MARKS.note : MARKS.warning;
}

/** The annotation that a row shows in the list. */
export function foremost(annotations: readonly Annotation[]): { annotation: Annotation; mark: Mark } | null {
  let first: { annotation: Annotation; mark: Mark } | null = null;
  for (const annotation of annotations) {
    const mark = markOf(annotation);
    if (!first || mark.rank < first.mark.rank) first = { annotation, mark };
  }
  return first;
}
