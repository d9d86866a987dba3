// What the messages of one endpoint said, as numbers in an open-addressed table: for each content the last frames of the
// messages that said it, and how often it came back as an echo. Contents are told apart by 52 bits. The table has two
// halves, of which the older one is forgotten when the newer one is full: memory must not grow with the log.

import type { Answered } from './frame/frame.ts';

/** So many contents are in a half. */
const REMEMBERED = 4096;
/** Of so many sendings of one content the places are remembered. */
const COUNTED = 1024;
/** Most connections say little, and arrays as small as this are quick to make. */
const FIRST_SIZE = 8;

/** The number of a content, in two halves. */
export interface ContentKey {
  a: number;
  b: number;
}

class Half {
  a: Int32Array;
  b: Int32Array;
  /** How often it was sent; 0 for a place that is free. */
  sent: Int32Array;
  ordinals: Int32Array;
  rows: Float64Array;
  /** How often it came back; endless where it came unasked. */
  echoed: Float64Array;
  size = 0;
  /** Of contents that were sent again, the other sendings. */
  readonly again = new Map<number, Answered[]>();

  constructor(places: number) {
    this.a = new Int32Array(places);
    this.b = new Int32Array(places);
    this.sent = new Int32Array(places);
    this.ordinals = new Int32Array(places);
    this.rows = new Float64Array(places);
    this.echoed = new Float64Array(places);
  }

  placeOf(a: number, b: number): number {
    const { sent } = this;
    const mask = sent.length - 1;
    let place = (a ^ (b >>> 11)) & mask;
    while (sent[place] !== 0 && (this.a[place] !== a || this.b[place] !== b)) place = (place + 1) & mask;
    return place;
  }

  copyTo(larger: Half): Half {
    for (let from = 0; from < this.sent.length; from++) {
      if (this.sent[from] === 0) continue;
      const to = larger.placeOf(this.a[from] as number, this.b[from] as number);
      for (const column of ['a', 'b', 'sent', 'ordinals', 'rows', 'echoed'] as const) {
        larger[column][to] = this[column][from] as number;
      }
    }
    for (const [key, sendings] of this.again) larger.again.set(key, sendings);
    larger.size = this.size;
    return larger;
  }

  clear(): void {
    this.sent.fill(0);
    this.again.clear();
    this.size = 0;
  }
}

/** Where a content stands. */
export interface Place {
  half: Half;
  at: number;
}

export class ContentTable {
  #newer = new Half(FIRST_SIZE);
  #older: Half | null = null;

  /** How many contents there are. */
  get size(): number {
    return this.#newer.size + (this.#older?.size ?? 0);
  }

  /** Sets `place` to where the content stands; false where it does not. */
  find({ a, b }: ContentKey, place: Place): boolean {
    place.half = this.#newer;
    place.at = this.#newer.placeOf(a, b);
    if (this.#newer.sent[place.at] !== 0) return true;
    if (!this.#older) return false;
    const at = this.#older.placeOf(a, b);
    if (this.#older.sent[at] === 0) return false;
    place.half = this.#older;
    place.at = at;
    return true;
  }

  has(key: ContentKey): boolean {
    return this.find(key, { half: this.#newer, at: 0 });
  }

  /** A place to look with. */
  nowhere(): Place {
    return { half: this.#newer, at: 0 };
  }

  /** One more message said what stands there, or is to: `place` is as `find` has left it. It came back so often. */
  add({ a, b }: ContentKey, { half, at }: Place, last: Answered, echoed: number): void {
    const count = half.sent[at] as number;
    half.echoed[at] = echoed;
    if (count === 0) this.#addNew(a, b, at, last);
    else if (count < COUNTED) {
      half.sent[at] = count + 1;
      const key = keyNumber(a, b);
      const again = half.again.get(key);
      if (again) again.push(last);
      else half.again.set(key, [last]);
    }
  }

  /** Forgets the contents that were first sent before all others, once there are enough; tells each. */
  forgetOld(forgotten: (key: ContentKey) => void): boolean {
    if (this.#newer.size < REMEMBERED) return false;
    const old = this.#older;
    this.#older = this.#newer;
    this.#newer = old ?? new Half(this.#older.sent.length);
    if (!old) return false;
    for (let at = 0; at < old.sent.length; at++) {
      if (old.sent[at] !== 0) forgotten({ a: old.a[at] as number, b: old.b[at] as number });
    }
    old.clear();
    return true;
  }

  #addNew(a: number, b: number, at: number, { ordinal, row }: Answered): void {
    const half = this.#newer;
    half.a[at] = a;
    half.b[at] = b;
    half.sent[at] = 1;
    half.ordinals[at] = ordinal;
    half.rows[at] = row;
    half.size++;
    if (2 * half.size >= half.sent.length && half.size < REMEMBERED) {
      this.#newer = half.copyTo(new Half(2 * half.sent.length));
    }
  }
}

/** The message that said it for the time `nth`, from 0; null where it was not said so often, or that is forgotten. */
export function sendingAt({ half, at }: Place, nth: number): Answered | null {
  if (nth >= (half.sent[at] as number)) return null;
  if (nth === 0) return { ordinal: half.ordinals[at] as number, row: half.rows[at] as number };
  return half.again.get(keyNumber(half.a[at] as number, half.b[at] as number))?.[nth - 1] ?? null;
}

function keyNumber(a: number, b: number): number {
  return a * 2 ** 26 + b;
}
