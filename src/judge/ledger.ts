// Findings made into annotations and put on their rows. The ledger knows who is under test, remembers each endpoint's
// first fatal violation, says "cannot tell" once per reason, and keeps the counts.

import type { Role } from '../model/row.ts';
import type { Connection, Endpoint } from '../protocol/connection.ts';
import type { Expectation } from '../protocol/expectation.ts';
import type { Frame } from '../protocol/frame/frame.ts';
import { closeCodeOf, isWithoutOctets, placeAt } from '../protocol/frame/frame.ts';
import { type Head, statusOf } from '../protocol/handshake/handshake.ts';
import type { FaultEvent } from '../protocol/steps/ending.ts';
import type { ReactionClass } from '../rules/kit/rule.ts';
import type { Finding } from '../rules/kit/rule-runner.ts';
import { type Annotation, type Counts, isCharged, isStimulus, noCounts } from './annotation.ts';
import { unlessOpen } from './certainty.ts';

/** What a finding is about, unless it names something else. */
export interface FindingContext {
  readonly row: number;
  readonly frame?: Frame;
  readonly head?: Head;
  readonly sender?: Endpoint;
}

/** An endpoint has certainly made an error. */
interface Noted {
  readonly fault: FaultEvent;
  readonly annotation: Annotation;
}

/** The classes that ask for something where a head of that kind has the fault. */
const REFUSED: Readonly<Record<Head['kind'], ReadonlySet<ReactionClass>>> = {
  request: new Set(['http-4xx', 'handshake-fails']),
  response: new Set(['client-drops', 'handshake-fails']),
};
const ROWS_KEPT_PER_REASON = 1000;

export class Ledger {
  readonly violations: Counts = noCounts();
  readonly stimuli: Counts = noCounts();
  /** What could not be told, and the rows where that began. */
  readonly unverified = new Map<string, number[]>();
  readonly #connection: Connection;
  readonly #shows: (rule: string) => boolean;
  readonly #place: (annotation: Annotation) => void;
  readonly #told = new Set<string>();
  readonly #openedBy = new Map<Expectation, Annotation>();
  #ofRequest: { readonly head: Head; readonly shown: Annotation[] } | null = null;

  /** `shows` says which rules are shown and counted; `place` puts an annotation on its row. */
  constructor(connection: Connection, shows: (rule: string) => boolean, place: (annotation: Annotation) => void) {
    this.#connection = connection;
    this.#shows = shows;
    this.#place = place;
  }

  /** Returns what the connection has to know of it. */
  note(judged: Finding, about: FindingContext): Noted | null {
    const finding = unlessOpen(judged, about, this.#connection);
    const { rule, found } = finding;
    const reason = found.isOfRule ? `${rule.id}: ${found.missing}` : found.missing;
    if (reason !== undefined && this.#told.has(reason)) return null;
    const annotation = annotationOf(finding, about, this.#connection);
    const isShown = this.#shows(rule.id);
    if (found.missing !== undefined) {
      this.#told.add(reason ?? found.missing);
      if (isShown) this.#unverify(found.missing, annotation.row);
    }
    const { sender, head } = about;
    const fault = sender && faultOf(annotation, found.reaction ?? rule.reaction, sender, about);
    if (isShown) {
      this.#count(annotation, 1);
      if (head?.kind === 'request') this.#noteOfRequest(head, annotation);
      this.#place(annotation);
    }
    return fault ? { fault, annotation } : null;
  }

  /** The fault of that annotation asks for a reaction: `settle` tells it what came of it. */
  open(expectation: Expectation, annotation: Annotation): void {
    this.#openedBy.set(expectation, annotation);
  }

  settle(expectation: Expectation, verdict: string): void {
    const annotation = this.#openedBy.get(expectation);
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

  /** What was said of the latest request turns out to be a note: `why` goes behind its message. */
  soften(rule: string, why: string): void {
    const annotation = this.#ofRequest?.shown.find((one) => one.rule === rule);
    if (!annotation || annotation.severity === 'note') return;
    this.#count(annotation, -1);
    annotation.severity = 'note';
    annotation.message += why;
    this.#count(annotation, 1);
  }

  #count(annotation: Annotation, by: 1 | -1): void {
    if (isCharged(annotation)) this.violations[annotation.severity] += by;
    else if (isStimulus(annotation)) this.stimuli[annotation.severity] += by;
  }

  #noteOfRequest(head: Head, annotation: Annotation): void {
    if (this.#ofRequest?.head !== head) this.#ofRequest = { head, shown: [] };
    this.#ofRequest.shown.push(annotation);
  }

  #unverify(why: string, row: number): void {
    const rows = this.unverified.get(why);
    if (!rows) this.unverified.set(why, [row]);
    else if (rows.length < ROWS_KEPT_PER_REASON && rows.at(-1) !== row) rows.push(row);
  }
}

/** The error that the sender has certainly made; null where it is none of its own, or not certain. */
function faultOf(
  { rule, severity, certainty, by, row }: Annotation,
  reaction: ReactionClass,
  { role, direction }: Endpoint,
  { head, frame }: FindingContext,
): FaultEvent | null {
  if (severity !== 'error' || certainty !== 'certain' || by !== role) return null;
  const asks = head ? (hasToBeRefused(head, reaction) ? 'refusal' : 'nothing') : reaction;
  return {
    direction,
    rule,
    asks: asks === 'none' ? 'nothing' : (asks as FaultEvent['asks']),
    isOfHead: head !== undefined,
    row,
    frame: frame ?? null,
  };
}

/** Of the responses only a 101 can be refused: any other opens nothing. */
function hasToBeRefused(head: Head, reaction: ReactionClass): boolean {
  return REFUSED[head.kind].has(reaction) && (head.kind === 'request' || statusOf(head) === 101);
}

function annotationOf({ rule, found }: Finding, about: FindingContext, connection: Connection): Annotation {
  const { sender } = about;
  const isAboutLog = rule.by.length === 0;
  const by = isAboutLog ? null : found.by === undefined ? (sender?.role ?? null) : found.by;
  const where = whereIs(found.on, found.octets, about);
  return {
    rule: rule.id,
    severity: found.severity ?? rule.severity,
    by,
    intent: isAboutLog ? null : intentOf(connection, by),
    row: where.row,
    octets: where.octets,
    frame: where.frame,
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
  about: FindingContext,
): Where {
  if (typeof on === 'number') return { row: on, octets: octets ?? null, frame: null };
  const thing = on ?? about.frame ?? about.head;
  if (!thing) return { row: about.row, octets: octets ?? null, frame: null };
  const frame = 'ordinal' in thing ? { direction: thing.direction, ordinal: thing.ordinal } : null;
  const isInLog = !('ordinal' in thing) || !isWithoutOctets(thing);
  if (!octets || !isInLog) return { row: placeAt(thing.spans, 0).row, octets: null, frame };
  const from = placeAt(thing.spans, octets[0]);
  const last = placeAt(thing.spans, Math.max(octets[0], octets[1] - 1));
  const to = last.row === from.row ? last.octet + 1 : from.octet + 1;
  return { row: from.row, octets: [from.octet, to], frame };
}

/** What one frame does wrong at once counts as one failure. */
function comesAfterFailure({ direction, expectation }: Endpoint, { frame }: Where): boolean {
  if (expectation === null || expectation.class === 'may-fail-1002' || frame === null || frame.direction !== direction)
    return false;
  return frame.ordinal > (expectation.frame?.ordinal ?? -1);
}

function intentOf({ header }: Connection, by: Role | null): 'violation' | 'stimulus' {
  return header.underTest === 'both' || by === null || by === header.underTest ? 'violation' : 'stimulus';
}
