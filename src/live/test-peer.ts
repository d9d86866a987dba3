// Plays cases at a live peer and judges what it does. No fixed time tells a silent peer from a slow one: a case in which
// something was waited for in vain is played once more, alone and with more time, before anybody is accused.

import { type JudgedLog, judgeLog } from '../attach/judged-log.ts';
import { isCharged, isStimulus } from '../judge/annotation.ts';
import { latin1Of, NO_OCTETS } from '../model/octets.ts';
import { bareHeader, type LogHeader, otherRole, type Role } from '../model/row.ts';
import { requestFor, responseFor } from './handshake-heads.ts';
import { type Played, play } from './player.ts';
import { type Peer, reach } from './reach.ts';
import type { SuiteCase } from './suite.ts';

export interface TestOptions {
  readonly peer: Peer;
  /** The role that is played: the peer has the other one. */
  readonly role: Role;
  readonly cases: readonly SuiteCase[];
  /** Connections at once. */
  readonly jobs: number;
  /** The longest wait, in seconds: at first, and where it was in vain. */
  readonly seconds: number;
  readonly secondsAlone: number;
  readonly isInsecure: boolean;
}

export interface TestedCase {
  readonly tested: SuiteCase;
  readonly judged: JudgedLog;
  /** Why the case says nothing about the peer: it declined the extension, or the fault did not come about. */
  readonly skipped: string | null;
}

/** Each case as it ends, those that were played again last. Throws `UserError` where the peer cannot be reached. */
export async function* testPeer(options: TestOptions): AsyncGenerator<TestedCase> {
  const again: SuiteCase[] = [];
  const waiting = [...options.cases];
  const running = new Set<Promise<TestedCase & { readonly isDoubtful: boolean }>>();
  const start = () => {
    const next = waiting.shift();
    if (!next) return;
    const run = testCase(next, options, options.seconds);
    running.add(run);
  };
  for (let at = 0; at < options.jobs; at++) start();
  while (running.size > 0) {
    const [run, ended] = await Promise.race([...running].map((one) => one.then((result) => [one, result] as const)));
    running.delete(run);
    start();
    if (ended.isDoubtful) again.push(ended.tested);
    else yield ended;
  }
  for (const one of again) yield await testCase(one, options, options.secondsAlone);
}

async function testCase(
  tested: SuiteCase,
  { peer, role, isInsecure }: TestOptions,
  seconds: number,
): Promise<TestedCase & { readonly isDoubtful: boolean }> {
  const header: LogHeader = {
    ...bareHeader(tested.id, 'rows'),
    writer: role,
    underTest: otherRole(role),
    case: tested.id,
    started: new Date().toISOString(),
  };
  const socket = await reach(peer, { isInsecure, seconds });
  const head = headMaker(tested, role, peer, header);
  const played = await play({ socket, script: tested.script, header, head, limits: { seconds }, ending: 'probe' });
  const judged = judgeLog({ header, rows: played.rows });
  return { tested, judged, skipped: whySkipped(tested, judged), isDoubtful: isDoubtful(judged, played) };
}

function headMaker({ request, response, needs }: SuiteCase, role: Role, peer: Peer, header: LogHeader) {
  const withOffer = { ...header, extensions: needs };
  return (received: Uint8Array) => {
    if (role === 'client') {
      if (request.length > 0) return request;
      if (!('target' in peer)) throw new Error('a client needs a target');
      return requestFor(NO_OCTETS, peer.target, withOffer);
    }
    const isOffered = /^Sec-WebSocket-Extensions:.*permessage-deflate/im.test(latin1Of(received));
    return responseFor({ request, response }, received, isOffered ? withOffer : header);
  };
}

/** A charge, and something that a slower peer might yet have brought. */
function isDoubtful(judged: JudgedLog, { hasWaitedInVain }: Played): boolean {
  return hasWaitedInVain && judged.annotated.some(({ annotations }) => annotations.some(isCharged));
}

function whySkipped({ breaks, needs, request, response }: SuiteCase, judged: JudgedLog): string | null {
  const { deflate } = judged.connection;
  const isAboutHeads = request.length > 0 || response.length > 0;
  if (!isAboutHeads && needs !== null && deflate === null) return `the peer does not agree to ${needs}`;
  if (breaks === null) return null;
  const isAlive = judged.annotated.some(({ annotations }) =>
    annotations.some((one) => one.rule === breaks && (isStimulus(one) || one.intent === 'stimulus')),
  );
  return isAlive ? null : 'the fault did not come about: the connection took another course';
}
