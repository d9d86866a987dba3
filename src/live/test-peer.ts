// Plays cases at a live peer and judges what it does. No fixed time tells a silent peer from a slow one: a case in which
// something was waited for in vain is played once more, when all others are done and with more time, before anybody is
// accused.

import { isCharged, isStimulus } from '../judge/annotation.ts';
import { type JudgedLog, judgeLog } from '../judge/judged-log.ts';
import { UserError } from '../model/errors.ts';
import { latin1Of, NO_OCTETS } from '../model/octets.ts';
import { bareHeader, type LogHeader, otherRole, type Role } from '../model/row.ts';
import { acceptFor } from '../protocol/handshake/handshake.ts';
import { echoFault, isTooBig } from './echo-check.ts';
import { keyIn, requestFor, responseFor } from './handshake-heads.ts';
import { type Played, play } from './player.ts';
import { CLIENT_SECONDS, type Peer, reach } from './reach.ts';
import type { SuiteCase } from './suite-case.ts';
import { filledIn } from './written-case.ts';

export interface TestOptions {
  readonly peer: Peer;
  /** The role that is played: the peer has the other one. */
  readonly role: Role;
  readonly cases: readonly SuiteCase[];
  /** Connections at once. */
  readonly jobs: number;
  /** The longest wait, in seconds: at first, and where it was in vain. */
  readonly seconds: number;
  readonly secondsAgain: number;
  /** How long a client may take to come. */
  readonly clientSeconds?: number;
  /** What the peer may send in one case, in octets. */
  readonly octets?: number;
  readonly isInsecure: boolean;
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

interface Ended extends TestedCase {
  readonly isDoubtful: boolean;
}

/** A finding that stood in so many cases with all the time in the world is believed of the others. */
const CONFIRMED = 3;
/** So many connections refused one after the other, and the peer is gone. */
const MOST_REFUSED = 3;

/** Each case as it ends, those that were played again last. Throws `UserError` where the peer cannot be reached. */
export async function* testPeer(options: TestOptions): AsyncGenerator<TestedCase> {
  const again: Ended[] = [];
  const hasEcho = options.cases.some(({ expectsEcho }) => expectsEcho) ? await echoes(options) : null;
  const isPlayed = ({ expectsEcho }: SuiteCase) => hasEcho !== false || !expectsEcho;
  for (const tested of options.cases) {
    if (!isPlayed(tested)) yield { tested, judged: null, skipped: NO_ECHO, echo: null, troubles: [] };
  }
  for await (const ended of runAll(options.cases.filter(isPlayed), options, options.seconds)) {
    if (ended.isDoubtful) again.push(ended);
    else yield ended;
  }
  const groups = new Map<string, Ended[]>();
  for (const ended of again) groups.set(findingsOf(ended), [...(groups.get(findingsOf(ended)) ?? []), ended]);
  const firsts = [...groups.values()].flatMap((all) => all.slice(0, CONFIRMED).map(({ tested }) => tested));
  const isConfirmed = new Map<string, boolean>();
  for await (const ended of runAll(firsts, options, options.secondsAgain)) {
    const before = again.find(({ tested }) => tested === ended.tested) as Ended;
    const key = findingsOf(before);
    isConfirmed.set(key, (isConfirmed.get(key) ?? true) && findingsOf(ended) === key);
    yield ended;
  }
  const rest = [...groups].flatMap(([key, all]) => all.slice(CONFIRMED).map((ended) => ({ key, ended })));
  // Of a peer that says nothing at all, nobody can tell in the others what it would have reacted to.
  for (const { key, ended } of rest) {
    if (isConfirmed.get(key)) yield key.startsWith(MUTE) ? { ...ended, skipped: STAYS_MUTE } : ended;
  }
  const others = rest.filter(({ key }) => !isConfirmed.get(key)).map(({ ended }) => ended.tested);
  yield* runAll(others, options, options.secondsAgain);
}

const MUTE = 'mute';
const STAYS_MUTE = 'the peer says nothing, as in cases in which it had more time';
const NO_ECHO = 'the peer is no echo server: a plain text does not come back';

/** Does a plain text come back? A peer that is slow gets the longer time. */
async function echoes(options: TestOptions): Promise<boolean | null> {
  const plain = options.cases.find(({ id }) => id === 'echo/text-1') ?? options.cases.find((one) => one.expectsEcho);
  if (!plain) return null;
  const { echo, isDoubtful, judged } = await testCase(plain, options, options.seconds);
  if (judged === null || echo === null) return true;
  return isDoubtful ? (await testCase(plain, options, options.secondsAgain)).echo === null : false;
}

/** `jobs` at once, in the order in which they end. */
async function* runAll(cases: readonly SuiteCase[], options: TestOptions, seconds: number): AsyncGenerator<Ended> {
  const waiting = [...cases];
  const running = new Map<SuiteCase, Promise<Ended>>();
  let refused = 0;
  const start = () => {
    const next = waiting.shift();
    if (next) running.set(next, testCase(next, options, seconds));
  };
  for (let at = 0; at < options.jobs; at++) start();
  while (running.size > 0) {
    const ended = await Promise.race(running.values());
    running.delete(ended.tested);
    refused = ended.judged === null ? refused + 1 : 0;
    if (refused >= MOST_REFUSED) {
      // What is still being played ends by its own limits, and is not waited for.
      throw new UserError(`${ended.skipped}; ${waiting.length + running.size + refused} cases are not played`);
    }
    start();
    yield ended;
  }
}

async function testCase(tested: SuiteCase, options: TestOptions, seconds: number): Promise<Ended> {
  const { peer, role, isInsecure, clientSeconds = CLIENT_SECONDS, octets } = options;
  const header: LogHeader = {
    ...bareHeader(tested.id, 'rows'),
    writer: role,
    underTest: otherRole(role),
    case: tested.id,
    started: new Date().toISOString(),
  };
  let played: Played;
  try {
    const socket = await reach(peer, { isInsecure, seconds, clientSeconds });
    const head = headMaker(tested, role, peer, header);
    const limits = { seconds, isTimed: tested.isTimed, ...(octets === undefined ? {} : { octets }) };
    played = await play({ socket, script: tested.script, header, head, limits, ending: tested.ending });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { tested, judged: null, skipped: error.message, echo: null, troubles: [], isDoubtful: false };
  }
  const judged = judgeLog({ header, rows: played.rows });
  const skipped = whySkipped(tested, judged);
  const echo = skipped === null && tested.expectsEcho ? echoFault(judged) : null;
  const isDoubtful = skipped === null && played.hasWaitedInVain && (echo !== null || isAccused(judged));
  return { tested, judged, skipped, echo, troubles: played.troubles, isDoubtful };
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

/** Notes are no accusation: a slow peer may get some, because its frames cross ours. */
function isAccused({ annotated }: JudgedLog): boolean {
  return annotated.some(({ annotations }) => annotations.some((one) => isCharged(one) && one.severity !== 'note'));
}

/** What a case was about and what is charged in it: the same key, the same finding. */
function findingsOf({ tested, judged, echo }: TestedCase): string {
  const charged = judged?.annotated.flatMap(({ annotations }) =>
    annotations.filter((one) => isCharged(one) && one.severity !== 'note').map(({ rule }) => rule),
  );
  const { rx } = judged?.summary.frames ?? { rx: 0 };
  return [rx === 0 ? MUTE : tested.breaks, echo === null ? '' : 'echo', ...new Set(charged)].join(' ');
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
