// Why a case came out as it did, in one sentence that names the deciding row: what was expected there, what came instead,
// and the rule. Told is what came first and explains the verdict: a violation that is charged, or the first event that
// differs from what the case expects; then the close. A case in which nothing is wrong needs no sentence.

import type { FrameRow } from '../../model/row.ts';
import { isControl, isReservedOpcode, OPCODE } from '../../protocol/frame/opcode.ts';
import { areaOf } from '../../rules/kit/rule.ts';
import type { Annotation } from '../annotation.ts';
import { expectedEvents } from './expected.ts';
import { type CaseFacts, isInvalid, isRefused, octetRowOf, peerClose } from './facts.ts';
import { type Behaviors, behaviorsOf, isGood, reportedIn } from './verdict.ts';
import { fromClose } from './why-close.ts';
import { fromEvents } from './why-events.ts';
import { fromHandshake, fromResult, fromUnread } from './why-hidden.ts';
import { fromViolation } from './why-violation.ts';
import type { Why } from './why-words.ts';

export function explain(facts: CaseFacts, derived: Behaviors | null): Why | null {
  const why = reasonOf(facts, derived);
  return why && { ...why, says: `${why.says}${beforeBadFrame(facts)}` };
}

function reasonOf(facts: CaseFacts, derived: Behaviors | null): Why | null {
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
  if (events) return withEvents(events, isDue ? violation : null, facts, behavior);
  return fromEnding(facts, violation ?? null, isDue, behaviorClose);
}

/** The messages are not as expected: told is what came first. */
function withEvents(events: Why, violation: Annotation | null, facts: CaseFacts, behavior: string | null): Why {
  if (!violation) return events;
  const isFirst = behavior === 'FAILED' && isBefore(events, violation);
  return isFirst ? both(events, fromViolation(violation, facts)) : fromViolation(violation, facts);
}

/** The messages are as expected, or nothing tells. */
function fromEnding(
  facts: CaseFacts,
  found: Annotation | null,
  isDue: boolean,
  behaviorClose: string | null,
): Why | null {
  const code = behaviorClose === 'WRONG CODE' ? aboutCode(facts) : null;
  if (code) return fromViolation(code, facts);
  // How the connection ended then is another matter.
  const isBeside = behaviorClose === 'WRONG CODE' && found !== null && ONLY_OF_CLOSE.has(found.rule);
  if (found && isDue && !isBeside) return fromViolation(found, facts);
  if (!isGood({ behavior: null, behaviorClose })) return fromClose(facts, behaviorClose);
  return found ? fromViolation(found, facts) : fromResult(facts);
}

function fromBehavior(facts: CaseFacts, behavior: string): Why | null {
  if (facts.hasGap) return fromResult(facts);
  return expectedEvents(facts.header) ? fromEvents(facts, behavior) : null;
}

/** What is charged to the peer about its close code, where that alone decided. */
function aboutCode({ charged, header }: CaseFacts): Annotation | null {
  const found = ABOUT_CODE.map((id) => charged.find(({ rule, by }) => rule === id && by !== header.writer));
  return found.find((one) => one !== undefined && isTelling(one)) ?? null;
}

/** What says most first: a code that must not be sent at all says more than that another one was due. */
const ABOUT_CODE: readonly string[] = [
  'reaction/echoed-invalid-close',
  'close/code-below-1000',
  'close/code-never-on-wire',
  'close/code-1004',
  'close/code-unassigned',
  'close/code-above-4999',
  'close/code-1010-from-server',
  'reaction/wrong-close-code',
];

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

/**
 * A peer that closes before the suite has sent what the case is about does not answer it, and the sentence says so. Begins
 * with "; ", or is empty where the bad frame came first, or there is none.
 */
function beforeBadFrame(facts: CaseFacts): string {
  const close = peerClose(facts);
  if (!close || facts.closes[0] !== close) return '';
  const row = octetRowOf(close.row, facts);
  const [first] = [...facts.stimuli.values()].sort((a, b) => a.row - b.row);
  if (first) {
    return first.row > row ? `; the suite broke ${first.rule} only after that Close, in row ${first.row}` : '';
  }
  const unsent = facts.unsent.find((one) => isBad(one, facts));
  return unsent ? `; the Close in row ${row} came before the suite sent the bad frame of row ${unsent.row}` : '';
}

/** By its header, or by its close code. */
function isBad(row: FrameRow, { connection }: CaseFacts): boolean {
  const { opcode, rsv, fin, length } = row;
  const agreed = connection.deflate !== null && !isControl(opcode) ? 4 : 0;
  if ((rsv & ~agreed) !== 0 || isReservedOpcode(opcode)) return true;
  if (!isControl(opcode)) return false;
  return !fin || (length ?? 0) > 125 || (opcode === OPCODE.CLOSE && isInvalid(row));
}
