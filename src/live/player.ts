// Plays a script over a socket and logs what happens, as the endpoint that it plays: RX is what the live peer sent, TX
// what the script sent. Every wait has an end, so a peer that is silent, endless or slow ends by a limit with a log of
// what was there.

import type { Socket } from 'node:net';
import { counted } from '../model/counted.ts';
import type { LogHeader, Role, Row } from '../model/row.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { FrameMaker } from './frame-maker.ts';
import { type PlayLog, PROBE } from './play-log.ts';
import { PlaySocket } from './play-socket.ts';
import type { Script, ScriptStep, TimedRow } from './script.ts';
import type { CaseEnding } from './suite-case.ts';

export interface PlayLimits {
  /** The longest wait for something that the peer sent in the log, in seconds. */
  readonly seconds: number;
  /** Octets that the peer may send in all. */
  readonly octets: number;
  /** Do what the log waited for take as long as it took there? */
  readonly isTimed: boolean;
}

const LIMITS: PlayLimits = { seconds: 2, octets: 256 << 20, isTimed: true };

export interface Played {
  readonly header: LogHeader;
  readonly rows: readonly Row[];
  /** What went otherwise than in the log, in sentences. */
  readonly troubles: readonly string[];
  /** Something that was waited for did not come in time: a slower peer might have brought it. */
  readonly hasWaitedInVain: boolean;
  /** How many heads and frames have come whole from the peer. */
  readonly heard: number;
  /** The handshake was done, and soundly. */
  readonly isOpened: boolean;
  /** The last answer that was due did not come in time. */
  readonly isUnanswered: boolean;
  /** Nothing that the peer would have sent can be missing for want of time: its end had come, and not in answer to ours. */
  readonly isWhole: boolean;
  /** The peer's slowest answer to what had to be answered, in seconds; null where none came. */
  readonly answerSeconds: number | null;
}

/** The playing side's head for this connection, made from the peer's; null where that was not enough for one. */
type HeadMaker = (peer: Uint8Array) => Uint8Array | null;

export interface Play {
  readonly socket: Socket;
  readonly script: Script;
  readonly header: LogHeader;
  readonly head: HeadMaker;
  readonly limits?: Partial<PlayLimits>;
  /** As the script ends, by default; the others as in a case. */
  readonly ending?: CaseEnding;
  /** Ends the connection at once. */
  readonly signal?: AbortSignal | undefined;
}

/** Resolves when both sides are over, or a limit is reached; the socket is destroyed then. */
export async function play({ socket, script, header, head, limits, ending = 'none', signal }: Play): Promise<Played> {
  const player = new LogPlayer(socket, header, { ...LIMITS, ...limits });
  const stop = () => void socket.destroy();
  signal?.addEventListener('abort', stop);
  try {
    await player.open(head);
    for (const step of script.steps) {
      if (player.isOver) break;
      await player.step(step);
    }
    await player.end(ending);
    await player.finish();
  } finally {
    signal?.removeEventListener('abort', stop);
    socket.destroy();
  }
  const { rows, troubles, hasWaitedInVain, heard, isOpened, isUnanswered, isWhole, answerSeconds } = player;
  return { header, rows, troubles, hasWaitedInVain, heard, isOpened, isUnanswered, isWhole, answerSeconds };
}

/** A log may have paused for longer, in seconds; nobody waits so long for it again. */
const LONGEST_PAUSE = 3600;
/** A server leaves the client so much time to take its Close before it ends TCP, in seconds. */
const BEFORE_TCP_ENDS = 0.1;

class LogPlayer {
  hasWaitedInVain = false;
  isUnanswered = false;
  answerSeconds: number | null = null;
  readonly #socket: PlaySocket;
  readonly #log: PlayLog;
  readonly #limits: PlayLimits;
  readonly #role: Role | null;
  readonly #maker: FrameMaker;
  /** How many the peer sent fewer than in the log, of those that were waited for. */
  #fewer = 0;
  /** Octets that had come when something was waited for in vain: a peer that is silent since does not hold the script up. */
  #silentSince = -1;
  /** The peer's head did not come in time, so there is nothing to go on with. */
  #lacksHead = false;
  #timerDue: number | null = null;

  constructor(socket: Socket, header: LogHeader, limits: PlayLimits) {
    this.#socket = new PlaySocket(socket, header, limits.octets);
    this.#log = this.#socket.log;
    this.#limits = limits;
    this.#role = header.writer;
    this.#maker = new FrameMaker(header.writer ?? 'server');
  }

  get rows(): readonly Row[] {
    return this.#log.rows;
  }

  get troubles(): readonly string[] {
    return this.#socket.troubles;
  }

  /** Nothing more can be sent or come. */
  get isOver(): boolean {
    const { hasPeerEnded, hasEnded, isFlooded } = this.#socket;
    return hasPeerEnded || hasEnded || isFlooded || this.#lacksHead;
  }

  get heard(): number {
    return this.#log.come.frame;
  }

  get isOpened(): boolean {
    return this.#log.isOpen;
  }

  /** A client owes nothing after both Closes; a server owes the end of TCP (RFC 6455 §7.1.1). */
  get isWhole(): boolean {
    return this.#socket.hasPeerEndedFirst || (this.#role === 'server' && this.#log.hasBothCloses);
  }

  /** The opening handshake from this side: a client sends its head at once, a server when the request has come. */
  async open(make: HeadMaker): Promise<void> {
    if (this.#role === 'server' && !(await this.#until(() => this.#log.come.frame > 0))) {
      this.#trouble(`no whole request came within ${this.#limits.seconds} s`);
      this.#lacksHead = true;
      return;
    }
    const own = make(this.#socket.peersHead);
    if (own) this.#socket.sendHead(own);
    else this.#trouble('the request has no Sec-WebSocket-Key, so there is no answer to it');
  }

  async step(step: ScriptStep): Promise<void> {
    await this.#waitFor(step);
    if (this.isOver) return;
    switch (step.kind) {
      case 'send':
        return this.#socket.send(step.octets);
      case 'timer':
        return this.#timer(step.timer);
      case 'end':
        return this.#socket.end(step.reset);
      case 'awaits': {
        const { come } = this.#log;
        if (!(await this.#answered(() => come[step.what] >= step.count)))
          this.#missing(`the peer sends ${come[step.what]} of ${step.count} ${step.what}s`, step.row);
        return;
      }
      case 'peer-ends':
        if (!(await this.#until(() => this.#socket.hasPeerEnded)))
          this.#missing('the peer does not end TCP as in the log', step.row);
    }
  }

  /** What comes behind the script. */
  async end(ending: CaseEnding): Promise<void> {
    if (this.isOver || ending === 'none') return;
    if (ending === 'drop') return this.#socket.end(false);
    const { connection } = this.#log;
    if (!(await this.#answered(() => connection.response !== null))) return;
    // A handshake that failed, or should have, is over with its answer.
    if (!this.#log.isOpen) return this.#socket.end(false);
    if (!this.#log.canSendFrame) return;
    if (ending === 'probe' && !(await this.#probe())) return;
    this.#socket.send(this.#maker.frame({ opcode: OPCODE.CLOSE, payload: Uint8Array.of(0x03, 0xe8) }));
    await this.#answered(() => connection.rx.close !== null);
  }

  /** A Ping and its Pong: only then may a Close be sent, which could excuse the peer. False where the peer is over. */
  async #probe(): Promise<boolean> {
    this.#socket.send(this.#maker.frame({ opcode: OPCODE.PING, payload: PROBE }));
    const { rx } = this.#log.connection;
    const came = await this.#answered(() => this.#log.hasProbePong || rx.close !== null);
    return came && !this.isOver;
  }

  /** Waits for the peer's end, then ends. */
  async finish(): Promise<void> {
    // After the closing handshake it is the server that ends TCP (RFC 6455 §7.1.1).
    if (this.#role === 'server' && this.#log.hasBothCloses && !this.isOver) {
      await this.#socket.until(() => false, BEFORE_TCP_ENDS);
      if (!this.isOver) this.#socket.end(false);
    }
    if (!this.isOver)
      await this.#until(() => this.#socket.hasPeerEnded, this.isUnanswered ? BEFORE_TCP_ENDS : this.#limits.seconds);
    if (!this.#socket.hasEnded && !this.#socket.hasPeerEnded) this.#socket.end(false);
    if (!this.#socket.hasPeerEnded) await this.#socket.until(() => this.#socket.hasPeerEnded, BEFORE_TCP_ENDS);
    if (this.#socket.isFlooded) this.#trouble(`the peer sent more than ${this.#limits.octets} octets`);
  }

  async #waitFor({ after, time, row }: ScriptStep): Promise<void> {
    const want = () => this.#log.come.frame >= after - this.#fewer;
    const isSilent = this.#silentSince === this.#socket.received;
    if (!want() && !(await this.#until(want, isSilent ? BEFORE_TCP_ENDS : this.#limits.seconds))) {
      const lacking = after - this.#fewer - this.#log.come.frame;
      const less = `${counted(lacking, 'frame')} less than in the log`;
      this.#missing(this.#socket.hasPeerEnded ? `the peer ends TCP after ${less}` : `the peer sends ${less}`, row);
      this.#fewer += lacking;
      this.#lacksHead = this.#role === 'client' && this.#log.come.frame === 0;
    }
    if (!this.#limits.isTimed || time === null) return;
    await this.#socket.until(() => this.#socket.hasPeerEnded, Math.min(time - this.#log.seconds, LONGEST_PAUSE));
  }

  #trouble(sentence: string): void {
    this.#socket.troubles.push(sentence);
  }

  #missing(what: string, row: number): void {
    this.#trouble(`${what}, before row ${row}`);
  }

  #timer(timer: TimedRow): Promise<void> | undefined {
    if (timer.kind === 'delay') {
      this.#timerDue = performance.now() + (this.#limits.isTimed ? timer.seconds : Math.min(timer.seconds, 0.1)) * 1000;
    } else if (timer.kind === 'delay-over') return this.#awaitTimer(timer);
    this.#log.add(timer);
    return undefined;
  }

  async #awaitTimer(timer: TimedRow): Promise<void> {
    const left = (this.#timerDue ?? 0) - performance.now();
    await this.#socket.until(() => this.#socket.hasPeerEnded, Math.max(0, left / 1000));
    if (!this.#socket.hasPeerEnded) this.#log.add(timer);
  }

  /** Waits for what the peer has to answer, and measures how long it takes. */
  async #answered(holds: () => boolean): Promise<boolean> {
    const asked = this.#log.seconds;
    const isTrue = await this.#until(holds);
    if (isTrue) this.answerSeconds = Math.max(this.answerSeconds ?? 0, this.#log.seconds - asked);
    this.isUnanswered = !isTrue && !this.#socket.hasPeerEnded;
    return isTrue;
  }

  /** False where it did not come true in time, or cannot any more. */
  async #until(holds: () => boolean, seconds = this.#limits.seconds): Promise<boolean> {
    const isTrue = await this.#socket.until(holds, seconds);
    if (!isTrue && !this.#socket.hasPeerEnded) {
      this.hasWaitedInVain = true;
      this.#silentSince = this.#socket.received;
    }
    return isTrue;
  }
}
