// Heads of the opening handshake for a live connection, made from those of a log: what belongs to that connection alone
// is made anew, all else, faults included, stays as it was.

import { latin1Of } from '../model/octets.ts';
import type { LogHeader } from '../model/row.ts';
import { acceptFor } from '../protocol/handshake/handshake.ts';
import type { PeerAddress } from './address.ts';

/** A request where the log has none. The key is that of RFC 6455 §1.3. */
const REQUEST =
  'GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
const RESPONSE =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ';

/** The request of the log, or a plain one, for that target: its Host, and its path where it names one. */
export function requestFor(recorded: Uint8Array, target: PeerAddress, { extensions }: LogHeader): Uint8Array {
  const offer = extensions === null || extensions === 'none' ? '' : `Sec-WebSocket-Extensions: ${extensions}\r\n`;
  const text = recorded.length > 0 ? latin1Of(recorded) : `${REQUEST}${offer}\r\n`;
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  const isDefaultPort = target.port === (target.isSecure ? 443 : 80);
  const withHost = text.replace(/^(Host:[ \t]*)[^\r\n]*/im, `$1${host}${isDefaultPort ? '' : `:${target.port}`}`);
  return octetsOf(target.path === '/' ? withHost : withHost.replace(/^(\S+ )\S+/, `$1${target.path}`));
}

/**
 * The response of the log, or a plain 101, for that request; null where the request has no key. Sec-WebSocket-Accept is
 * made anew where it was right for the request of the log.
 */
export function responseFor(
  recorded: { readonly request: Uint8Array; readonly response: Uint8Array },
  request: Uint8Array,
  { extensions }: LogHeader,
): Uint8Array | null {
  const key = keyIn(request);
  const agreed = extensions === null || extensions === 'none' ? '' : `\r\nSec-WebSocket-Extensions: ${extensions}`;
  if (recorded.response.length === 0) {
    return key === null ? null : octetsOf(`${RESPONSE}${acceptFor(key)}${agreed}\r\n\r\n`);
  }
  const text = latin1Of(recorded.response);
  const recordedKey = keyIn(recorded.request);
  const accept = /^Sec-WebSocket-Accept:[ \t]*([^\r\n]*?)[ \t]*\r?$/im.exec(text)?.[1];
  const wasRight = accept !== undefined && (recordedKey === null || accept === acceptFor(recordedKey));
  if (!wasRight) return recorded.response;
  return key === null ? null : octetsOf(text.replace(accept, acceptFor(key)));
}

/** The value of Sec-WebSocket-Key; null where the head has none. */
export function keyIn(head: Uint8Array): string | null {
  return /^Sec-WebSocket-Key:[ \t]*([^\r\n]*?)[ \t]*\r?$/im.exec(latin1Of(head))?.[1] ?? null;
}

function octetsOf(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}
