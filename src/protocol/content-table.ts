// What the messages of one endpoint said, as numbers in an open-addressed table: for each content the last frames of the
// messages that said it, and how often it came back as an echo. So many contents are told apart by 52 bits.

import type { Answered } from './frame/frame.ts';

const FIRST_SIZE = 64;
/** Of so many sendings of one content the places are remembered. */
const COUNTED = 1024;

/** The number of a content, in two halves. */
export interface ContentKey {
  readonly a: number;
  readonly b: number;
}

export class ContentTable {
  #a = new Int32Array(FIRST_SIZE);
  #b = new Int32Array(FIRST_SIZE);
  /** How often it was sent; 0 for a place that is free. */
  #sent = new Int32Array(FIRST_SIZE);
  #ordinals = new Int32Array(FIRST_SIZE);
  #rows = new Float64Array(FIRST_SIZE);
  /** How often it came back; endless where it came unasked. */
  #echoed = new Float64Array(FIRST_SIZE);
  /** Contents in the order in which they were first sent: their keys, `a` and `b` in turn. */
  #order = new Int32Array(FIRST_SIZE);
  /** How many contents there are. */
  size = 0;
  /** Of contents that were sent again, the other sendings. */
  readonly #again = new Map<number, Answered[]>();

  /** Where the content stands; -1 where it does not. */
  find({ a, b }: ContentKey): number {
    const place = this.#placeOf(a, b);
    return this.#sent[place] === 0 ? -1 : place;
  }

  countAt(place: number): number {
    return place < 0 ? 0 : (this.#sent[place] as number);
  }

  /** The message that said it for the time `nth`, from 0; null where it was not said so often, or that is forgotten. */
  sendingAt(place: number, nth: number): Answered | null {
    if (place < 0 || nth >= (this.#sent[place] as number)) return null;
    if (nth === 0) return { ordinal: this.#ordinals[place] as number, row: this.#rows[place] as number };
    return this.#again.get(keyNumber(this.#a[place] as number, this.#b[place] as number))?.[nth - 1] ?? null;
  }

  echoedAt(place: number): number {
    return place < 0 ? 0 : (this.#echoed[place] as number);
  }

  setEchoed(place: number, count: number): void {
    this.#echoed[place] = count;
  }

  /** One more message said it. Returns where it stands. */
  add({ a, b }: ContentKey, last: Answered): number {
    const place = this.#placeOf(a, b);
    const count = this.#sent[place] as number;
    if (count === 0) return this.#addNew(place, a, b, last);
    if (count >= COUNTED) return place;
    this.#sent[place] = count + 1;
    const key = keyNumber(a, b);
    const again = this.#again.get(key);
    if (again) again.push(last);
    else this.#again.set(key, [last]);
    return place;
  }

  /** Forgets the contents that were first sent before all others; tells which. */
  forget(count: number, forgotten: (key: ContentKey) => void): void {
    for (let i = 0; i < count; i++) {
      const [a, b] = [this.#order[2 * i] as number, this.#order[2 * i + 1] as number];
      this.#again.delete(keyNumber(a, b));
      forgotten({ a, b });
    }
    this.#rebuild(this.#sent.length, count);
  }

  #placeOf(a: number, b: number): number {
    const mask = this.#sent.length - 1;
    let place = (a ^ (b >>> 11)) & mask;
    while (this.#sent[place] !== 0 && (this.#a[place] !== a || this.#b[place] !== b)) place = (place + 1) & mask;
    return place;
  }

  #addNew(place: number, a: number, b: number, { ordinal, row }: Answered): number {
    this.#a[place] = a;
    this.#b[place] = b;
    this.#sent[place] = 1;
    this.#ordinals[place] = ordinal;
    this.#rows[place] = row;
    this.#echoed[place] = 0;
    this.#order[2 * this.size] = a;
    this.#order[2 * this.size + 1] = b;
    this.size++;
    if (2 * this.size < this.#sent.length) return place;
    this.#rebuild(2 * this.#sent.length, 0);
    return this.#placeOf(a, b);
  }

  /** Without the contents that were first sent before all others. */
  #rebuild(places: number, forgotten: number): void {
    const before = {
      a: this.#a,
      b: this.#b,
      sent: this.#sent,
      ordinals: this.#ordinals,
      rows: this.#rows,
      echoed: this.#echoed,
    };
    const order = this.#order.slice(2 * forgotten, 2 * this.size);
    const old = Array.from({ length: order.length / 2 }, (_, i) =>
      this.#placeOf(order[2 * i] as number, order[2 * i + 1] as number),
    );
    this.#a = new Int32Array(places);
    this.#b = new Int32Array(places);
    this.#sent = new Int32Array(places);
    this.#ordinals = new Int32Array(places);
    this.#rows = new Float64Array(places);
    this.#echoed = new Float64Array(places);
    this.#order = new Int32Array(places);
    this.#order.set(order);
    this.size = old.length;
    for (const from of old) {
      const to = this.#placeOf(before.a[from] as number, before.b[from] as number);
      this.#a[to] = before.a[from] as number;
      this.#b[to] = before.b[from] as number;
      this.#sent[to] = before.sent[from] as number;
      this.#ordinals[to] = before.ordinals[from] as number;
      this.#rows[to] = before.rows[from] as number;
      this.#echoed[to] = before.echoed[from] as number;
    }
  }
}

function keyNumber(a: number, b: number): number {
  return a * 2 ** 26 + b;
}
