// Plays a script over a socket and logs what happens, as the endpoint that it plays: RX is what the live peer sent, TX
// what the script sent. Every wait has an end, so a peer that is silent, endless or slow ends by a limit with a log of
// what was there.

import type { Socket } from 'node:net';
import { type Judge, judge } from '../judge/judge.ts';
import { wholeOctets } from '../model/octets.ts';
import type { Direction, LogHeader, Role, Row } from '../model/row.ts';
import type { Frame } from '../protocol/frame/frame.ts';
import { isControl, OPCODE } from '../protocol/frame/opcode.ts';
import { statusOf } from '../protocol/handshake/handshake.ts';
import { FrameMaker } from './frame-maker.ts';
import type { Script, Step, TimerRow } from './script.ts';
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
  /** The slowest Pong to a probe, in seconds; null where none came. */
  readonly pongSeconds: number | null;
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
}

/** Resolves when both sides are over, or a limit is reached; the socket is destroyed then. */
export async function play({ socket, script, header, head, limits, ending = 'none' }: Play): Promise<Played> {
  const player = new Player(socket, header, { ...LIMITS, ...limits });
  try {
    await player.open(head);
    for (const step of script.steps) {
      if (player.isOver) break;
      await player.step(step);
    }
    await player.end(ending);
    await player.finish();
  } finally {
    socket.destroy();
  }
  const { rows, troubles, hasWaitedInVain, pongSeconds } = player;
  return { header, rows, troubles, hasWaitedInVain, pongSeconds };
}

/** A log may have paused for longer, in seconds; nobody waits so long for it again. */
const LONGEST_PAUSE = 3600;
/** Payload of the probing Ping: nothing else sends it. */
const PROBE = Buffer.from('wirelog-probe');
/** A server leaves the client so long to take its Close before it ends TCP, in seconds. */
const BEFORE_TCP_ENDS = 0.1;

class Player {
  readonly rows: Row[] = [];
  readonly troubles: string[] = [];
  hasWaitedInVain = false;
  pongSeconds: number | null = null;
  readonly #socket: Socket;
  readonly #limits: PlayLimits;
  readonly #role: Role | null;
  readonly #judge: Judge;
  readonly #maker: FrameMaker;
  readonly #begun = performance.now();
  readonly #headParts: Uint8Array[] = [];
  #received = 0;
  /** What has come whole from the peer; heads count among the frames. */
  readonly #come = { frame: 0, pong: 0, message: 0 };
  /** How many the peer sent fewer than in the log, of those that were waited for. */
  #fewer = 0;
  /** Octets that had come when something was waited for in vain: a peer that is silent since does not hold the script up. */
  #silentSince = -1;
  #hasPeerEnded = false;
  #hasEnded = false;
  #wake: (() => void) | null = null;
  #timerDue: number | null = null;
  #hasProbePong = false;
  /** The time to react was over when the probe was. */
  #wasProbedInVain = false;
  /** Octets of whole frames that were sent, and of all that was sent behind the head. */
  #framed = 0;
  #sentAfterHead = 0;

  constructor(socket: Socket, header: LogHeader, limits: PlayLimits) {
    this.#socket = socket;
    this.#limits = limits;
    this.#role = header.writer;
    this.#judge = judge(header, { withoutVerdict: true });
    this.#maker = new FrameMaker(header.writer ?? 'server');
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('end', () => this.#endOfPeer(false));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') this.#endOfPeer(true);
      else if (!this.#hasEnded) this.troubles.push(`the connection failed: ${error.message}`);
    });
    socket.on('close', () => this.#endOfPeer(false));
  }

  /** Nothing more can be sent or come. */
  get isOver(): boolean {
    return this.#hasPeerEnded || this.#hasEnded || this.#received > this.#limits.octets;
  }

  /** The opening handshake from this side: a client sends its head at once, a server when the request has come. */
  async open(make: HeadMaker): Promise<void> {
    if (this.#role === 'server' && !(await this.#until(() => this.#come.frame > 0))) {
      this.troubles.push(`no whole request came within ${this.#limits.seconds} s`);
      return;
    }
    const own = make(Buffer.concat(this.#headParts));
    if (own) {
      this.#send(own);
      this.#sentAfterHead = 0;
    } else this.troubles.push('the request has no Sec-WebSocket-Key, so there is no answer to it');
  }

  async step(step: Step): Promise<void> {
    await this.#waitFor(step);
    if (this.isOver) return;
    switch (step.kind) {
      case 'send':
        return this.#send(step.octets);
      case 'timer':
        return this.#timer(step.timer);
      case 'end':
        return this.#end(step.reset);
      case 'awaits': {
        if (!(await this.#until(() => this.#come[step.what] >= step.count)))
          this.#missing(`the peer sends ${this.#come[step.what]} of ${step.count} ${step.what}s`, step.row);
        return;
      }
      case 'peer-ends':
        if (!(await this.#until(() => this.#hasPeerEnded)))
          this.#missing('the peer does not end TCP as in the log', step.row);
    }
  }

  /** What comes behind the script. */
  async end(ending: CaseEnding): Promise<void> {
    if (this.isOver || ending === 'none') return;
    if (ending === 'drop') return this.#end(false);
    const { connection } = this.#judge;
    if (!(await this.#until(() => connection.response !== null))) return;
    // A handshake that failed, or should have, is over with its answer.
    if (!this.#isOpen()) return this.#end(false);
    if (!this.#canSendFrame()) return;
    if (ending === 'probe' && !(await this.#probe())) return;
    this.#send(this.#maker.frame({ opcode: OPCODE.CLOSE, payload: Uint8Array.of(0x03, 0xe8) }));
    await this.#until(() => connection.rx.close !== null);
  }

  /** A Ping and its Pong: only then may a Close be sent, which could excuse the peer. False where the peer is over. */
  async #probe(): Promise<boolean> {
    const sent = this.#seconds();
    this.#send(this.#maker.frame({ opcode: OPCODE.PING, payload: PROBE }));
    const { rx } = this.#judge.connection;
    const came = await this.#until(() => this.#hasProbePong || rx.close !== null);
    this.#wasProbedInVain = !came;
    if (!came || this.isOver) return false;
    if (this.#hasProbePong) this.pongSeconds = this.#seconds() - sent;
    return true;
  }

  /** The connection stands, and nothing was wrong with its handshake. */
  #isOpen(): boolean {
    const { response, rx, tx } = this.#judge.connection;
    const is101 = response !== null && statusOf(response) === 101;
    return is101 && tx.headFaults.length === 0 && rx.headFaults.length === 0;
  }

  /** This side has not closed the connection, and no frame that it sent waits for its rest. */
  #canSendFrame(): boolean {
    return this.#isOpen() && this.#judge.connection.tx.close === null && this.#framed === this.#sentAfterHead;
  }

  /** Waits for the peer's end, then ends. */
  async finish(): Promise<void> {
    const { rx, tx } = this.#judge.connection;
    // After the closing handshake it is the server that ends TCP (RFC 6455 §7.1.1).
    if (this.#role === 'server' && rx.close !== null && tx.close !== null && !this.isOver) {
      await this.#patiently(() => false, BEFORE_TCP_ENDS);
      if (!this.isOver) this.#end(false);
    }
    const isSilent = this.#wasProbedInVain && this.#silentSince === this.#received;
    if (!this.isOver) await this.#until(() => this.#hasPeerEnded, isSilent ? BEFORE_TCP_ENDS : this.#limits.seconds);
    if (!this.#hasEnded && !this.#hasPeerEnded) this.#end(false);
    if (!this.#hasPeerEnded) await this.#patiently(() => this.#hasPeerEnded, BEFORE_TCP_ENDS);
    if (this.#received > this.#limits.octets)
      this.troubles.push(`the peer sent more than ${this.#limits.octets} octets`);
  }

  async #waitFor({ after, time, row }: Step): Promise<void> {
    const want = () => this.#come.frame >= after - this.#fewer;
    const isSilent = this.#silentSince === this.#received;
    if (!want() && !(await this.#until(want, isSilent ? BEFORE_TCP_ENDS : this.#limits.seconds))) {
      const lacking = after - this.#fewer - this.#come.frame;
      const less = `${lacking} ${lacking === 1 ? 'frame' : 'frames'} less than in the log`;
      this.#missing(this.#hasPeerEnded ? `the peer ends TCP after ${less}` : `the peer sends ${less}`, row);
      this.#fewer += lacking;
    }
    if (!this.#limits.isTimed || time === null) return;
    await this.#patiently(() => this.#hasPeerEnded, Math.min(time - this.#seconds(), LONGEST_PAUSE));
  }

  #missing(what: string, row: number): void {
    this.troubles.push(`${what}, before row ${row}`);
  }

  #timer(timer: TimerRow): Promise<void> | undefined {
    if (timer.kind === 'delay') {
      this.#timerDue = performance.now() + (this.#limits.isTimed ? timer.seconds : Math.min(timer.seconds, 0.1)) * 1000;
    } else if (timer.kind === 'delay-over') return this.#awaitTimer(timer);
    this.#log(timer);
    return undefined;
  }

  async #awaitTimer(timer: TimerRow): Promise<void> {
    const left = (this.#timerDue ?? 0) - performance.now();
    await this.#patiently(() => this.#hasPeerEnded, Math.max(0, left / 1000));
    if (!this.#hasPeerEnded) this.#log(timer);
  }

  #send(octets: Uint8Array): void {
    if (!this.#socket.writable) return;
    this.#log({ kind: 'octets', row: 0, time: null, direction: 'tx', octets: wholeOctets(octets), sync: false });
    this.#sentAfterHead += octets.length;
    this.#socket.write(octets);
  }

  #end(reset: boolean): void {
    this.#hasEnded = true;
    this.#log({ kind: 'tcp-drop', row: 0, time: null, by: 'writer', reset });
    if (reset) this.#socket.resetAndDestroy();
    else this.#socket.end();
  }

  #receive(chunk: Buffer): void {
    this.#received += chunk.length;
    if (this.#received > this.#limits.octets) this.#socket.pause();
    if (this.#come.frame === 0) this.#headParts.push(chunk);
    this.#log({ kind: 'octets', row: 0, time: null, direction: 'rx', octets: wholeOctets(chunk), sync: false });
    this.#wake?.();
  }

  #endOfPeer(reset: boolean): void {
    if (!this.#hasPeerEnded && !this.#hasEnded) {
      this.#log({ kind: 'tcp-drop', row: 0, time: null, by: 'peer', reset });
    }
    this.#hasPeerEnded = true;
    this.#wake?.();
  }

  /** Gives the row its number and time, and counts what it brings. */
  #log(row: Row): void {
    const own = { ...row, row: this.rows.length, time: Math.round(this.#seconds() * 1e6) / 1e6 };
    this.rows.push(own);
    this.#count(this.#judge.push(own));
    this.#count(this.#judge.flush());
    this.#judge.takeLate();
  }

  #count(rows: ReturnType<Judge['flush']>): void {
    const isPeers = ({ direction }: { direction: Direction }) => direction === 'rx';
    for (const { heads, frames } of rows) {
      for (const { frame } of frames) this.#note(frame);
      this.#come.frame +=
        heads.filter(isPeers).length + frames.filter(({ frame }) => isPeers(frame) && frame.finished).length;
    }
  }

  #note(frame: Frame): void {
    if (!frame.finished) return;
    if (frame.direction === 'tx') this.#framed += frame.headerLength + frame.length;
    else if (frame.opcode === OPCODE.PONG) {
      this.#come.pong++;
      if (PROBE.equals(frame.payload)) this.#hasProbePong = true;
    } else if (frame.fin && !isControl(frame.opcode)) this.#come.message++;
  }

  #seconds(): number {
    return (performance.now() - this.#begun) / 1000;
  }

  /** False where it did not come true in time, or cannot any more. */
  async #until(holds: () => boolean, seconds = this.#limits.seconds): Promise<boolean> {
    const isTrue = await this.#patiently(holds, seconds);
    if (!isTrue && !this.#hasPeerEnded) {
      this.hasWaitedInVain = true;
      this.#silentSince = this.#received;
    }
    return isTrue;
  }

  async #patiently(holds: () => boolean, seconds: number): Promise<boolean> {
    const deadline = performance.now() + seconds * 1000;
    while (!holds()) {
      const left = deadline - performance.now();
      if (left <= 0 || this.#hasPeerEnded || this.#received > this.#limits.octets) return holds();
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = null;
    }
    return true;
  }
}
