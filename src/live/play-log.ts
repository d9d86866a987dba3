// The log of a connection while it is played: rows as they come about, and what they bring, decoded at once.

import { type Judge, judge } from '../judge/judge.ts';
import { wholeOctets } from '../model/octets.ts';
import type { Direction, LogHeader, Row } from '../model/row.ts';
import type { Connection } from '../protocol/connection.ts';
import type { Frame } from '../protocol/frame/frame.ts';
import { isControl, OPCODE } from '../protocol/frame/opcode.ts';
import { statusOf } from '../protocol/handshake/handshake.ts';

/** Payload of the probing Ping: nothing else sends it. */
export const PROBE = Buffer.from('wirelog-probe');

export class PlayLog {
  readonly rows: Row[] = [];
  /** What has come whole from the peer; heads count among the frames. */
  readonly come = { frame: 0, pong: 0, message: 0 };
  hasProbePong = false;
  readonly #judge: Judge;
  readonly #begun = performance.now();
  /** Octets of whole frames that were sent, and of all that was sent behind the head. */
  #framed = 0;
  #sentAfterHead = 0;

  constructor(header: LogHeader) {
    this.#judge = judge(header, { withoutVerdict: true });
  }

  get connection(): Connection {
    return this.#judge.connection;
  }

  /** Since the connection began. */
  get seconds(): number {
    return (performance.now() - this.#begun) / 1000;
  }

  /** The connection stands, and nothing was wrong with its handshake. */
  get isOpen(): boolean {
    const { response, rx, tx } = this.connection;
    const is101 = response !== null && statusOf(response) === 101;
    return is101 && tx.headFaults.length === 0 && rx.headFaults.length === 0;
  }

  /** This side has not closed the connection, and no frame that it sent waits for its rest. */
  get canSendFrame(): boolean {
    return this.isOpen && this.connection.tx.close === null && this.#framed === this.#sentAfterHead;
  }

  /** Both sides have sent a Close. */
  get hasBothCloses(): boolean {
    const { rx, tx } = this.connection;
    return rx.close !== null && tx.close !== null;
  }

  head(octets: Uint8Array): void {
    this.#octets('tx', octets);
  }

  sent(octets: Uint8Array): void {
    this.#octets('tx', octets);
    this.#sentAfterHead += octets.length;
  }

  received(octets: Uint8Array): void {
    this.#octets('rx', octets);
  }

  /** Octets of the peer may have come that nobody has read, nor will. */
  unread(): void {
    this.add({ kind: 'log-off', row: 0, time: null });
  }

  ended(by: 'writer' | 'peer', reset: boolean): void {
    this.add({ kind: 'tcp-drop', row: 0, time: null, by, reset });
  }

  /** Gives the row its number and time, and counts what it brings. */
  add(row: Row): void {
    const own = { ...row, row: this.rows.length, time: Math.round(this.seconds * 1e6) / 1e6 };
    this.rows.push(own);
    this.#count(this.#judge.push(own));
    this.#count(this.#judge.flush());
    this.#judge.takeLate();
  }

  #octets(direction: Direction, octets: Uint8Array): void {
    this.add({ kind: 'octets', row: 0, time: null, direction, octets: wholeOctets(octets), sync: false });
  }

  #count(rows: ReturnType<Judge['flush']>): void {
    for (const { heads, frames } of rows) {
      this.come.frame += heads.filter(({ direction }) => direction === 'rx').length;
      for (const { frame } of frames) if (frame.finished) this.#note(frame);
    }
  }

  #note(frame: Frame): void {
    if (frame.direction === 'tx') {
      this.#framed += frame.headerLength + frame.length;
      return;
    }
    this.come.frame++;
    if (frame.opcode === OPCODE.PONG) {
      this.come.pong++;
      if (PROBE.equals(frame.payload)) this.hasProbePong = true;
    } else if (frame.fin && !isControl(frame.opcode)) this.come.message++;
  }
}
