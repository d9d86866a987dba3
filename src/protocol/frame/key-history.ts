// The masking keys that one endpoint has used (RFC 6455 §5.3: fresh and unpredictable for every frame).

import type { Frame } from './frame.ts';

const RECENT = 4;
// Memory must not grow with the log; a key that comes back after this many others goes unseen.
const REMEMBERED = 1 << 15;
// Most connections use few keys, and arrays as small as this are quick to make.
const FIRST_SIZE = 16;
const FREE = -1;

export class KeyHistory {
  /** Masked frames whose key is known. */
  count = 0;
  first: number | null = null;
  /** The latest key as a 32-bit number. */
  latest: number | null = null;
  /** All keys so far are the same. */
  constant = true;
  /** Ordinal of the earlier frame that used the latest key, null when it is new. */
  sameAs: number | null = null;
  /** The latest key is zero, was used before, or follows from those before it. */
  isOdd = false;
  /** The last keys, the latest last. */
  readonly recent: number[] = [];
  /** An open-addressed table: at each place a key and its ordinal, which is -1 where the place is free. */
  #table = new Int32Array(2 * FIRST_SIZE).fill(FREE);
  /** The keys of the table, the oldest first. */
  #order = new Int32Array(FIRST_SIZE >> 1);
  #size = 0;

  /** Takes the key of the next masked frame, as a 32-bit number. */
  note(key: number, ordinal: number): void {
    const place = this.#placeOf(key);
    const before = this.#table[2 * place + 1] as number;
    this.isOdd = this.#isOdd(key, before === FREE);
    this.count++;
    this.first ??= key;
    this.latest = key;
    this.constant &&= key === this.first;
    this.#remember(key);
    this.sameAs = before === FREE ? null : before;
    if (before === FREE) this.#add(key, ordinal, place);
  }

  /** Would it be odd as the next key? */
  wouldBeOdd(key: number): boolean {
    return this.#isOdd(key, this.isNew(key));
  }

  /** A frame that is to use this key would be the first, as far as is remembered. */
  isNew(key: number): boolean {
    return this.#table[2 * this.#placeOf(key) + 1] === FREE;
  }

  #isOdd(key: number, isNew: boolean): boolean {
    const { recent } = this;
    const { length } = recent;
    if (key === 0 || !isNew) return true;
    if (length < RECENT - 1) return false;
    return areSequence(recent[length - 3] as number, recent[length - 2] as number, recent[length - 1] as number, key);
  }

  #remember(key: number): void {
    const { recent } = this;
    if (recent.length < RECENT) {
      recent.push(key);
      return;
    }
    for (let i = 1; i < RECENT; i++) recent[i - 1] = recent[i] as number;
    recent[RECENT - 1] = key;
  }

  /** Where a key stands, or would stand. */
  #placeOf(key: number): number {
    const table = this.#table;
    const mask = (table.length >> 1) - 1;
    let place = (Math.imul(key, 0x9e3779b1) >>> 7) & mask;
    while (table[2 * place + 1] !== FREE && table[2 * place] !== (key | 0)) place = (place + 1) & mask;
    return place;
  }

  #add(key: number, ordinal: number, place: number): void {
    this.#table[2 * place] = key;
    this.#table[2 * place + 1] = ordinal;
    this.#order[this.#size++] = key;
    // Many at a time: a table that loses one key for each that it gains becomes slow.
    if (this.#size === 2 * REMEMBERED) this.#rebuild(this.#table.length, REMEMBERED);
    else if (this.#size === this.#order.length) this.#rebuild(2 * this.#table.length, 0);
  }

  /** Without the oldest keys, as many as `forgotten` says. `size`: of the table. */
  #rebuild(size: number, forgotten: number): void {
    const kept = this.#order.subarray(forgotten, this.#size);
    const ordinals = new Int32Array(kept.length);
    for (let i = 0; i < kept.length; i++) ordinals[i] = this.#table[2 * this.#placeOf(kept[i] as number) + 1] as number;
    this.#table = new Int32Array(size).fill(FREE);
    this.#order = new Int32Array(size >> 2);
    this.#order.set(kept);
    this.#size = kept.length;
    for (let i = 0; i < kept.length; i++) {
      const place = this.#placeOf(kept[i] as number);
      this.#table[2 * place] = kept[i] as number;
      this.#table[2 * place + 1] = ordinals[i] as number;
    }
  }
}

export function noteKey(history: KeyHistory, frame: Frame): void {
  const { maskingKey: octets } = frame;
  if (octets) history.note(keyOf(octets, 0), frame.ordinal);
}

/** The four octets from `at` on as a 32-bit number. */
export function keyOf(octets: Uint8Array, at: number): number {
  const high = ((octets[at] as number) << 8) | (octets[at + 1] as number);
  return ((high << 16) | ((octets[at + 2] as number) << 8) | (octets[at + 3] as number)) >>> 0;
}

/** Four keys in a row that follow from each other: a constant step, or three octets that stay. */
export function isSequence({ recent }: Pick<KeyHistory, 'recent'>): boolean {
  return (
    recent.length >= RECENT &&
    areSequence(recent[0] as number, recent[1] as number, recent[2] as number, recent[3] as number)
  );
}

const THREE_OCTETS = [0xffffff00, 0xffff00ff, 0xff00ffff, 0x00ffffff];

function areSequence(a: number, b: number, c: number, d: number): boolean {
  if (a === b) return false;
  const step = (b - a) >>> 0;
  if ((c - b) >>> 0 === step && (d - c) >>> 0 === step) return true;
  if ((a ^ b) === (b ^ c) && (b ^ c) === (c ^ d)) return false; // two keys in turn are a repetition
  const differing = (a ^ b) | (a ^ c) | (a ^ d);
  for (const mask of THREE_OCTETS) if ((differing & mask) === 0) return true;
  return false;
}
