// Why a case came out as it did, in one sentence that names the deciding row: what was expected there, what came instead,
// and the rule. Told is what came first and explains the verdict: a violation that is charged, or the first event that
// differs from what the case expects; then the close. A case in which nothing is wrong needs no sentence.

import { areaOf } from '../../rules/all.ts';
import type { Annotation } from '../annotation.ts';
import { expectedEvents } from './expected.ts';
import { type CaseFacts, isRefused } from './facts.ts';
import { type Behaviors, behaviorsOf, isGood, reportedIn } from './verdict.ts';
import { fromClose } from './why-close.ts';
import { fromEvents } from './why-events.ts';
import { fromHandshake, fromResult, fromUnread } from './why-hidden.ts';
import { fromViolation } from './why-violation.ts';
import type { Why } from './why-words.ts';

export function explain(facts: CaseFacts, derived: Behaviors | null): Why | null {
  const behaviors = behaviorsOf({ derived, reported: reportedIn(facts.header) });
  const { behavior, behaviorClose } = behaviors;
  const isGoodClose = isGood({ behavior: null, behaviorClose });
  const isGoodBehavior = isGood({ behavior, behaviorClose: null });
  if (isGood(behaviors)) {
    const violation = first(facts.charged.filter(isError), facts);
    return violation ? fromViolation(violation, facts) : null;
  }
  const violation = first(
    facts.charged.filter((one) => isTelling(one) && !(isGoodClose && ONLY_OF_CLOSE.has(one.rule))),
    facts,
  );
  const isDue = violation !== undefined && rankOf(violation, facts) < LEAST;
  if (facts.unread && !isRefused(facts)) {
    return isDue ? fromViolation(violation, facts) : fromUnread(facts.unread, facts, !isGoodBehavior);
  }
  if (!facts.isOpened) return fromHandshake(facts, violation ?? null);
  const events = behavior === null || isGoodBehavior ? null : fromBehavior(facts, behavior);
  if (isDue && !(events && behavior === 'FAILED' && isBefore(events, violation)))
    return fromViolation(violation, facts);
  if (events) return isDue ? both(events, fromViolation(violation, facts)) : events;
  if (!isGoodClose) return fromClose(facts, behaviorClose);
  return violation ? fromViolation(violation, facts) : fromResult(facts);
}

function fromBehavior(facts: CaseFacts, behavior: string): Why | null {
  if (facts.hasGap) return fromResult(facts);
  return expectedEvents(facts.header) ? fromEvents(facts, behavior) : null;
}

const LEAST = 4;
const HANDSHAKE_AREAS: ReadonlySet<string> = new Set(['http', 'request', 'response', 'pmd']);

/** What they are about is how the connection ends: the messages are there or are missing for another reason. */
const ONLY_OF_CLOSE: ReadonlySet<string> = new Set([
  'reaction/wrong-close-code',
  'reaction/tcp-not-closed',
  'close/reply-missing',
  'close/reply-delayed',
  'close/server-did-not-drop',
  'close/client-dropped-first',
  'close/dropped-before-reply',
]);

function isTelling({ severity }: Annotation): boolean {
  return severity !== 'note';
}

function isError({ severity }: Annotation): boolean {
  return severity === 'error';
}

function first(charged: readonly Annotation[], facts: CaseFacts): Annotation | undefined {
  return [...charged].sort((a, b) => rankOf(a, facts) - rankOf(b, facts))[0];
}

/** What says most about a failure: a wrong reaction, then what was sent wrongly; the handshake last, once it was done. */
function rankOf({ rule, severity }: Annotation, { isOpened }: CaseFacts): number {
  const area = areaOf(rule);
  if (HANDSHAKE_AREAS.has(area)) return isOpened ? LEAST : 0;
  if (rule === 'close/abnormal-drop') return 3;
  // What follows a frame that never ends is read as its payload.
  if (rule === 'phase/truncated-frame') return 0.5;
  if (area === 'reaction') return severity === 'error' ? 0 : 2;
  return severity === 'error' ? 1 : 2;
}

/** A wrong reaction begins with what it answers. */
function isBefore(events: Why, { rule, row, cause }: Annotation): boolean {
  return ONLY_OF_CLOSE.has(rule) || events.row < (areaOf(rule) === 'reaction' ? (cause ?? row) : row);
}

function both(first: Why, second: Why): Why {
  return { says: `${first.says}; ${second.says}`, row: first.row };
}
