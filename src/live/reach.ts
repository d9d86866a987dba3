// How the live peer is reached: it listens and is connected to, or it comes to a port that is listened on.

import { once } from 'node:events';
import { connect as connectTcp, createServer, isIP, type Server, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { UserError } from '../model/errors.ts';
import { addressInWords, type ListenAddress, type Target } from './address.ts';

/** Where the peer is: it listens, or it is waited for. */
export type Peer = { readonly target: Target } | { readonly listener: Listener };

export interface ReachOptions {
  readonly isInsecure?: boolean | undefined;
  /** How long the peer may take to take the connection, in seconds. */
  readonly seconds?: number | undefined;
  /** How long a client may take to come, in seconds. */
  readonly clientSeconds?: number | undefined;
}

const CONNECT_SECONDS = 5;
export const CLIENT_SECONDS = 60;

/** A connection with the peer. Throws `UserError` where there is none in time. */
export async function reach(
  peer: Peer,
  { isInsecure = false, seconds = 0, clientSeconds = CLIENT_SECONDS }: ReachOptions,
): Promise<Socket> {
  if ('listener' in peer) return peer.listener.next(clientSeconds);
  const { host, port, isSecure } = peer.target;
  const socket = isSecure
    ? connectTls({ host, port, servername: isIP(host) === 0 ? host : '', rejectUnauthorized: !isInsecure })
    : connectTcp({ host, port, allowHalfOpen: true });
  const signal = AbortSignal.timeout(Math.max(seconds, CONNECT_SECONDS) * 1000);
  try {
    await once(socket, isSecure ? 'secureConnect' : 'connect', { signal });
  } catch (error) {
    socket.on('error', () => {}).destroy();
    const why = signal.aborted ? 'it does not take the connection' : (error as Error).message;
    throw new UserError(`${host}:${port}: ${why}`);
  }
  return socket;
}

/** Connections that are waited for; who asked first gets the first. */
export interface Listener {
  readonly address: ListenAddress;
  /** The next connection. Throws `UserError` where none comes within so many seconds. */
  next(seconds: number): Promise<Socket>;
  close(): void;
}

/** Rejects with the system's error where it cannot listen. */
export async function listen({ host, port }: ListenAddress): Promise<Listener> {
  const arrived: Socket[] = [];
  const waiting: ((socket: Socket) => void)[] = [];
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    const take = waiting.shift();
    if (take) take(socket);
    else arrived.push(socket);
  });
  server.listen(port, host);
  await once(server, 'listening');
  const found = server.address() as { address: string; port: number };
  const address = { host: found.address, port: found.port };
  const wait = (seconds: number) =>
    new Promise<Socket>((resolve, reject) => {
      const take = (socket: Socket) => {
        clearTimeout(timer);
        resolve(socket);
      };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(take), 1);
        reject(new UserError(`${addressInWords(address)}: no client came within ${seconds} s`));
      }, seconds * 1000);
      waiting.push(take);
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
    },
  };
}
