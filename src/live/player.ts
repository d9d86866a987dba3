// Plays a script over a socket and logs what happens, as the endpoint that it plays: RX is what the live peer sent, TX
// what the script sent. Every wait has an end, so a peer that is silent, endless or slow ends by a limit with a log of
// what was there.

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Annotator, annotate } from '../judge/annotate.ts';
import { wholeOctets } from '../model/octets.ts';
import type { Direction, LogHeader, Role, Row } from '../model/row.ts';
import type { Frame } from '../protocol/frame/frame.ts';
import { unmask } from '../protocol/frame/masking.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { statusOf } from '../protocol/handshake/handshake.ts';
import type { Script, Step, TimerRow } from './script.ts';

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
  /**
   * `log`: as the script ends. `probe`: after the script a Ping, and once its Pong has come a Close: a Pong to a Ping that
   * was sent after a fault proves that the peer goes on, without a clock.
   */
  readonly ending?: 'log' | 'probe';
}

/** Resolves when both sides are over, or a limit is reached; the socket is destroyed then. */
export async function play({ socket, script, header, head, limits, ending = 'log' }: Play): Promise<Played> {
  const player = new Player(socket, header, { ...LIMITS, ...limits });
  try {
    await player.open(head);
    for (const step of script.steps) {
      if (player.isOver) break;
      await player.step(step);
    }
    if (ending === 'probe') await player.probe();
    await player.finish();
  } finally {
    socket.destroy();
  }
  const { rows, troubles, hasWaitedInVain, pongSeconds } = player;
  return { header, rows, troubles, hasWaitedInVain, pongSeconds };
}

/** Payload of the probing Ping: nothing else sends it. */
const PROBE = Buffer.from('wirelog-probe');
const MASKING_KEY = Uint8Array.of(0x5a, 0x21, 0xf0, 0x9c);
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
  readonly #annotator: Annotator;
  readonly #begun = performance.now();
  readonly #headParts: Uint8Array[] = [];
  #received = 0;
  /** Heads and frames that have come whole from the peer. */
  #things = 0;
  /** How many the peer sent fewer than in the log, of those that were waited for. */
  #fewer = 0;
  #hasPeerEnded = false;
  #hasEnded = false;
  #wake: (() => void) | null = null;
  #timerDue: number | null = null;
  #hasProbePong = false;
  /** Octets of whole frames that were sent, and of all that was sent behind the head. */
  #framed = 0;
  #sentAfterHead = 0;

  constructor(socket: Socket, header: LogHeader, limits: PlayLimits) {
    this.#socket = socket;
    this.#limits = limits;
    this.#role = header.writer;
    this.#annotator = annotate(header);
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
    if (this.#role === 'server' && !(await this.#until(() => this.#things > 0))) {
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
      case 'peer-ends':
        if (!(await this.#until(() => this.#hasPeerEnded)))
          this.#missing('the peer does not end TCP as in the log', step.row);
    }
  }

  /** A Ping, where one can be sent; its Pong; and only then a Close, which could excuse the peer. */
  async probe(): Promise<void> {
    if (this.isOver) return;
    const { connection } = this.#annotator;
    if (!(await this.#until(() => connection.response !== null))) return;
    // A handshake that failed, or should have, is over with its answer.
    if (!this.#isOpen()) return this.#end(false);
    if (!this.#canProbe()) return;
    const sent = this.#seconds();
    this.#send(this.#frame(OPCODE.PING, PROBE));
    const { rx } = connection;
    if (!(await this.#until(() => this.#hasProbePong || rx.close !== null)) || this.isOver) return;
    if (this.#hasProbePong) this.pongSeconds = this.#seconds() - sent;
    this.#send(this.#frame(OPCODE.CLOSE, Uint8Array.of(0x03, 0xe8)));
    await this.#until(() => rx.close !== null);
    if (this.#role === 'server' && !this.#hasPeerEnded) await this.#patiently(() => false, BEFORE_TCP_ENDS);
    if (this.#role === 'server' && !this.isOver) this.#end(false);
  }

  /** The connection stands, and nothing was wrong with its handshake. */
  #isOpen(): boolean {
    const { response, rx, tx } = this.#annotator.connection;
    const is101 = response !== null && statusOf(response) === 101;
    return is101 && tx.headFaults.length === 0 && rx.headFaults.length === 0;
  }

  /** This side has not closed the connection, and no frame that it sent waits for its rest. */
  #canProbe(): boolean {
    return this.#isOpen() && this.#annotator.connection.tx.close === null && this.#framed === this.#sentAfterHead;
  }

  #frame(opcode: number, payload: Uint8Array): Uint8Array {
    const isMasked = this.#role === 'client';
    const header = [0x80 | opcode, (isMasked ? 0x80 : 0) | payload.length];
    return Buffer.concat(
      isMasked
        ? [Uint8Array.from(header), MASKING_KEY, unmask(payload, MASKING_KEY)]
        : [Uint8Array.from(header), payload],
    );
  }

  /** Waits for the peer's end, then ends. */
  async finish(): Promise<void> {
    if (!this.#hasPeerEnded && !this.#hasEnded) await this.#until(() => this.#hasPeerEnded);
    if (!this.#hasEnded && !this.#hasPeerEnded) this.#end(false);
    if (!this.#hasPeerEnded) await this.#patiently(() => this.#hasPeerEnded, BEFORE_TCP_ENDS);
    if (this.#received > this.#limits.octets)
      this.troubles.push(`the peer sent more than ${this.#limits.octets} octets`);
  }

  async #waitFor({ after, time, row }: Step): Promise<void> {
    const want = () => this.#things >= after - this.#fewer;
    if (!want() && !(await this.#until(want))) {
      const lacking = after - this.#fewer - this.#things;
      const less = `${lacking} ${lacking === 1 ? 'frame' : 'frames'} less than in the log`;
      this.#missing(this.#hasPeerEnded ? `the peer ends TCP after ${less}` : `the peer sends ${less}`, row);
      this.#fewer += lacking;
    }
    if (!this.#limits.isTimed || time === null) return;
    const left = time - this.#seconds();
    if (left > 0)
      await Promise.race([sleep(Math.min(left, 3600) * 1000, undefined, { ref: false }), once(this.#socket, 'close')]);
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
    if (this.#things === 0) this.#headParts.push(chunk);
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
    this.#count(this.#annotator.push(own));
    this.#count(this.#annotator.flush());
    this.#annotator.takeLate();
  }

  #count(rows: ReturnType<Annotator['flush']>): void {
    const isPeers = ({ direction }: { direction: Direction }) => direction === 'rx';
    for (const { heads, frames } of rows) {
      for (const { frame } of frames) this.#note(frame);
      this.#things +=
        heads.filter(isPeers).length + frames.filter(({ frame }) => isPeers(frame) && frame.finished).length;
    }
  }

  #note(frame: Frame): void {
    if (!frame.finished) return;
    if (frame.direction === 'tx') this.#framed += frame.headerLength + frame.length;
    else if (frame.opcode === OPCODE.PONG && PROBE.equals(frame.payload)) this.#hasProbePong = true;
  }

  #seconds(): number {
    return (performance.now() - this.#begun) / 1000;
  }

  /** False where it did not come true in time, or cannot any more. */
  async #until(holds: () => boolean): Promise<boolean> {
    const isTrue = await this.#patiently(holds, this.#limits.seconds);
    if (!isTrue && !this.#hasPeerEnded) this.hasWaitedInVain = true;
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
