// The masking keys that one endpoint has used (RFC 6455 §5.3: fresh and unpredictable for every frame).

import type { Frame } from './frame.ts';

export interface KeyHistory {
  /** Masked frames whose key is known. */
  count: number;
  first: number | null;
  /** All keys so far are the same. */
  constant: boolean;
  /** Ordinal of the earlier frame that used the latest key, null when it is new. */
  sameAs: number | null;
  /** The last keys as 32-bit numbers, the latest last. */
  readonly recent: number[];
  readonly seen: Map<number, number>;
  /** The keys of `seen`, the oldest first. */
  readonly order: number[];
}

const RECENT = 4;
// Memory must not grow with the log; a key that comes back after this many others goes unseen.
const REMEMBERED = 1 << 15;

export function noKeys(): KeyHistory {
  return { count: 0, first: null, constant: true, sameAs: null, recent: [], seen: new Map(), order: [] };
}

export function noteKey(history: KeyHistory, frame: Frame): void {
  const octets = frame.maskingKey;
  if (!octets) return;
  const [a = 0, b = 0, c = 0, d = 0] = octets;
  const key = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  history.count++;
  history.sameAs = history.seen.get(key) ?? null;
  history.first ??= key;
  history.constant &&= key === history.first;
  if (history.sameAs === null) {
    history.seen.set(key, frame.ordinal);
    history.order.push(key);
  }
  history.recent.push(key);
  if (history.recent.length > RECENT) history.recent.shift();
  // Many at a time: a map that loses one key for each that it gains becomes slow.
  if (history.order.length < 2 * REMEMBERED) return;
  for (const old of history.order.splice(0, REMEMBERED)) history.seen.delete(old);
}

/** Four keys in a row that follow from each other: a constant step, or three octets that stay. */
export function isSequence({ recent }: KeyHistory): boolean {
  const [a, b, c, d] = recent;
  if (a === undefined || b === undefined || c === undefined || d === undefined || a === b) return false;
  const steps = [b - a, c - b, d - c].map((step) => step >>> 0);
  if (steps[0] === steps[1] && steps[1] === steps[2]) return true;
  if ((a ^ b) === (b ^ c) && (b ^ c) === (c ^ d)) return false; // two keys in turn are a repetition
  return [0xffffff00, 0xffff00ff, 0xff00ffff, 0x00ffffff].some((mask) =>
    recent.every((key) => ((key ^ a) & mask) === 0),
  );
}
