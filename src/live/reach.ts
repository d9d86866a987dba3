// How the live peer is reached: it listens and is connected to, or it comes to a port that is listened on.

import { once } from 'node:events';
import { connect as connectTcp, createServer, isIP, type Server, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { UserError } from '../model/errors.ts';
import { addressInWords, type ListenAddress, type PeerAddress } from './address.ts';

/** Where the peer is: it listens, or it is waited for. */
export type Peer = { readonly target: PeerAddress } | { readonly listener: Listener };

export interface ReachOptions {
  readonly isInsecure?: boolean | undefined;
  /** How long the peer may take to take the connection, in seconds. */
  readonly seconds?: number | undefined;
  /** How long a client may take to come, in seconds. */
  readonly clientSeconds?: number | undefined;
  /** Gives up at once. */
  readonly signal?: AbortSignal | undefined;
}

const CONNECT_SECONDS = 5;
export const CLIENT_SECONDS = 60;

/** A connection with the peer. Throws `UserError` where there is none in time. */
export async function reach(
  peer: Peer,
  { isInsecure = false, seconds = 0, clientSeconds = CLIENT_SECONDS, signal }: ReachOptions,
): Promise<Socket> {
  if ('listener' in peer) return peer.listener.next(clientSeconds);
  const { host, port, isSecure } = peer.target;
  const socket = isSecure
    ? connectTls({ host, port, servername: isIP(host) === 0 ? host : '', rejectUnauthorized: !isInsecure })
    : connectTcp({ host, port, allowHalfOpen: true });
  const late = AbortSignal.timeout(Math.ceil(Math.max(seconds, CONNECT_SECONDS) * 1000));
  try {
    const either = signal ? AbortSignal.any([signal, late]) : late;
    await once(socket, isSecure ? 'secureConnect' : 'connect', { signal: either });
  } catch (error) {
    socket.on('error', () => {}).destroy();
    const why = late.aborted ? 'it does not take the connection' : inOneLine(error as Error);
    throw new UserError(`${host}:${port}: ${why}`);
  }
  return socket;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EHOSTUNREACH: 'that host cannot be reached',
};

/** Why a connection failed. Where several addresses were tried, the system's error has no words; OpenSSL's are too many. */
export function inOneLine(error: NodeJS.ErrnoException & { readonly reason?: string }): string {
  const { code = '', reason, message } = error;
  if (Object.hasOwn(REASONS, code)) return `${REASONS[code]} (${code})`;
  if (/CERT|LEAF_SIGNATURE/.test(code)) return `${message}: --insecure takes the certificate as it is`;
  return reason === undefined ? message || code : `it does not speak TLS: ${reason}`;
}

/** Connections that are waited for; who asked first gets the first. */
export interface Listener {
  readonly address: ListenAddress;
  /** The next connection. Throws `UserError` where none comes within so many seconds, or before it is closed. */
  next(seconds: number): Promise<Socket>;
  close(): void;
}

/** Rejects with the system's error where it cannot listen. */
export async function listen({ host, port }: ListenAddress): Promise<Listener> {
  const arrived: Socket[] = [];
  const waiting: { readonly take: (socket: Socket) => void; readonly giveUp: () => void }[] = [];
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    const next = waiting.shift();
    if (next) next.take(socket);
    else arrived.push(socket);
  });
  server.listen(port, host);
  await once(server, 'listening');
  const found = server.address() as { address: string; port: number };
  const address = { host: found.address, port: found.port };
  const wait = (seconds: number) =>
    new Promise<Socket>((resolve, reject) => {
      const fail = (why: string) => {
        clearTimeout(timer);
        reject(new UserError(`${addressInWords(address)}: ${why}`));
      };
      const one = {
        take: (socket: Socket) => {
          clearTimeout(timer);
          resolve(socket);
        },
        giveUp: () => fail('it is not listened on any more'),
      };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(one), 1);
        fail(`no client came within ${seconds} s`);
      }, seconds * 1000);
      waiting.push(one);
    });
  return {
    address,
    next: async (seconds) => {
      // A client that is gone already has nothing to say.
      for (let socket = arrived.shift(); socket; socket = arrived.shift()) if (!socket.destroyed) return socket;
      return wait(seconds);
    },
    close: () => {
      server.close();
      for (const socket of arrived) socket.destroy();
      for (const one of waiting.splice(0)) one.giveUp();
    },
  };
}

/**
 * The peer had reset the connection before it was written to. Such a socket is destroyed at once, with all that has come on
 * it and was not read, so nobody can say that the peer did not answer.
 */
export function isLostInWriting({ code, syscall }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || (code === 'ECONNRESET' && syscall === 'write');
}
