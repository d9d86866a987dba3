// The suite's own rules (those of versions 0.7.1 and later), in their order: what the rows make of a case.

import type { CaseEvent, ExpectedEvent } from './events.ts';
import { closeCodeOfRow } from './events.ts';
import { expectedCloseOf, expectedEvents, isExpectationKnown, isPage } from './expected.ts';
import { type CaseFacts, closedByMe, isInvalid, isRefused, isSameEventIn, peerClose } from './facts.ts';
import type { Unread } from './unread.ts';
import type { Behaviors } from './verdict.ts';

export interface Derived extends Behaviors {
  readonly missing: string | null;
}

export const NOT_EXPECTED = 'what the case expects, which the source does not hold';
const NOT_SHOWN = 'the rest of the messages: a suite before 0.5.6 shows only the first octets of what it expects';
const NO_LENGTHS = 'the payloads: a suite before 0.5.3 does not say how long they are, and its page loses blanks';
const CLOSE_NOT_EXPECTED = 'what the case expects of the close, which a report page does not hold';

export function derive(facts: CaseFacts): Derived {
  const { header, hasGap, isOpened, unread } = facts;
  const id = header.case ?? '';
  if (/^1[23]\./.test(id)) return deriveCompressed(facts);
  const isOfPage = isPage(header) && expectedEvents(header) !== null;
  if (!isOfPage && !isExpectationKnown(header, isOpened)) {
    return { behavior: null, behaviorClose: null, missing: NOT_EXPECTED };
  }
  if (unread && !(isOpened && isInformational(id)) && !isRefused(facts)) return cannotTell(unread);
  const close = isOpened ? (isOfPage ? null : closeBehavior(facts)) : 'FAILED';
  const behaviorClose = hasGap && facts.closes.length === 0 ? null : close;
  if (hasGap) {
    return { behavior: null, behaviorClose, missing: 'the messages: the log was switched off while they were sent' };
  }
  if (!isOpened) return { behavior: 'FAILED', behaviorClose: 'FAILED', missing: null };
  if (isInformational(id)) {
    return { behavior: 'INFORMATIONAL', behaviorClose: 'INFORMATIONAL', missing: null };
  }
  const unsure = whatIsUnsure(facts);
  if (unsure !== null) return { behavior: null, behaviorClose, missing: unsure };
  if (close !== null) return { behavior: openBehavior(facts, close), behaviorClose, missing: null };
  return {
    behavior: isDecidedByClose(facts) ? null : openBehavior(facts, null),
    behaviorClose,
    missing: CLOSE_NOT_EXPECTED,
  };
}

function isInformational(id: string): boolean {
  return id === '7.1.6' || id.startsWith('7.13.');
}

function cannotTell({ missing }: Unread): Derived {
  return { behavior: null, behaviorClose: null, missing };
}

/** Cases of the 12 and 13 groups run with the log switched off; only that nothing was agreed can be seen. */
function deriveCompressed(facts: CaseFacts): Derived {
  const { connection, isOpened, unread } = facts;
  const missing = 'the messages: the log was switched off while they were sent';
  if (!isOpened && unread && !isRefused(facts)) return cannotTell(unread);
  if (!isOpened) return { behavior: 'FAILED', behaviorClose: 'FAILED', missing: null };
  if (connection.extensions !== null && connection.deflate === null) {
    return {
      behavior: 'UNIMPLEMENTED',
      behaviorClose: null,
      missing: 'the closing handshake: the log was switched off',
    };
  }
  return { behavior: null, behaviorClose: null, missing };
}

/** What the oldest suites do not show of the messages, where it may decide. */
function whatIsUnsure(facts: CaseFacts): string | null {
  const matching = matchingBehavior(facts);
  if (matching !== null) return facts.expected.get(matching)?.some(({ isUntold }) => isUntold) ? NOT_SHOWN : null;
  return facts.events.some(({ kind, length }) => kind !== 'timeout' && length === null) ? NO_LENGTHS : null;
}

/** The events are as expected, and the close may fail the case all the same, by what a page does not say. */
function isDecidedByClose(facts: CaseFacts): boolean {
  const id = facts.header.case ?? '';
  if (matchingBehavior(facts) === null) return false;
  const close = peerClose(facts);
  if (CLOSE_CASES.test(id)) return close !== null && closeCodeOfRow(close) !== null;
  // Of invalid UTF-8 no message is expected, and the suite is not to close first.
  const isOfInvalidText = [...facts.expected.values()].flat().every(({ kind }) => kind !== 'message');
  return id.startsWith('6.') && isOfInvalidText && closedByMe(facts);
}

/** The behavior of which all events came. */
function matchingBehavior(facts: CaseFacts): string | null {
  return [...facts.expected].find(([, events]) => isSameList(events, facts))?.[0] ?? null;
}

function openBehavior(facts: CaseFacts, close: string | null): string {
  const id = facts.header.case ?? '';
  let behavior = matchingBehavior(facts) ?? 'FAILED';
  const expected = expectedCloseOf(facts.header);
  if (expected.closedByWrongEndpointIsFatal && expected.closedByMe !== closedByMe(facts)) behavior = 'FAILED';
  if (CLOSE_CASES.test(id) && close === 'WRONG CODE') behavior = 'FAILED';
  const { continuation, text } = facts.txFrames;
  if (id === '10.1.1' && (continuation !== 50 || text !== 1)) behavior = 'FAILED';
  return behavior;
}

/** In these a wrong close code fails the case. */
const CLOSE_CASES = /^7\.(?:1\.[1-5]$|3\.|5\.1$|7\.|9\.)/;

function isSameList(expected: readonly ExpectedEvent[], facts: CaseFacts): boolean {
  const { events } = facts;
  return (
    expected.length === events.length &&
    expected.every((event, i) => isSameEventIn(event, events[i] as CaseEvent, facts))
  );
}

/** The peer's Close came, and was not an invalid answer. */
function wasClean(facts: CaseFacts): boolean {
  const close = peerClose(facts);
  if (!close || serverTimedOut(facts)) return false;
  return !(closedByMe(facts) && isInvalid(close));
}

/** As a client the suite waits for the server to end TCP; its other timer may end the wait before. */
function serverTimedOut({ header, tcpDrop, failingRow, closes }: CaseFacts): boolean {
  const last = closes.at(-1)?.row ?? 0;
  return header.writer === 'client' && tcpDrop?.by === 'writer' && (failingRow === null || failingRow < last);
}

function closeBehavior(facts: CaseFacts): string {
  const expected = expectedCloseOf(facts.header);
  if (expected.closedByMe !== closedByMe(facts)) return 'FAILED';
  if (expected.requireClean && !wasClean(facts)) return 'UNCLEAN';
  const close = peerClose(facts);
  const code = close ? closeCodeOfRow(close) : null;
  if (code !== null && !(expected.closeCode ?? []).includes(code)) return 'WRONG CODE';
  if (facts.header.writer === 'client' && facts.tcpDrop?.by === 'writer') return 'FAILED BY CLIENT';
  return 'OK';
}
