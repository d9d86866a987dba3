// What one side of a log did, as steps to be done again: what it sent, when it waited, how it ended TCP. A step waits for
// what the other side had sent before it in the log, counted in heads and frames, because reads may be cut anywhere.

import type { AnnotatedRow } from '../judge/annotation.ts';
import { type Direction, otherDirection, type Row } from '../model/row.ts';
import { type SentOctets, sentOctets } from './sent-octets.ts';

interface StepBase {
  /** The row of the log that the step comes from. */
  readonly row: number;
  /** How many heads and frames of the peer stand before it in the log. */
  readonly after: number;
  /** Seconds since the log's start; null where the log has no times. */
  readonly time: number | null;
}

/** A delay, a timer or a mark of the log's writer, done again as it stands. */
export type TimedRow = Extract<
  Row,
  { kind: 'delay' | 'delay-over' | 'fail-after' | 'close-after' | 'failing' | 'closing' }
>;

export type ScriptStep =
  | (StepBase & { readonly kind: 'send'; readonly octets: Uint8Array })
  | (StepBase & { readonly kind: 'timer'; readonly timer: TimedRow })
  | (StepBase & { readonly kind: 'end'; readonly reset: boolean })
  /** Waited for here: so many Pongs, messages or frames of the peer in all. */
  | (StepBase & { readonly kind: 'awaits'; readonly what: 'frame' | 'pong' | 'message'; readonly count: number })
  /** The peer ended TCP here. */
  | (StepBase & { readonly kind: 'peer-ends' });

export interface Script {
  /** The head that opens the connection from this side; empty where the log has none. */
  readonly head: Uint8Array;
  readonly steps: readonly ScriptStep[];
  /** Rows of which octets had to be rebuilt. */
  readonly rebuilt: readonly number[];
  /** Rows whose octets nobody knows: the script ends before the first of them. */
  readonly lost: readonly number[];
}

const TIMERS: ReadonlySet<Row['kind']> = new Set([
  'delay',
  'delay-over',
  'fail-after',
  'close-after',
  'failing',
  'closing',
]);

/** Rows of one log, all of them; `direction` is the side that is played. */
export function scriptOf(rows: readonly AnnotatedRow[], direction: Direction, hasFreshMasks = false): Script {
  const sent = sentOctets(rows, direction, hasFreshMasks);
  const steps: ScriptStep[] = [];
  const rebuilt: number[] = [];
  const lost: number[] = [];
  const peer = otherDirection(direction);
  let after = 0;
  let at = 0;
  for (const { row, heads, frames } of rows) {
    const base = { row: row.row, after, time: row.time };
    if (row.kind === 'octets' && row.direction === direction) {
      const end = at + row.octets.length;
      const how = knownIn(sent, at, end);
      if (how === 'rebuilt') rebuilt.push(row.row);
      if (how === 'lost') lost.push(row.row);
      // The head is sent on its own, for this connection needs one of its own.
      const from = Math.max(at, Math.min(sent.head.length, end));
      if (lost.length === 0 && end > from) {
        steps.push({ kind: 'send', ...base, octets: sent.octets.subarray(from, end) });
      }
      at = end;
    } else if (row.kind === 'log-off') lost.push(row.row);
    else if (lost.length === 0) steps.push(...otherSteps(row, base, direction));
    after += heads.filter((head) => head.direction === peer).length;
    after += frames.filter(({ frame }) => frame.direction === peer && frame.finished).length;
  }
  return { head: sent.head, steps, rebuilt, lost };
}

function otherSteps(row: Row, base: StepBase, direction: Direction): ScriptStep[] {
  if (row.kind === 'tcp-drop') {
    const isOurs = (row.by === 'writer') === (direction === 'tx');
    return [isOurs ? { kind: 'end', ...base, reset: row.reset } : { kind: 'peer-ends', ...base }];
  }
  return direction === 'tx' && TIMERS.has(row.kind) ? [{ kind: 'timer', ...base, timer: row as TimedRow }] : [];
}

function knownIn({ known }: SentOctets, from: number, to: number): 'log' | 'rebuilt' | 'lost' {
  let how: 'log' | 'rebuilt' = 'log';
  for (let at = from; at < to; at++) {
    if (known[at] === 0) return 'lost';
    if (known[at] === 2) how = 'rebuilt';
  }
  return how;
}
