// A key that changes nothing says why. What cannot be told from the states before and after, the moves say themselves.

import { isDeepStrictEqual } from 'node:util';
import type { Command } from '../keys/command.ts';
import type { LogAction, LogState, LogView } from './state.ts';

/** `after`, with a reason where it is as `before` and nothing is said. */
export function orWhyNot(
  before: LogState,
  after: LogState,
  { command, count }: LogAction & { type: 'command' },
  log: LogView,
): LogState {
  if (after.says !== null || !isDeepStrictEqual({ ...before, says: null }, after)) return after;
  return { ...after, says: whyNot(after, command, count, log) };
}

const BACKWARDS: ReadonlySet<Command> = new Set(['up', 'half-up', 'page-up', 'first'] satisfies Command[]);
const FORWARDS: ReadonlySet<Command> = new Set(['down', 'half-down', 'page-down', 'last'] satisfies Command[]);

function whyNot({ focus }: LogState, command: Command, count: number | null, { length }: LogView): string | null {
  if (length === 0) return 'there are no rows';
  const isPlace = (command === 'first' || command === 'last') && count !== null;
  if (isPlace || command === 'percent') return 'this is that row';
  const thing = focus === 'list' ? 'row' : 'line';
  if (BACKWARDS.has(command)) return `this is the first ${thing}`;
  if (FORWARDS.has(command)) return `this is the last ${thing}`;
  if (command === 'enter') return 'there is nothing to unfold here';
  if (command !== 'left' && command !== 'right') return null;
  if (focus === 'hex') return `this is the ${command === 'left' ? 'first' : 'last'} octet`;
  if (focus === 'detail') return `there is nothing to ${command === 'left' ? 'fold' : 'unfold'} here`;
  return 'h and l are for the detail and the hex pane: Tab goes there';
}
