// Findings made into annotations and put on their rows. The ledger knows who is under test, remembers each endpoint's
// first fatal violation, says "cannot tell" once per reason, and keeps the counts.

import type { Role } from '../model/row.ts';
import type { Connection, Endpoint } from '../protocol/connection.ts';
import { type Expectation, type ExpectationClass, expect, noteFault } from '../protocol/expectation.ts';
import type { Frame } from '../protocol/frame/frame.ts';
import { closeCodeOf, placeAt } from '../protocol/frame/frame.ts';
import { type Head, statusOf } from '../protocol/handshake/handshake.ts';
import type { Finding } from '../rules/kit/judge.ts';
import type { Found, ReactionClass, Rule } from '../rules/kit/rule.ts';
import { NEVER_MASKED } from '../rules/reaction-unprovoked.ts';
import { type Annotation, type Counts, isCharged, isStimulus, noCounts } from './annotation.ts';

/** What a finding is about, unless it names something else. */
export interface About {
  readonly row: number;
  readonly frame?: Frame;
  readonly head?: Head;
  readonly sender?: Endpoint;
}

export interface Ledger {
  note(finding: Finding, about: About): void;
  /** Tells the annotation that opened the expectation what came of it. */
  settle(expectation: Expectation, verdict: string): void;
  /** What was said of the latest request turns out to be a note: `why` goes behind its message. */
  soften(rule: string, why: string): void;
  readonly violations: Counts;
  readonly stimuli: Counts;
  /** What could not be told, and the rows where that began. */
  readonly unverified: Map<string, number[]>;
}

/** The classes that ask for something where a head of that kind has the fault. */
const REFUSED: Readonly<Record<Head['kind'], ReadonlySet<ReactionClass>>> = {
  request: new Set(['http-4xx', 'handshake-fails']),
  response: new Set(['client-drops', 'handshake-fails']),
};
const ROWS_KEPT_PER_REASON = 1000;

/** `shows` says which rules are shown and counted; `place` puts an annotation on its row. */
export function openLedger(
  connection: Connection,
  shows: (rule: string) => boolean,
  place: (annotation: Annotation) => void,
): Ledger {
  const violations = noCounts();
  const stimuli = noCounts();
  const unverified = new Map<string, number[]>();
  const told = new Set<string>();
  const openedBy = new Map<Expectation, Annotation>();
  let ofRequest: { readonly head: Head; readonly shown: Annotation[] } | null = null;

  function note({ rule, found: judged }: Finding, about: About): void {
    const found = doubted(judged, about, connection);
    const finding = { rule, found };
    const { sender } = about;
    if (found.missing !== undefined && told.has(found.missing)) return;
    const annotation = annotationOf(finding, about, connection);
    const isShown = shows(rule.id);
    if (found.missing !== undefined) {
      told.add(found.missing);
      if (isShown) unverify(found.missing, annotation.row);
    } else if (sender && annotation.severity === 'error')
      expectReaction(sender, annotation, { id: rule.id, reaction: found.reaction ?? rule.reaction }, about);
    if (!isShown) return;
    count(annotation, 1);
    if (about.head?.kind === 'request') noteOfRequest(about.head, annotation);
    place(annotation);
  }

  function count(annotation: Annotation, by: 1 | -1): void {
    if (isCharged(annotation)) violations[annotation.severity] += by;
    else if (isStimulus(annotation)) stimuli[annotation.severity] += by;
  }

  function noteOfRequest(head: Head, annotation: Annotation): void {
    if (ofRequest?.head !== head) ofRequest = { head, shown: [] };
    ofRequest.shown.push(annotation);
  }

  function soften(rule: string, why: string): void {
    const annotation = ofRequest?.shown.find((one) => one.rule === rule);
    if (!annotation || annotation.severity === 'note') return;
    count(annotation, -1);
    annotation.severity = 'note';
    annotation.message += why;
    count(annotation, 1);
  }

  function unverify(why: string, row: number): void {
    const rows = unverified.get(why);
    if (!rows) unverified.set(why, [row]);
    else if (rows.length < ROWS_KEPT_PER_REASON && rows.at(-1) !== row) rows.push(row);
  }

  /** The first fatal violation of an endpoint is what the other one has to react to. */
  function expectReaction(
    sender: Endpoint,
    annotation: Annotation,
    { id, reaction }: Pick<Rule, 'id' | 'reaction'>,
    about: About,
  ): void {
    if (annotation.by !== sender.role) return;
    sender.isAtFault = true;
    // What follows a Close is thrown away (RFC 6455 §1.4).
    const isAfterClose =
      sender.close !== null && about.frame !== undefined && sender.close.ordinal < about.frame.ordinal;
    if (about.head) sender.headFaults.push(id);
    if (reaction === 'none' || isAfterClose) return;
    if (about.head) {
      if (hasToBeRefused(about.head, reaction)) sender.handshakeFault ??= id;
      return;
    }
    const frame = about.frame ?? null;
    const { time } = connection.now;
    const fault = { rule: id, class: reaction as ExpectationClass, row: annotation.row, frame, time };
    if (sender.expectation) noteFault(sender.expectation, fault);
    else {
      sender.expectation = expect(fault, sender.message);
      openedBy.set(sender.expectation, annotation);
    }
  }

  function settle(expectation: Expectation, verdict: string): void {
    const annotation = openedBy.get(expectation);
    const { outcome } = expectation;
    if (!annotation || !outcome) return;
    const isReaction = outcome.kind === 'close' || outcome.kind === 'tcp-drop';
    annotation.reaction = {
      row: isReaction ? outcome.row : (expectation.processed?.row ?? null),
      kind: isReaction ? (outcome.kind as 'close' | 'tcp-drop') : 'none',
      code: outcome.close ? closeCodeOf(outcome.close) : null,
      verdict,
    };
  }

  return { note, settle, soften, violations, stimuli, unverified };
}

/** What is wrong with a payload is not certain where that seems to be shown before it was masked. */
function doubted(found: Found, { frame }: About, { header }: Connection): Found {
  const isOfPayload = frame?.clearOnWire === true && (found.on ?? frame) === frame && (found.octets?.[0] ?? 0) > 1;
  // The log of a test suite shows what is on the wire.
  return isOfPayload && header.report === null ? { ...found, missing: NEVER_MASKED } : found;
}

/** Of the responses only a 101 can be refused: any other opens nothing. */
function hasToBeRefused(head: Head, reaction: ReactionClass): boolean {
  return REFUSED[head.kind].has(reaction) && (head.kind === 'request' || statusOf(head) === 101);
}

function annotationOf({ rule, found }: Finding, about: About, connection: Connection): Annotation {
  const { sender } = about;
  const isAboutLog = rule.by.length === 0;
  const by = isAboutLog ? null : found.by === undefined ? (sender?.role ?? null) : found.by;
  const where = whereIs(found.on, found.octets, about);
  return {
    rule: rule.id,
    severity: found.severity ?? rule.severity,
    by,
    intent: isAboutLog ? null : intentOf(connection, by),
    ...where,
    section: found.section ?? rule.section,
    message: found.says,
    certainty: found.missing === undefined ? 'certain' : 'cannot-tell',
    missing: found.missing ?? null,
    afterFailure: sender !== undefined && !isAboutLog && comesAfterFailure(sender, where),
    reaction: null,
    cause: found.cause ?? null,
  };
}

type Where = Pick<Annotation, 'row' | 'octets' | 'frame'>;

function whereIs(
  on: Frame | Head | number | undefined,
  octets: readonly [number, number] | undefined,
  about: About,
): Where {
  if (typeof on === 'number') return { row: on, octets: octets ?? null, frame: null };
  const thing = on ?? about.frame ?? about.head;
  if (!thing) return { row: about.row, octets: octets ?? null, frame: null };
  const frame = 'ordinal' in thing ? { direction: thing.direction, ordinal: thing.ordinal } : null;
  if (!octets) return { row: placeAt(thing.spans, 0).row, octets: null, frame };
  const from = placeAt(thing.spans, octets[0]);
  const last = placeAt(thing.spans, Math.max(octets[0], octets[1] - 1));
  const to = last.row === from.row ? last.octet + 1 : from.octet + 1;
  return { row: from.row, octets: [from.octet, to], frame };
}

/** What one frame does wrong at once counts as one failure. */
function comesAfterFailure({ direction, expectation }: Endpoint, { frame }: Where): boolean {
  if (expectation === null || frame === null || frame.direction !== direction) return false;
  return frame.ordinal > (expectation.frame?.ordinal ?? -1);
}

function intentOf({ header }: Connection, by: Role | null): 'violation' | 'stimulus' {
  return header.underTest === 'both' || by === null || by === header.underTest ? 'violation' : 'stimulus';
}
