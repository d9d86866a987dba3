// The sockets of a NetLog in capture mode Everything: each octet that they send and receive is an event.

import { wholeOctets } from '../../model/octets.ts';
import type { Conversations } from '../capture/capture.ts';
import type { Side, Timestamp } from '../capture/tcp-consumer.ts';
import type { ConversationConsumer } from '../capture/web-socket-finder.ts';
import { stringOf } from '../json-value.ts';
import type { NetlogEvent } from './netlog-event.ts';

type Ends = [client: string | null, server: string | null];

interface Socket {
  readonly ends: Ends;
  isTls: boolean;
  consumer: ConversationConsumer | null;
  isOver: boolean;
}

/** Who sent the octets, and whether they are those inside TLS. */
const TRANSFERS: ReadonlyMap<string, readonly [side: Side, isPlain: boolean]> = new Map([
  ['SOCKET_BYTES_SENT', [0, false]],
  ['SOCKET_BYTES_RECEIVED', [1, false]],
  ['SSL_SOCKET_BYTES_SENT', [0, true]],
  ['SSL_SOCKET_BYTES_RECEIVED', [1, true]],
]);

export class NetlogSockets {
  /** Octets of some socket have come. */
  hasOctets = false;
  private readonly conversations: Conversations;
  private readonly sockets = new Map<number, Socket>();

  constructor(conversations: Conversations) {
    this.conversations = conversations;
  }

  take(event: NetlogEvent): void {
    const { type, source, isEnd, params, when } = event;
    const transfer = TRANSFERS.get(type);
    if (transfer) this.transfer(event, ...transfer);
    else if (type === 'SSL_CONNECT') this.socketOf(source).isTls = true;
    else if (type === 'SOCKET_ALIVE' && isEnd) this.close(source, when);
    else if (type === 'TCP_CONNECT') {
      const { ends } = this.socketOf(source);
      if (!isEnd) return;
      ends[0] = stringOf(params['local_address']) ?? ends[0];
      ends[1] = stringOf(params['remote_address']) ?? ends[1];
    }
  }

  endsOf(id: number | null): Readonly<Ends> {
    return (id !== null && this.sockets.get(id)?.ends) || [null, null];
  }

  end(): void {
    for (const { consumer } of this.sockets.values()) consumer?.end();
  }

  private socketOf(id: number): Socket {
    const known = this.sockets.get(id);
    if (known) return known;
    const socket: Socket = { ends: [null, null], isTls: false, consumer: null, isOver: false };
    this.sockets.set(id, socket);
    return socket;
  }

  private transfer({ source, when, params }: NetlogEvent, side: Side, isPlain: boolean): void {
    const socket = this.socketOf(source);
    // Under TLS the same octets are logged encrypted too.
    if (isPlain) socket.isTls = true;
    if (isPlain !== socket.isTls) return;
    const { bytes, byte_count: length } = params;
    if (length === 0 && !socket.isOver) {
      socket.isOver = true;
      socket.consumer?.fin(side, when);
    }
    if (typeof bytes !== 'string') return;
    const octets = Buffer.from(bytes, 'base64');
    if (octets.length === 0) return;
    this.hasOctets = true;
    const { ends, isTls } = socket;
    socket.consumer ??= this.conversations.connect({
      ends,
      ports: [portOf(ends[0]), portOf(ends[1])],
      hasStart: true,
      isByClient: true,
      isDecrypted: isTls,
    });
    socket.consumer.octets(side, wholeOctets(octets), when);
  }

  private close(id: number, when: Timestamp): void {
    const socket = this.sockets.get(id);
    if (!socket) return;
    // What the peer did not end the browser did.
    if (!socket.isOver) socket.consumer?.fin(0, when);
    socket.consumer?.end();
    this.sockets.delete(id);
  }
}

function portOf(end: string | null): number {
  return Number(/:(\d+)$/.exec(end ?? '')?.[1] ?? 0);
}
