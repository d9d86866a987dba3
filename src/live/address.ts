// Addresses as they are written on the command line: `ws://host:port/path`, `wss://host`, and `[host:]port` to listen on.

import { UserError } from '../model/errors.ts';

/** Where a live peer listens. */
export interface PeerAddress {
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
  /** Path and query of the request, `/` where none is named. */
  readonly path: string;
}

export interface ListenAddress {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'ws:': 80, 'wss:': 443 };

/** Throws `UserError` where the text is no WebSocket URL (RFC 6455 §3). */
export function targetOf(text: string): PeerAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  const port = url === null ? undefined : DEFAULT_PORTS[url.protocol];
  if (url === null || port === undefined || url.hostname === '') {
    throw new UserError(`"${text}" is not a WebSocket URL: write ws://host:port or wss://host:port`);
  }
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? port : Number(url.port),
    isSecure: url.protocol === 'wss:',
    path: `${url.pathname}${url.search}`,
  };
}

/** On 127.0.0.1 unless another host is named. Throws `UserError` where the text is no `[host:]port`. */
export function listenAddressOf(text: string): ListenAddress {
  const [, host, port] = /^(?:(.*):)?(\d{1,5})$/.exec(text) ?? [];
  if (port === undefined || Number(port) > 65_535) {
    throw new UserError(`"${text}" is not an address to listen on: write PORT or HOST:PORT`);
  }
  return { host: (host || '127.0.0.1').replace(/^\[|\]$/g, ''), port: Number(port) };
}

/** `127.0.0.1:9001`, `[::1]:9001`. */
export function addressInWords({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
