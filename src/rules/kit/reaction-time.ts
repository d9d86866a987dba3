// When a reaction was due, and whether there was time for it. A Close that comes after the violator's own may answer
// that one; a timer that runs out shows only then that somebody waited, when the rows' times do not say otherwise.

import type { Connection, Endpoint, RowTime } from '../../protocol/connection.ts';
import { acceptedCodes, dueFrom } from '../../protocol/expectation.ts';
import { closeCodeOf, endOf, type Frame } from '../../protocol/frame/frame.ts';
import { hasRead } from '../../protocol/reading.ts';
import { isFailureClose } from './close-frame.ts';

// The writer may have set its timer long before what it is taken to have waited for.
const TIMER_SECONDS = 0.5;
// Longer than an answer takes that is sent at once, on any network.
const PATIENCE_SECONDS = 2;

/** By the rows' times so much has passed that nobody can say it was at once. */
export function hasPassed(since: RowTime | null, until: RowTime | null): boolean {
  return since?.time != null && until?.time != null && until.time - since.time >= PATIENCE_SECONDS;
}

/** A wait of the writer was over after that, and not at once. */
export function isOverAfter(wait: RowTime | null, since: RowTime): boolean {
  if (!wait || wait.row <= since.row) return false;
  return wait.time === null || since.time === null || wait.time - since.time >= TIMER_SECONDS;
}

/** The writer's timer ran out after that, and not at once. */
export function timerRanOut({ gaveUpAt }: Connection, since: RowTime): boolean {
  return isOverAfter(gaveUpAt, since);
}

/** From when on the other endpoint has to react; null while it may wait for the rest of a text. */
export function dueAt({ expectation, close, closeTime }: Endpoint): RowTime | null {
  if (!expectation) return null;
  const { class: kind, row, frame, time, text, textEnd, sooner } = expectation;
  if (sooner) return sooner;
  // After the violator's Close the text will never end.
  if (dueFrom(expectation) === null) return close && { row: endOf(close).row, time: closeTime };
  const last = text?.frames.at(-1) ?? frame;
  return { row: kind === 'fail-1002' || !last ? row : endOf(last).row, time: text ? textEnd : time };
}

/** The violator waited for the reaction by the rows' times, until it closed or until `now`. */
export function waitedByTheClock(violator: Endpoint, now: RowTime): boolean {
  const due = dueAt(violator);
  const { close, closeTime, expectation } = violator;
  const isOwn = close !== null && close !== expectation?.frame && due !== null && endOf(close).row > due.row;
  return hasPassed(due, isOwn ? { row: endOf(close).row, time: closeTime } : now);
}

/**
 * The receiver's Close says nothing of a fault, and may have been on its way when the violation came. In a case of the suite
 * the peer closes only in answer.
 */
export function mayHaveCrossed({ header, waited }: Connection, violator: Endpoint, receiver: Endpoint): boolean {
  const { expectation } = violator;
  const { close, closeBegan, reading } = receiver;
  if (header.case !== null || !expectation?.frame || !close || isFailureClose(close)) return false;
  if (hasRead(reading, expectation.frame)) return false;
  const since = expectation.frameEnd;
  const began = closeBegan?.at;
  if (!since || !began) return true;
  const isBefore = waited !== null && waited.row < began.row;
  const isAfterWait = violator.direction === 'tx' && isBefore && isOverAfter(waited, since);
  return !isAfterWait && !hasPassed(since, began);
}

/** The violator has closed since: what comes now may answer that, but for a Close that says what was wrong. */
export function isOvertaken({ expectation, close: own }: Endpoint, answer: Frame | null): boolean {
  if (!own || !expectation?.frame || own === expectation.frame) return false;
  const code = answer && closeCodeOf(answer);
  if (!answer || code === null || !acceptedCodes(expectation).includes(code)) return true;
  const isSamePayload = Buffer.compare(answer.payload, own.payload) === 0;
  return expectation.processed !== null || isSamePayload || (code === closeCodeOf(own) && answer.length <= 2);
}
