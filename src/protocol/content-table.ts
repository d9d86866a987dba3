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

/** What stands of a content, side by side: whoever looks for one of it nearly always wants the others too. */
const WORDS = 8;
const DOUBLES = WORDS / 2;
/** The key in two halves, how often it was sent (0: the place is free), and the ordinal of the first frame that said it. */
const [A, B, SENT, ORDINAL] = [0, 1, 2, 3] as const;
/** The row of that frame, and how often the content came back: endless where it came unasked. */
const [ROW, ECHOED] = [2, 3] as const;

class Half {
  readonly places: number;
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  size = 0;
  /** Of contents that were sent again, the other sendings. */
  readonly again = new Map<number, Answered[]>();

  constructor(places: number) {
    this.places = places;
    this.#words = new Int32Array(WORDS * places);
    this.#doubles = new Float64Array(this.#words.buffer);
  }

  placeOf(a: number, b: number): number {
    const words = this.#words;
    const mask = this.places - 1;
    let place = (a ^ (b >>> 11)) & mask;
    for (let at = WORDS * place; words[at + SENT] !== 0; at = WORDS * place) {
      if (words[at + A] === a && words[at + B] === b) break;
      place = (place + 1) & mask;
    }
    return place;
  }

  keyAt(place: number): ContentKey {
    return { a: this.#words[WORDS * place + A] as number, b: this.#words[WORDS * place + B] as number };
  }

  sentAt(place: number): number {
    return this.#words[WORDS * place + SENT] as number;
  }

  sendAgain(place: number): void {
    this.#words[WORDS * place + SENT] = this.sentAt(place) + 1;
  }

  firstAt(place: number): Answered {
    return {
      ordinal: this.#words[WORDS * place + ORDINAL] as number,
      row: this.#doubles[DOUBLES * place + ROW] as number,
    };
  }

  echoedAt(place: number): number {
    return this.#doubles[DOUBLES * place + ECHOED] as number;
  }

  setEchoed(place: number, echoed: number): void {
    this.#doubles[DOUBLES * place + ECHOED] = echoed;
  }

  add(place: number, a: number, b: number, { ordinal, row }: Answered): void {
    const at = WORDS * place;
    this.#words[at + A] = a;
    this.#words[at + B] = b;
    this.#words[at + SENT] = 1;
    this.#words[at + ORDINAL] = ordinal;
    this.#doubles[DOUBLES * place + ROW] = row;
    this.size++;
  }

  copyTo(larger: Half): Half {
    for (let from = 0; from < this.places; from++) {
      if (this.sentAt(from) === 0) continue;
      const { a, b } = this.keyAt(from);
      larger.#words.set(this.#words.subarray(WORDS * from, WORDS * (from + 1)), WORDS * larger.placeOf(a, b));
    }
    for (const [key, sendings] of this.again) larger.again.set(key, sendings);
    larger.size = this.size;
    return larger;
  }

  clear(): void {
    this.#words.fill(0);
    this.again.clear();
    this.size = 0;
  }
}

/** Where a content stands. */
export interface TableSlot {
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
  find({ a, b }: ContentKey, place: TableSlot): boolean {
    place.half = this.#newer;
    place.at = this.#newer.placeOf(a, b);
    if (this.#newer.sentAt(place.at) !== 0) return true;
    if (!this.#older) return false;
    const at = this.#older.placeOf(a, b);
    if (this.#older.sentAt(at) === 0) return false;
    place.half = this.#older;
    place.at = at;
    return true;
  }

  has(key: ContentKey): boolean {
    return this.find(key, { half: this.#newer, at: 0 });
  }

  /** A place to look with. */
  nowhere(): TableSlot {
    return { half: this.#newer, at: 0 };
  }

  /** One more message said what stands there, or is to: `place` is as `find` has left it. It came back so often. */
  add({ a, b }: ContentKey, { half, at }: TableSlot, last: Answered, echoed: number): void {
    const count = half.sentAt(at);
    half.setEchoed(at, echoed);
    if (count === 0) this.#addNew(a, b, at, last);
    else if (count < COUNTED) {
      half.sendAgain(at);
      const key = keyNumber(a, b);
      const again = half.again.get(key);
      if (again) again.push(last);
      else half.again.set(key, [last]);
    }
  }

  /** It is time to forget. */
  get isFull(): boolean {
    return this.#newer.size >= REMEMBERED;
  }

  /** Forgets the contents that were first sent before all others, once there are enough; tells each. */
  forgetOld(forgotten: (key: ContentKey) => void): boolean {
    if (!this.isFull) return false;
    const old = this.#older;
    this.#older = this.#newer;
    this.#newer = old ?? new Half(this.#older.places);
    if (!old) return false;
    for (let at = 0; at < old.places; at++) if (old.sentAt(at) !== 0) forgotten(old.keyAt(at));
    old.clear();
    return true;
  }

  #addNew(a: number, b: number, at: number, last: Answered): void {
    const half = this.#newer;
    half.add(at, a, b, last);
    if (2 * half.size >= half.places && half.size < REMEMBERED) this.#newer = half.copyTo(new Half(2 * half.places));
  }
}

/** The message that said it for the time `nth`, from 0; null where it was not said so often, or that is forgotten. */
export function sendingAt({ half, at }: TableSlot, nth: number): Answered | null {
  if (nth >= half.sentAt(at)) return null;
  if (nth === 0) return half.firstAt(at);
  const { a, b } = half.keyAt(at);
  return half.again.get(keyNumber(a, b))?.[nth - 1] ?? null;
}

function keyNumber(a: number, b: number): number {
  return a * 2 ** 26 + b;
}
