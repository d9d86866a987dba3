// Where the frames of one direction begin again after a gap: only where the log's own frame rows confirm it, or where the
// look of the octets says so in several rows in turn.

import type { Octets } from '../model/octets.ts';
import type { Direction, FrameRow } from '../model/row.ts';
import { agreesWith, type Following, type FrameTraits, isOfFrames, isOneFrame, isPeriodic } from './place.ts';

/** So many rows in turn that are nothing but whole frames without a fault prove where frames begin. */
const ENOUGH_ROWS = 4;

export class FrameFinder {
  readonly #direction: Direction;
  readonly #isMasked: boolean | null;
  readonly #isDeflated: () => boolean;
  #rowsInTurn = 0; // that go on as guessed

  /** `isMasked`: whether the direction's frames have a mask; null where that is not known. */
  constructor(direction: Direction, isMasked: boolean | null, isDeflated: () => boolean) {
    this.#direction = direction;
    this.#isMasked = isMasked;
    this.#isDeflated = isDeflated;
  }

  get likeness(): FrameTraits {
    return { isMasked: this.#isMasked, isDeflated: this.#isDeflated() };
  }

  begin(): void {
    this.#rowsInTurn = 0;
  }

  /** Does the row begin with a frame? Undefined where only the next row can tell. */
  isPlace(octets: Octets, rows: readonly FrameRow[], mayBeInStep: boolean, following: Following): boolean | undefined {
    if (rows.length > 0) return agreesWith(this.#direction, octets, rows);
    const { likeness } = this;
    const looksRight = (some: Octets) =>
      !isPeriodic(some) && (isOfFrames(some, likeness) || (mayBeInStep && isOneFrame(some, likeness)));
    if (!looksRight(octets)) return false;
    // Of the rows of a long frame one may look so by chance, but not two in turn.
    const next = following();
    return next === null || (next && looksRight(next));
  }

  /** A row goes on as guessed; true where so many have that it is proven. */
  isProvenBy(octets: Octets): boolean {
    this.#rowsInTurn = isOfFrames(octets, this.likeness) && !isPeriodic(octets) ? this.#rowsInTurn + 1 : 0;
    return this.#rowsInTurn >= ENOUGH_ROWS;
  }
}
