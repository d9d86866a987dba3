// What a case report says that is expected. Nothing is compared with what is not there, or is not as a suite writes it.

import type { CaseReport, LogHeader } from '../../model/row.ts';
import { type ExpectedEvent, eventOfReport } from './events.ts';

interface ExpectedClose {
  readonly closedByMe?: boolean;
  readonly closeCode?: readonly number[];
  readonly requireClean?: boolean;
  readonly closedByWrongEndpointIsFatal?: boolean;
}

type Members = Readonly<Record<string, unknown>>;

/** The page of a case keeps less than its JSON. */
export function isPage({ report }: LogHeader): boolean {
  return report === null || !('expectedClose' in report);
}

/** A connection that never opened has nothing to expect of its close. */
export function isExpectationKnown(header: LogHeader, isOpened: boolean): boolean {
  return expectedEvents(header) !== null && isExpectedCloseKnown(header, isOpened);
}

function isExpectedCloseKnown({ report }: LogHeader, isOpened: boolean): boolean {
  const close = report?.['expectedClose'];
  if (!isMembers(close)) return false;
  if (!isOpened && Object.keys(close).length === 0) return true;
  const { closedByMe, closeCode, requireClean, closedByWrongEndpointIsFatal } = close;
  return (
    typeof closedByMe === 'boolean' &&
    typeof requireClean === 'boolean' &&
    Array.isArray(closeCode) &&
    closeCode.every((code) => typeof code === 'number') &&
    (closedByWrongEndpointIsFatal === undefined || typeof closedByWrongEndpointIsFatal === 'boolean')
  );
}

/** Empty where the report's is none. */
export function expectedCloseOf(header: LogHeader): ExpectedClose {
  return isExpectedCloseKnown(header, true) ? (header.report?.['expectedClose'] as ExpectedClose) : {};
}

type EventLists = ReadonlyMap<string, readonly ExpectedEvent[]>;

/** Of one report it is asked several times. */
let latest: { readonly report: CaseReport; readonly events: EventLists | null } | null = null;

/** For each behaviour its events; null where the report does not say. */
export function expectedEvents({ report }: LogHeader): EventLists | null {
  if (report === null) return null;
  if (latest?.report !== report) latest = { report, events: eventsIn(report) };
  return latest.events;
}

function eventsIn(report: CaseReport): EventLists | null {
  const { expected } = report;
  if (!isMembers(expected)) return null;
  const isOld = isOfOldSuite(report);
  const lists = new Map<string, ExpectedEvent[]>();
  for (const [behavior, list] of Object.entries(expected)) {
    const events = Array.isArray(list) ? list.map((event) => eventOfReport(event, isOld)) : [null];
    const known = events.filter((event) => event !== null);
    if (known.length < events.length) return null;
    lists.set(behavior, known);
  }
  return lists;
}

/** The texts of the handshake name the suite that sent one of them. */
const OLD_SUITE = /Autobahn(?:WebSockets)?TestSuite\/0\.(?:[0-4]\.|5\.[0-5]\b)/;

function isOfOldSuite(report: CaseReport | null): boolean {
  const texts: unknown[] = [report?.httpRequest, report?.httpResponse];
  return texts.some((text) => typeof text === 'string' && OLD_SUITE.test(text));
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
