// One case judged again by the suite's own rules (those of versions 0.7.1 and later), from the rows, what the case
// expects, and the role alone.

import type { Summary } from '../annotate.ts';
import type { AnnotatedRow, Annotation } from '../annotation.ts';
import { isCharged, isStimulus } from '../annotation.ts';
import { readHints } from '../hints/hints.ts';
import type { Connection } from '../protocol/connection.ts';
import { OPCODE } from '../protocol/opcode.ts';
import type { FrameRow, LogHeader } from '../row.ts';
import { type CaseEvent, closeCodeOfRow, eventOfReport, readEvents } from './events.ts';
import { type CaseFacts, closedByMe, expectedCloseOf, isInvalid, isSameEventIn, peerClose } from './facts.ts';
import { type Behaviors, type Hint, NO_VERDICT, type Verdict } from './verdict.ts';
import { explain } from './why.ts';

export interface CaseVerdict {
  readonly verdict: Verdict;
  /** Rules charged to the endpoint under test, the most important first. */
  readonly rules: readonly string[];
  readonly hints: readonly Hint[];
}

export interface CaseJudge {
  row(annotated: AnnotatedRow): void;
  end(summary: Summary, connection: Connection): CaseVerdict;
}

const CHARGED_KEPT = 200;

export function judgeCase(header: LogHeader): CaseJudge {
  const events = readEvents();
  const hints = readHints(header);
  const charged: Annotation[] = [];
  const stimuli = new Map<number, Annotation>();
  let lastReceived: FrameRow | null = null;
  let hasLogOff = false;
  const closes: FrameRow[] = [];
  const txFrames = { continuation: 0, text: 0 };
  let tcpDrop: CaseFacts['tcpDrop'] = null;
  let isOpened = false;
  let failingRow: number | null = null;
  let lastRow = -1;
  return {
    row: (annotated) => {
      const { row, annotations } = annotated;
      hints.row(annotated);
      lastRow = row.row;
      const own = annotations.filter(isCharged);
      charged.push(...own.slice(0, CHARGED_KEPT - charged.length));
      for (const annotation of annotations) {
        if (isStimulus(annotation) && annotation.severity === 'error' && !stimuli.has(annotation.row)) {
          stimuli.set(annotation.row, annotation);
        }
      }
      if (header.report === null) return;
      events.row(row);
      hasLogOff ||= row.kind === 'log-off';
      if (row.kind === 'frame' && row.direction === 'rx') lastReceived = row;
      if (row.kind === 'tcp-drop') tcpDrop = row;
      else if (row.kind !== 'octets') isOpened = true;
      if (row.kind === 'failing') failingRow = row.row;
      if (row.kind === 'frame') noteFrame(row, closes, txFrames);
    },
    end: ({ header: own }, connection) => {
      const { unlogged } = own;
      const hasGap = hasLogOff || (unlogged !== null && unlogged.rx + unlogged.tx > 0);
      const facts: CaseFacts = {
        header: own,
        events: events.events.filter(isBefore(failureRow(closes, connection))),
        sent: events.sent,
        expected: expectedEvents(own),
        charged: sorted(charged),
        stimuli,
        lastReceived,
        closes,
        tcpDrop,
        failingRow,
        isOpened,
        hasGap,
        txFrames,
        lastRow,
        connection,
      };
      return {
        verdict: verdictOf(facts),
        rules: [...new Set(facts.charged.map(({ rule }) => rule))],
        hints: hints.end(connection),
      };
    },
  };
}

function noteFrame(row: FrameRow, closes: FrameRow[], txFrames: { continuation: number; text: number }): void {
  // A Close with a reserved bit is one that a case sends as a raw frame.
  if (row.opcode === OPCODE.CLOSE && !(row.direction === 'tx' && row.rsv !== 0)) closes.push(row);
  if (row.direction !== 'tx') return;
  if (row.opcode === OPCODE.CONTINUATION) txFrames.continuation++;
  if (row.opcode === OPCODE.TEXT) txFrames.text++;
}

/** The suite fails the connection with a Close after the peer's first fatal violation: that row, or infinity. */
function failureRow(closes: readonly FrameRow[], { rx }: Connection): number {
  const violation = rx.expectation?.row;
  if (violation === undefined) return Number.POSITIVE_INFINITY;
  return closes.find(({ direction, row }) => direction === 'tx' && row > violation)?.row ?? Number.POSITIVE_INFINITY;
}

/** What a failed connection still brings is thrown away; Pongs are recorded all the same. */
function isBefore(row: number) {
  return (event: CaseEvent) => event.kind !== 'message' || (event.row ?? 0) < row;
}

const SEVERITIES = ['error', 'warning', 'note'] as const;

function sorted(annotations: readonly Annotation[]): Annotation[] {
  const rank = (annotation: Annotation) => SEVERITIES.indexOf(annotation.severity);
  return [...annotations].sort((a, b) => rank(a) - rank(b) || a.row - b.row);
}

function expectedEvents({ report }: LogHeader): Map<string, CaseEvent[]> {
  const expected = report?.['expected'];
  if (typeof expected !== 'object' || expected === null) return new Map();
  return new Map(
    Object.entries(expected).map(([behavior, list]) => [
      behavior,
      Array.isArray(list) ? list.map(eventOfReport).filter((event) => event !== null) : [],
    ]),
  );
}

function verdictOf(facts: CaseFacts): Verdict {
  const { report } = facts.header;
  if (report === null || report.behavior === undefined) {
    const why = explain(facts, null);
    return { ...NO_VERDICT, why: why?.says ?? null, decidedBy: why?.row ?? null };
  }
  const reported: Behaviors = { behavior: report.behavior, behaviorClose: report.behaviorClose ?? null };
  const { behavior, behaviorClose, missing } = derive(facts);
  const derived: Behaviors | null = missing === NOT_EXPECTED ? null : { behavior, behaviorClose };
  const why = explain(facts, derived);
  return {
    reported,
    derived,
    agrees: agrees(reported, derived),
    why: why?.says ?? null,
    decidedBy: why?.row ?? null,
    missing,
  };
}

function agrees(reported: Behaviors, derived: Behaviors | null): boolean | null {
  if (!derived || (derived.behavior === null && derived.behaviorClose === null)) return null;
  const same = (key: keyof Behaviors) =>
    derived[key] === null || reported[key] === null || derived[key] === reported[key];
  return same('behavior') && same('behaviorClose');
}

interface Derived extends Behaviors {
  readonly missing: string | null;
}

const NOT_EXPECTED = 'what the case expects: the source does not hold it';

/** The suite's rules, in their order. */
function derive(facts: CaseFacts): Derived {
  const { header, hasGap, isOpened } = facts;
  const id = header.case ?? '';
  if (!('expectedClose' in (header.report ?? {}))) {
    return { behavior: null, behaviorClose: null, missing: NOT_EXPECTED };
  }
  if (/^1[23]\./.test(id)) return deriveCompressed(facts);
  const close = isOpened ? closeBehavior(facts) : 'FAILED';
  const behaviorClose = hasGap && facts.closes.length === 0 ? null : close;
  if (hasGap) {
    return { behavior: null, behaviorClose, missing: 'the messages: the log was switched off while they were sent' };
  }
  if (!isOpened) return { behavior: 'FAILED', behaviorClose: 'FAILED', missing: null };
  if (id === '7.1.6' || id.startsWith('7.13.')) {
    return { behavior: 'INFORMATIONAL', behaviorClose: 'INFORMATIONAL', missing: null };
  }
  return { behavior: openBehavior(facts, close), behaviorClose, missing: null };
}

/** Cases of the 12 and 13 groups run with the log switched off; only that nothing was agreed can be seen. */
function deriveCompressed({ connection, isOpened }: CaseFacts): Derived {
  const missing = 'the messages: the log was switched off while they were sent';
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

function openBehavior(facts: CaseFacts, close: string): string {
  const id = facts.header.case ?? '';
  const matching = [...facts.expected].find(([, events]) => isSameList(events, facts));
  let behavior = matching ? matching[0] : 'FAILED';
  const expected = expectedCloseOf(facts.header);
  if (expected.closedByWrongEndpointIsFatal && expected.closedByMe !== closedByMe(facts)) behavior = 'FAILED';
  if (CLOSE_CASES.test(id) && close === 'WRONG CODE') behavior = 'FAILED';
  const { continuation, text } = facts.txFrames;
  if (id === '10.1.1' && (continuation !== 50 || text !== 1)) behavior = 'FAILED';
  return behavior;
}

/** In these a wrong close code fails the case. */
const CLOSE_CASES = /^7\.(?:1\.[1-5]$|3\.|5\.1$|7\.|9\.)/;

function isSameList(expected: readonly CaseEvent[], facts: CaseFacts): boolean {
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
