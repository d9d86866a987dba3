// Beside each rule: what its violation breaks for a user, what usually causes it in implementations, and what to do about
// it. These texts are read by people who look one rule up, and by none of the judging, so that they are loaded apart.

import { CLOSE_ADVICE } from './close.ts';
import { DEFLATE_ADVICE } from './deflate.ts';
import { FRAME_ADVICE } from './frame.ts';
import { HTTP_ADVICE } from './http.ts';
import { LOG_ADVICE } from './log.ts';
import { MESSAGE_ADVICE } from './message.ts';
import { PHASE_ADVICE } from './phase.ts';
import { PMD_ADVICE } from './pmd.ts';
import { REACTION_ADVICE } from './reaction.ts';
import { REQUEST_ADVICE } from './request.ts';
import { RESPONSE_ADVICE } from './response.ts';
import type { AdviceTable } from './table.ts';

/** Three sentences. */
export interface Advice {
  /** What it breaks for a user. */
  readonly harm: string;
  /** The usual cause in implementations. */
  readonly cause: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** By area; several areas share a file where their rules are few. */
export const ADVICE: AdviceTable = {
  ...HTTP_ADVICE,
  ...REQUEST_ADVICE,
  ...RESPONSE_ADVICE,
  ...PMD_ADVICE,
  ...FRAME_ADVICE,
  ...MESSAGE_ADVICE,
  ...CLOSE_ADVICE,
  ...DEFLATE_ADVICE,
  ...PHASE_ADVICE,
  ...REACTION_ADVICE,
  ...LOG_ADVICE,
};

/** Null for an id that is no rule. */
export function adviceOf(rule: string): Advice | null {
  if (!Object.hasOwn(ADVICE, rule)) return null;
  const [harm, cause, remedy] = ADVICE[rule] as AdviceTable[string];
  return { harm, cause, remedy };
}

const TITLES: readonly (readonly [keyof Advice, string])[] = [
  ['harm', 'What it breaks'],
  ['cause', 'The usual cause'],
  ['remedy', 'What to do'],
];

/** `What it breaks: …`, `The usual cause: …`, `What to do: …`; empty for an id that is no rule. */
export function adviceInLines(rule: string): string[] {
  const advice = adviceOf(rule);
  return advice ? TITLES.map(([key, title]) => `${title}: ${advice[key]}`) : [];
}
