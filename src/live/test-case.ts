// One case at a live peer: it is played, judged by the rules, and asked whether it says anything about the peer.

import { isCharged, isStimulus } from '../judge/annotation.ts';
import { type JudgedLog, judgeLog } from '../judge/judged-log.ts';
import { UserError } from '../model/errors.ts';
import { latin1Of, NO_OCTETS } from '../model/octets.ts';
import { bareHeader, type Direction, type LogHeader, otherRole, type Role } from '../model/row.ts';
import { closeCodeOf } from '../protocol/frame/frame.ts';
import { contentOf, type Message } from '../protocol/frame/message.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { acceptFor } from '../protocol/handshake/handshake.ts';
import { keyIn, requestFor, responseFor } from './handshake-heads.ts';
import { type Played, play } from './player.ts';
import { CLIENT_SECONDS, type Peer, reach } from './reach.ts';
import type { SuiteCase } from './suite-case.ts';
import { filledIn } from './written-case.ts';

export interface CaseOptions {
  readonly peer: Peer;
  /** The role that is played: the peer has the other one. */
  readonly role: Role;
  /** How long a client may take to come, in seconds. */
  readonly clientSeconds?: number;
  /** What the peer may send in one case, in octets. */
  readonly octets?: number;
  readonly isInsecure: boolean;
  /** Ends what is being played. */
  readonly signal?: AbortSignal;
}

export interface TestedCase {
  readonly tested: SuiteCase;
  /** Null where no connection came about. */
  readonly judged: JudgedLog | null;
  /** Why the case says nothing about the peer: it declined the extension, or the fault did not come about. */
  readonly skipped: string | null;
  /** What is wrong with the echo, in a sentence. */
  readonly echo: string | null;
  readonly troubles: readonly string[];
}

/** A case as it was played once. */
export interface PlayedCase extends TestedCase {
  /** The peer may have been too slow for the time that it had. */
  readonly isDoubtful: boolean;
  /** What the peer left unanswered in the time that it had: the handshake, all that came after it, or the last of it. */
  readonly silence: 'from the start' | 'after the handshake' | 'in the end' | null;
  /** Its slowest answer, in seconds; null where it gave none. */
  readonly answerSeconds: number | null;
}

/** Plays the case; each wait takes `seconds` at most. */
export async function testCase(tested: SuiteCase, options: CaseOptions, seconds: number): Promise<PlayedCase> {
  const { peer, role, isInsecure, clientSeconds = CLIENT_SECONDS, octets, signal } = options;
  const header: LogHeader = {
    ...bareHeader(tested.id, 'rows'),
    writer: role,
    underTest: otherRole(role),
    case: tested.id,
    started: new Date().toISOString(),
  };
  let played: Played;
  try {
    const socket = await reach(peer, { isInsecure, seconds, clientSeconds, signal });
    const head = headMaker(tested, role, peer, header);
    const limits = { seconds, isTimed: tested.isTimed, ...(octets === undefined ? {} : { octets }) };
    played = await play({ socket, script: tested.script, header, head, limits, ending: tested.ending, signal });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const nothing = { judged: null, echo: null, troubles: [], isDoubtful: false, silence: null, answerSeconds: null };
    return { tested, skipped: error.message, ...nothing };
  }
  const { troubles, answerSeconds } = played;
  const judged = judgeLog({ header, rows: played.rows });
  const skipped = whySkipped(tested, judged);
  const echo = skipped === null && tested.expectsEcho ? echoFault(judged) : null;
  const silence = silenceIn(played);
  const doubt = { silence, isWhole: played.isWhole };
  const isDoubtful = played.hasWaitedInVain && isDoubted({ tested, judged, skipped, echo, troubles }, doubt);
  return { tested, judged, skipped, echo, troubles, isDoubtful, silence, answerSeconds };
}

function headMaker({ request, response, needs }: SuiteCase, role: Role, peer: Peer, header: LogHeader) {
  const withOffer = { ...header, extensions: needs };
  return (received: Uint8Array) => {
    if (role === 'client') {
      if (!('target' in peer)) throw new Error('a client needs a target');
      const { host, port } = peer.target;
      const values = { key: 'dGhlIHNhbXBsZSBub25jZQ==', host: `${host}:${port}`, offer: needs ?? '' };
      return request.length > 0 ? filledIn(request, values) : requestFor(NO_OCTETS, peer.target, withOffer);
    }
    const key = keyIn(received);
    const own = key === null ? response : filledIn(response, { accept: acceptFor(key), offer: needs ?? '' });
    const agreed = needs !== null && isOffered(needs, received) ? withOffer : header;
    return responseFor({ request, response: own }, received, agreed);
  };
}

/** A server may answer client_max_window_bits only where the client offered it (RFC 7692 §7.1.2.2). */
function isOffered(needs: string, request: Uint8Array): boolean {
  const offer = /^Sec-WebSocket-Extensions:.*permessage-deflate.*/im.exec(latin1Of(request))?.[0];
  if (offer === undefined) return false;
  return !needs.includes('client_max_window_bits') || offer.includes('client_max_window_bits');
}

/** Something was waited for in vain; could it be that it only came too late? */
function isDoubted(
  { tested, judged, skipped, echo }: TestedCase,
  { silence, isWhole }: Pick<PlayedCase, 'silence'> & Pick<Played, 'isWhole'>,
): boolean {
  if (judged === null) return false;
  // A sound handshake has to be answered: without an answer the case has not even begun.
  if (tested.request.length === 0 && silence === 'from the start') return true;
  if (skipped !== null) return false;
  // What stands behind a head that is wrong may be taken for anything, so silence is no fault there.
  const isAboutFrames = tested.request.length + tested.response.length === 0;
  return echo !== null || (silence !== null && isAboutFrames) || (accusationsIn(judged).length > 0 && !isWhole);
}

function silenceIn({ hasWaitedInVain, heard, isOpened, isUnanswered, isWhole }: Played): PlayedCase['silence'] {
  if (!hasWaitedInVain || isWhole) return null;
  if (heard === 0) return 'from the start';
  if (!isUnanswered) return null;
  return isOpened && heard === 1 ? 'after the handshake' : 'in the end';
}

/**
 * Ids of the rules whose breach is charged to the peer, in the order of the rows. Notes are no accusation: a slow peer may
 * get some, because its frames cross ours.
 */
export function accusationsIn({ annotated }: JudgedLog): string[] {
  return annotated.flatMap(({ annotations }) =>
    annotations.filter((one) => isCharged(one) && one.severity !== 'note').map(({ rule }) => rule),
  );
}

function whySkipped({ breaks, needs, request, response, expectsEcho }: SuiteCase, judged: JudgedLog): string | null {
  const { deflate } = judged.connection;
  const isAboutHeads = request.length > 0 || response.length > 0;
  if (!isAboutHeads && needs !== null && deflate === null)
    return 'the peer does not agree to the extension that they need';
  if (expectsEcho && isTooBig(judged)) return 'the peer says that the message is too big for it (Close 1009)';
  if (breaks === null) return null;
  const isAlive = judged.annotated.some(({ annotations }) =>
    annotations.some((one) => one.rule === breaks && (isStimulus(one) || one.intent === 'stimulus')),
  );
  return isAlive ? null : 'the fault did not come about: the connection took another course';
}

/** What is wrong with the echo, in a sentence; null where nothing is. Fragments and compression are no difference. */
export function echoFault(judged: JudgedLog): string | null {
  const sent = messagesOf(judged, 'tx');
  const back = messagesOf(judged, 'rx');
  for (const [at, message] of sent.entries()) {
    const other = back[at];
    const name = `message ${at + 1} of ${sent.length}`;
    if (other === undefined) return `${name} does not come back`;
    if (other.opcode !== message.opcode)
      return `${name} comes back as ${other.opcode === OPCODE.TEXT ? 'text' : 'binary'}`;
    const [one, two] = [contentOf(message), contentOf(other)];
    if (one !== null && two !== null && Buffer.compare(one, two) !== 0) return `${name} comes back with other content`;
  }
  const more = back.length - sent.length;
  return more > 0 ? `${more} more ${more === 1 ? 'message comes' : 'messages come'} than were sent` : null;
}

/** The peer may refuse what is too big for it (RFC 6455 §7.4.1). */
function isTooBig({ annotated }: JudgedLog): boolean {
  const frames = annotated.flatMap((row) => row.frames.map(({ frame }) => frame));
  return frames.some(
    (frame) => frame.direction === 'rx' && frame.opcode === OPCODE.CLOSE && closeCodeOf(frame) === 1009,
  );
}

function messagesOf({ annotated }: JudgedLog, direction: Direction): Message[] {
  return annotated.flatMap((row) =>
    row.frames.flatMap(({ frame, message }) => (message !== null && frame.direction === direction ? [message] : [])),
  );
}
