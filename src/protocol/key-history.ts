// The masking keys that one endpoint has used (RFC 6455 §5.3: fresh and unpredictable for every frame).

import type { Frame } from './frame.ts';

export interface KeyHistory {
  /** Masked frames whose key is known. */
  count: number;
  /** All keys so far are the same. */
  constant: boolean;
  /** Ordinal of the earlier frame that used the latest key, null when it is new. */
  sameAs: number | null;
  /** The last keys as 32-bit numbers, the latest last. */
  readonly recent: number[];
  readonly seen: Map<number, number>;
}

const RECENT = 4;
// Memory must not grow with the log; a key that comes back after this many others goes unseen.
const REMEMBERED = 1 << 16;

export function noKeys(): KeyHistory {
  return { count: 0, constant: true, sameAs: null, recent: [], seen: new Map() };
}

export function noteKey(history: KeyHistory, frame: Frame): void {
  const octets = frame.maskingKey;
  if (!octets) return;
  const [a = 0, b = 0, c = 0, d = 0] = octets;
  const key = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  history.count++;
  history.sameAs = history.seen.get(key) ?? null;
  history.constant = history.constant && (history.count === 1 || history.sameAs === history.seen.values().next().value);
  if (history.sameAs === null) history.seen.set(key, frame.ordinal);
  history.recent.push(key);
  if (history.recent.length > RECENT) history.recent.shift();
  if (history.seen.size > REMEMBERED) history.seen.delete(history.seen.keys().next().value as number);
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
