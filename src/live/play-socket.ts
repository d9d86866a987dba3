// The socket of a connection that is played, with its log: what is sent and what comes is logged as it happens, and
// whoever waits for something is woken by it.

import type { Socket } from 'node:net';
import type { LogHeader } from '../model/row.ts';
import { PlayLog } from './play-log.ts';
import { isLostInWriting } from './reach.ts';

export class PlaySocket {
  readonly log: PlayLog;
  /** In sentences. */
  readonly troubles: string[] = [];
  /** Octets that have come from the peer. */
  received = 0;
  hasPeerEnded = false;
  /** It did so before this side did. */
  hasPeerEndedFirst = false;
  hasEnded = false;
  readonly #socket: Socket;
  readonly #mostOctets: number;
  readonly #headParts: Uint8Array[] = [];
  #wake: (() => void) | null = null;

  /** `mostOctets`: what the peer may send in all. */
  constructor(socket: Socket, header: LogHeader, mostOctets: number) {
    this.#socket = socket;
    this.#mostOctets = mostOctets;
    this.log = new PlayLog(header);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('end', () => this.#endOfPeer(false));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (isLostInWriting(error)) this.#lostInWriting();
      else if (error.code === 'ECONNRESET') this.#endOfPeer(true);
      else if (!this.hasEnded) this.troubles.push(`the connection failed: ${error.message}`);
    });
    socket.on('close', () => this.#endOfPeer(false));
  }

  /** The peer has sent more than it may. */
  get isFlooded(): boolean {
    return this.received > this.#mostOctets;
  }

  /** All that came up to the first whole head. */
  get peersHead(): Uint8Array {
    return Buffer.concat(this.#headParts);
  }

  sendHead(octets: Uint8Array): void {
    this.log.head(octets);
    this.#socket.write(octets);
  }

  send(octets: Uint8Array): void {
    if (!this.#socket.writable) return;
    this.log.sent(octets);
    this.#socket.write(octets);
  }

  end(reset: boolean): void {
    this.hasEnded = true;
    this.log.ended('writer', reset);
    if (reset) this.#socket.resetAndDestroy();
    else this.#socket.end();
  }

  /** Waits so many seconds at most. False where it did not come true in time, or cannot any more. */
  async until(holds: () => boolean, seconds: number): Promise<boolean> {
    const deadline = performance.now() + seconds * 1000;
    while (!holds()) {
      const left = deadline - performance.now();
      if (left <= 0 || this.hasPeerEnded || this.isFlooded) return holds();
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

  #receive(chunk: Buffer): void {
    this.received += chunk.length;
    if (this.isFlooded) this.#socket.pause();
    if (this.log.come.frame === 0) this.#headParts.push(chunk);
    this.log.received(chunk);
    this.#wake?.();
  }

  #endOfPeer(reset: boolean): void {
    if (!this.hasPeerEnded && !this.hasEnded) {
      this.hasPeerEndedFirst = true;
      this.log.ended('peer', reset);
    }
    this.hasPeerEnded = true;
    this.#wake?.();
  }

  #lostInWriting(): void {
    if (!this.hasPeerEnded && !this.hasEnded) {
      this.log.unread();
      this.troubles.push('the peer reset the connection while octets were sent to it: its last ones may be lost');
    }
    this.#endOfPeer(true);
  }
}
