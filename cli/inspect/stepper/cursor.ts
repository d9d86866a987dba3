// What works beside the keys, such as a search, may do with the stepper.

export interface Cursor {
  /** The row under the cursor, counted as the filter shows them. */
  readonly row: number;
  /** A far move, which the history remembers. */
  jump(row: number, says: string | null): void;
  /** Moves, and says nothing. */
  move(row: number): void;
  say(says: string): void;
  changed(): void;
}
