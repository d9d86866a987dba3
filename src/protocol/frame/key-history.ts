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
  /** The last keys, the latest last. */
  readonly recent: number[] = [];
  /** An open-addressed table: where a key stands, or would stand; -1 as an ordinal is a free place. */
  #keys = new Int32Array(FIRST_SIZE);
  #ordinals = new Int32Array(FIRST_SIZE).fill(FREE);
  /** The keys of the table, the oldest first. */
  #order = new Int32Array(FIRST_SIZE >> 1);
  #size = 0;

  /** Takes the key of the next masked frame, as a 32-bit number. */
  note(key: number, ordinal: number): void {
    this.count++;
    this.first ??= key;
    this.latest = key;
    this.constant &&= key === this.first;
    this.recent.push(key);
    if (this.recent.length > RECENT) this.recent.shift();
    const place = this.#placeOf(key);
    const before = this.#ordinals[place] as number;
    this.sameAs = before === FREE ? null : before;
    if (before === FREE) this.#add(key, ordinal, place);
  }

  /** A frame that is to use this key would be the first, as far as is remembered. */
  isNew(key: number): boolean {
    return this.#ordinals[this.#placeOf(key)] === FREE;
  }

  #placeOf(key: number): number {
    const mask = this.#keys.length - 1;
    let place = (Math.imul(key, 0x9e3779b1) >>> 7) & mask;
    while (this.#ordinals[place] !== FREE && this.#keys[place] !== (key | 0)) place = (place + 1) & mask;
    return place;
  }

  #add(key: number, ordinal: number, place: number): void {
    this.#keys[place] = key;
    this.#ordinals[place] = ordinal;
    this.#order[this.#size++] = key;
    // Many at a time: a table that loses one key for each that it gains becomes slow.
    if (this.#size === 2 * REMEMBERED) this.#rebuild(this.#keys.length, REMEMBERED);
    else if (this.#size === this.#order.length) this.#rebuild(2 * this.#keys.length, 0);
  }

  /** Without the oldest keys, as many as `forgotten` says. */
  #rebuild(places: number, forgotten: number): void {
    const kept = this.#order.subarray(forgotten, this.#size);
    const ordinals = kept.map((key) => this.#ordinals[this.#placeOf(key)] as number);
    this.#keys = new Int32Array(places);
    this.#ordinals = new Int32Array(places).fill(FREE);
    const order = new Int32Array(places >> 1);
    kept.forEach((key, i) => {
      const place = this.#placeOf(key);
      this.#keys[place] = key;
      this.#ordinals[place] = ordinals[i] as number;
      order[i] = key;
    });
    this.#order = order;
    this.#size = kept.length;
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

export function areSequence(a: number, b: number, c: number, d: number): boolean {
  if (a === b) return false;
  const step = (b - a) >>> 0;
  if ((c - b) >>> 0 === step && (d - c) >>> 0 === step) return true;
  if ((a ^ b) === (b ^ c) && (b ^ c) === (c ^ d)) return false; // two keys in turn are a repetition
  const differing = (a ^ b) | (a ^ c) | (a ^ d);
  return THREE_OCTETS.some((mask) => (differing & mask) === 0);
}
