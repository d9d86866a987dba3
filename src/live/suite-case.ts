// A case for a live peer: what is played, how it ends, and what it needs.

import { wholeOctets } from '../model/octets.ts';
import type { Direction, OctetsRow } from '../model/row.ts';
import type { Script, ScriptStep } from './script.ts';

/**
 * How a case ends once its script is played. `probe`: a Ping, and once its Pong has come a Close: a Pong to a Ping that
 * was sent after a fault proves that the peer goes on, without a clock. `close`: a Close at once. `drop`: the end of
 * TCP. `none`: the peer's end is waited for.
 */
export const ENDINGS = ['probe', 'close', 'drop', 'none'] as const;
export type CaseEnding = (typeof ENDINGS)[number];

export interface SuiteCase {
  /** `frame/rsv-set-1`; `frame/rsv-set-holds-1` for an example that holds. */
  readonly id: string;
  /** Ids of other cases that play the same octets, and so are not played. */
  readonly aliases: readonly string[];
  /** The rule that the case breaks; null where it breaks none. */
  readonly breaks: string | null;
  readonly title: string;
  /** Of the side that plays. */
  readonly script: Script;
  /** The heads of the case, where it is about them; empty otherwise. */
  readonly request: Uint8Array;
  readonly response: Uint8Array;
  /** The value of Sec-WebSocket-Extensions that has to be agreed; null for none. */
  readonly needs: string | null;
  readonly ending: CaseEnding;
  /** Each message has to come back as it was sent. No rule asks for that. */
  readonly expectsEcho: boolean;
  /** Played only where all cases are asked for. */
  readonly isLarge: boolean;
  /** The pauses of the script are played as they stand. */
  readonly isTimed: boolean;
}

/** What is said of a case that is made in code; the rest is as with most cases. */
export type MadeCase = Pick<SuiteCase, 'id' | 'title' | 'breaks'> &
  Partial<SuiteCase> & { readonly steps: readonly ScriptStep[] };

/** Steps behind the peer's head, one a write. */
export function sendSteps(writes: readonly Uint8Array[]): ScriptStep[] {
  return writes.map((octets) => ({ kind: 'send', row: 0, after: 1, time: null, octets }));
}

export function scriptOfSteps(steps: readonly ScriptStep[]): Script {
  return { head: new Uint8Array(0), steps, rebuilt: [], lost: [] };
}

export function octetsRow(octets: Uint8Array, row: number, direction: Direction): OctetsRow {
  return { kind: 'octets', row, time: null, direction, octets: wholeOctets(octets), sync: false };
}
