// Plays a suite at a live peer. No fixed time tells a silent peer from a slow one. So a greeting comes first, with all the
// time in the world: who leaves that unanswered is not played any further. How long the cases wait follows from how fast
// the peer answers, and a case in which something was waited for in vain is played once more, when all others are done and
// with more time, before anybody is accused.

import { setMaxListeners } from 'node:events';
import { UserError } from '../model/errors.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { statusOf } from '../protocol/handshake/handshake.ts';
import { FrameMaker } from './frame-maker.ts';
import { type SuiteCase, scriptOfSteps, sendSteps } from './suite-case.ts';
import { accusationsIn, type CaseOptions, echoFault, type PlayedCase, type TestedCase, testCase } from './test-case.ts';

export interface TestOptions extends CaseOptions {
  readonly cases: readonly SuiteCase[];
  /** Connections at once. */
  readonly jobs: number;
  /** The longest wait at first, in seconds; where it is not given, it follows from how fast the peer answers. */
  readonly seconds?: number | undefined;
  /** The longest wait of the greeting, and of cases in which something was waited for in vain, in seconds. */
  readonly secondsAgain: number;
}

/** So many cases with the same finding are played again; where it stands in all of them, the others are believed. */
const PLAYED_AGAIN = 10;
/** So many connections refused one after the other, and the peer is gone. */
const MOST_REFUSED = 3;
/** So many handshakes unanswered one after the other, and the peer is greeted again. */
const MOST_UNANSWERED = 20;

const STAYS_MUTE = 'the peer falls silent, as in cases in which it had more time';
const NO_ECHO = 'the peer is no echo server: a plain text does not come back';

/**
 * Each case as it ends, those that were played again last. Throws `UserError` where the peer cannot be reached, or does not
 * answer: an unanswered greeting is handed out before that. Whoever stops early ends what is being played.
 */
export async function* testPeer(options: TestOptions): AsyncGenerator<TestedCase> {
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  try {
    yield* testAll({ ...options, signal: stop.signal });
  } finally {
    stop.abort();
  }
}

async function* testAll(options: TestOptions): AsyncGenerator<TestedCase> {
  const { cases, secondsAgain, jobs } = options;
  const greeting = await testCase(greetingFor(options), options, secondsAgain);
  const why = whyHopeless(greeting, options);
  if (why !== null) {
    if (greeting.judged !== null) yield greeting;
    throw new UserError(`${why}; ${notPlayed(cases.length)}`);
  }
  const patience = new Patience(options);
  patience.heard(greeting);
  const doubtful: PlayedCase[] = [];
  async function* round(some: readonly SuiteCase[], atOnce: number): AsyncGenerator<TestedCase> {
    for await (const ended of runAll(some, { ...options, jobs: atOnce }, () => patience.seconds)) {
      patience.heard(ended);
      if (ended.isDoubtful) doubtful.push(ended);
      else yield ended;
    }
  }
  const echoing = cases.filter(({ expectsEcho }) => expectsEcho);
  const isEcho = isEchoServer(greeting, echoing, options);
  // While the plain text is waited for, one connection is its own.
  if (jobs === 1) await isEcho;
  yield* round(
    cases.filter(({ expectsEcho }) => !expectsEcho),
    Math.max(1, jobs - 1),
  );
  if (await isEcho) yield* round(echoing, jobs);
  else for (const tested of echoing) yield { tested, judged: null, skipped: NO_ECHO, echo: null, troubles: [] };
  yield* settled(doubtful, options);
}

/** Does a plain text come back? What did not in the greeting gets the longer time. */
async function isEchoServer(
  { judged }: PlayedCase,
  echoing: readonly SuiteCase[],
  options: TestOptions,
): Promise<boolean> {
  const plain = echoing.find(({ id }) => id === 'echo/text-1') ?? echoing[0];
  if (!plain || (judged !== null && echoFault(judged) === null)) return true;
  const { judged: again, echo } = await testCase(plain, options, options.secondsAgain);
  return again === null || echo === null;
}

/** Doubtful cases, with all the time in the world: some of each finding, and the others as those turn out. */
async function* settled(doubtful: readonly PlayedCase[], options: TestOptions): AsyncGenerator<TestedCase> {
  const groups = grouped(doubtful, findingsOf);
  const keys = new Map(groups.flatMap(([key, all]) => samplesOf(all).map(({ tested }) => [tested, key] as const)));
  const refuted = new Set<string>();
  for await (const ended of runAll([...keys.keys()], options, () => options.secondsAgain)) {
    const key = keys.get(ended.tested) as string;
    if (findingsOf(ended) !== key) refuted.add(key);
    yield ended;
  }
  const others: SuiteCase[] = [];
  for (const [key, all] of groups) {
    for (const ended of all.filter(({ tested }) => !keys.has(tested))) {
      if (refuted.has(key)) others.push(ended.tested);
      // It was not silent for long enough to be accused.
      else yield ended.silence === null ? ended : { ...ended, skipped: STAYS_MUTE };
    }
  }
  yield* runAll(others, options, () => options.secondsAgain);
}

/** Cases that are as different as can be: of each broken rule the first, then others. */
function samplesOf(all: readonly PlayedCase[]): PlayedCase[] {
  const firsts = grouped(all, ({ tested }) => tested.breaks ?? '').flatMap(([, some]) => some.slice(0, 1));
  return [...new Set([...firsts, ...all])].slice(0, PLAYED_AGAIN);
}

function grouped(all: readonly PlayedCase[], keyOf: (ended: PlayedCase) => string): [string, PlayedCase[]][] {
  const groups = new Map<string, PlayedCase[]>();
  for (const ended of all) groups.set(keyOf(ended), [...(groups.get(keyOf(ended)) ?? []), ended]);
  return [...groups];
}

/** What is charged in the case: the same text, the same finding. */
function findingsOf(ended: PlayedCase): string {
  const charged = ended.judged === null ? [] : accusationsIn(ended.judged).sort();
  // What is charged to a silent peer depends on how long it was waited for.
  if (ended.silence !== null) return ended.silence;
  return [ended.echo === null ? '' : 'echo', ...new Set(charged)].join(' ');
}

/** A text and a Ping: whoever is there answers one of them. */
function greetingFor({ role }: TestOptions): SuiteCase {
  const maker = new FrameMaker(role);
  const ping = maker.frame({ opcode: OPCODE.PING, payload: Buffer.from('Hello') });
  const steps = sendSteps([maker.text('Hello'), ping]);
  return {
    id: 'greeting',
    aliases: [],
    breaks: null,
    title: 'A text and a Ping, of which at least the Ping is answered',
    script: scriptOfSteps([...steps, { kind: 'awaits', row: 0, after: 1, time: null, what: 'frame', count: 2 }]),
    request: new Uint8Array(0),
    response: new Uint8Array(0),
    needs: null,
    ending: 'drop',
    expectsEcho: false,
    isLarge: false,
    isTimed: false,
  };
}

/** Why nothing can be found out about the peer, in words; null where it is there. */
function whyHopeless({ judged, skipped, silence }: PlayedCase, { secondsAgain }: TestOptions): string | null {
  if (judged === null) return skipped;
  if (silence === 'from the start') return `the peer says nothing for ${secondsAgain} s`;
  if (silence === 'after the handshake')
    return `the peer says nothing for ${secondsAgain} s ${silence}, not even to a Ping`;
  const status = judged.connection.response === null ? null : statusOf(judged.connection.response);
  if (judged.header.writer === 'client' && status !== null && status !== 101)
    return `the peer answers a sound handshake with ${status}`;
  return null;
}

function notPlayed(count: number): string {
  return `${count} ${count === 1 ? 'case is' : 'cases are'} not played`;
}

/** What a wait in vain costs at least and before anything is known, in seconds. */
const SHORTEST = 0.3;
const UNKNOWN = 1;

/** How long a peer is waited for, from how fast it has answered so far. */
class Patience {
  readonly #seconds: number | undefined;
  readonly #longest: number;
  /** In rising order. */
  readonly #answers: number[] = [];

  constructor({ seconds, secondsAgain }: TestOptions) {
    this.#seconds = seconds;
    this.#longest = secondsAgain;
  }

  heard({ answerSeconds }: PlayedCase): void {
    if (answerSeconds === null) return;
    const at = this.#answers.findIndex((other) => other > answerSeconds);
    this.#answers.splice(at === -1 ? this.#answers.length : at, 0, answerSeconds);
  }

  /** Twenty times as long as usual for a fast peer, three times for a slow one. */
  get seconds(): number {
    if (this.#seconds !== undefined) return this.#seconds;
    const usual = this.#answers[this.#answers.length >> 1];
    if (usual === undefined) return Math.min(UNKNOWN, this.#longest);
    return Math.min(Math.max(SHORTEST, Math.min(20 * usual, 1 + 3 * usual)), this.#longest);
  }
}

/** `jobs` at once, in the order in which they end; `secondsOf` tells how long the case may wait. */
async function* runAll(
  cases: readonly SuiteCase[],
  options: TestOptions,
  secondsOf: (tested: SuiteCase) => number,
): AsyncGenerator<PlayedCase> {
  const waiting = [...cases];
  const running = new Map<SuiteCase, Promise<PlayedCase>>();
  let refused = 0;
  let unanswered = 0;
  const start = () => {
    const next = waiting.shift();
    if (next) running.set(next, testCase(next, options, secondsOf(next)));
  };
  for (let at = 0; at < options.jobs; at++) start();
  while (running.size > 0) {
    const ended = await Promise.race(running.values());
    running.delete(ended.tested);
    refused = ended.judged === null ? refused + 1 : 0;
    unanswered = ended.silence === 'from the start' ? unanswered + 1 : 0;
    const left = waiting.length + running.size;
    if (refused >= MOST_REFUSED) throw new UserError(`${ended.skipped}; ${notPlayed(left + refused)}`);
    if (unanswered >= MOST_UNANSWERED) {
      const greeting = await testCase(greetingFor(options), options, options.secondsAgain);
      const why = whyHopeless(greeting, options);
      if (why !== null)
        throw new UserError(`${why}, after it had answered other cases; ${notPlayed(left + unanswered)}`);
      unanswered = 0;
    }
    start();
    yield ended;
  }
}
