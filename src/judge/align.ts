// Two logs side by side: what is the same stands in one line, what differs stands alone or beside what stands there
// instead. Compared is what was said, frame by frame: not masks, not times, not how the octets were cut into rows.

import { NO_OCTETS } from '../model/octets.ts';
import { payloadOf } from '../protocol/frame/frame.ts';
import { statusOf } from '../protocol/handshake/handshake.ts';
import type { AnnotatedRow } from './annotation.ts';

/** One thing that was said. */
export interface Unit {
  readonly position: number;
  readonly row: AnnotatedRow;
  /** The frame among those of the row; null for what is none. */
  readonly frame: number | null;
  /** Alike for what is the same, but for the payload. */
  readonly key: string;
  /** As much of the payload as is known and compared. */
  readonly payload: Uint8Array;
}

export interface AlignedPair {
  readonly left: Unit | null;
  readonly right: Unit | null;
  readonly isSame: boolean;
}

/** Octets of a payload that are compared. */
const COMPARED = 256;

export function unitsOf(row: AnnotatedRow, position: number): Unit[] {
  const { row: own, frames, heads } = row;
  if (own.kind === 'frame') return [];
  if (own.kind !== 'octets') {
    const by = own.kind === 'tcp-drop' ? ` ${own.by}` : '';
    return [{ position, row, frame: null, key: `${own.kind}${by}`, payload: NO_OCTETS }];
  }
  const said = heads.map((head): Unit => {
    const what = head.kind === 'request' ? head.startLine.split(' ')[0] : statusOf(head);
    return { position, row, frame: null, key: `http ${own.direction} ${what}`, payload: NO_OCTETS };
  });
  return [
    ...said,
    ...frames.map(({ frame }, at): Unit => {
      const { opcode, fin, rsv, masked, length } = frame;
      const key = [own.direction, opcode, fin, rsv, masked, length].join(' ');
      return { position, row, frame: at, key, payload: payloadOf(frame).subarray(0, COMPARED) };
    }),
  ];
}

/** Of a payload that a log cuts, what both know has to be the same. */
function isAlike(one: Unit | null | undefined, other: Unit | null | undefined): boolean {
  if (!one || !other || one.key !== other.key) return false;
  const known = Math.min(one.payload.length, other.payload.length);
  return Buffer.compare(one.payload.subarray(0, known), other.payload.subarray(0, known)) === 0;
}

/** Above so many pairs to look at, what differs is put side by side as it comes. */
const MOST = 4_000_000;

export function align(left: readonly Unit[], right: readonly Unit[]): AlignedPair[] {
  let from = 0;
  while (isAlike(left[from], right[from])) from++;
  let tail = 0;
  const least = Math.min(left.length, right.length) - from;
  while (tail < least && isAlike(left.at(-1 - tail), right.at(-1 - tail))) tail++;
  const middle = between(left.slice(from, left.length - tail), right.slice(from, right.length - tail));
  const same = (at: number, other: number): AlignedPair => ({
    left: left[at] ?? null,
    right: right[other] ?? null,
    isSame: true,
  });
  return [
    ...Array.from({ length: from }, (_, at) => same(at, at)),
    ...besideEachOther(middle),
    ...Array.from({ length: tail }, (_, at) => same(left.length - tail + at, right.length - tail + at)),
  ];
}

/** The longest common sequence; what is not in it stands alone. */
function between(left: readonly Unit[], right: readonly Unit[]): AlignedPair[] {
  const lengthAt = commonLengths(left, right);
  const pairs: AlignedPair[] = [];
  let [a, b] = [0, 0];
  while (a < left.length || b < right.length) {
    const [one, other] = [left[a] ?? null, right[b] ?? null];
    const isSame = isAlike(one, other);
    const isLeft = !isSame && one !== null && (other === null || lengthAt(a + 1, b) >= lengthAt(a, b + 1));
    pairs.push({ left: isSame || isLeft ? one : null, right: isSame || !isLeft ? other : null, isSame });
    if (isSame || isLeft) a++;
    if (isSame || !isLeft) b++;
  }
  return pairs;
}

/** How long the longest common sequence is from there on in both. */
function commonLengths(left: readonly Unit[], right: readonly Unit[]): (a: number, b: number) => number {
  if (left.length * right.length > MOST) return () => 0;
  const width = right.length + 1;
  const lengths = new Uint16Array((left.length + 1) * width);
  const lengthAt = (a: number, b: number) => lengths[a * width + b] ?? 0;
  for (let a = left.length - 1; a >= 0; a--) {
    for (let b = right.length - 1; b >= 0; b--) {
      const isSame = isAlike(left[a], right[b]);
      lengths[a * width + b] = isSame ? lengthAt(a + 1, b + 1) + 1 : Math.max(lengthAt(a + 1, b), lengthAt(a, b + 1));
    }
  }
  return lengthAt;
}

/** What came instead stands beside what it stands for: a run of left ones and a run of right ones go together. */
function besideEachOther(pairs: readonly AlignedPair[]): AlignedPair[] {
  const out: AlignedPair[] = [];
  let waiting: Unit[] = [];
  let others: Unit[] = [];
  const settle = () => {
    for (let at = 0; at < Math.max(waiting.length, others.length); at++) {
      out.push({ left: waiting[at] ?? null, right: others[at] ?? null, isSame: false });
    }
    waiting = [];
    others = [];
  };
  for (const pair of pairs) {
    if (pair.isSame) {
      settle();
      out.push(pair);
    } else {
      if (pair.left) waiting.push(pair.left);
      if (pair.right) others.push(pair.right);
    }
  }
  settle();
  return out;
}
