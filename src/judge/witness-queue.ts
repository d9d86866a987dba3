// What waits for its other half: frames for the row that tells of them, or such rows for their frames.

import type { JudgedBatch } from './ordinary-row.ts';

/** What waits, the oldest first: objects, or places in batches. */
export class WitnessQueue<T> {
  readonly #list: (T | JudgedBatch)[] = [];
  readonly #places: number[] = [];

  get length(): number {
    return this.#list.length;
  }

  get first(): T | JudgedBatch | undefined {
    return this.#list[0];
  }

  /** Where the first stands in its batch. */
  get firstAt(): number {
    return this.#places[0] as number;
  }

  get last(): T | JudgedBatch | undefined {
    return this.#list[this.#list.length - 1];
  }

  get lastAt(): number {
    return this.#places[this.#places.length - 1] as number;
  }

  push(one: T | JudgedBatch, at = 0): void {
    this.#list.push(one);
    this.#places.push(at);
  }

  shift(): void {
    // Nearly always it is the only one.
    if (this.#list.length === 1) {
      this.#list.pop();
      this.#places.pop();
    } else {
      this.#list.shift();
      this.#places.shift();
    }
  }

  /** Drops the first ones. */
  drop(count: number): void {
    this.#list.splice(0, count);
    this.#places.splice(0, count);
  }

  map<R>(of: (one: T | JudgedBatch, at: number) => R): R[] {
    return this.#list.map((one, i) => of(one, this.#places[i] as number));
  }
}
