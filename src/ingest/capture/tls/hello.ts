// What the hellos of a TLS handshake say that decryption needs (RFC 8446 §4.1, RFC 5246 §7.4.1).

export const HANDSHAKE = { CLIENT_HELLO: 1, SERVER_HELLO: 2, FINISHED: 20, KEY_UPDATE: 24 } as const;

export interface HandshakeMessage {
  readonly type: number;
  readonly body: Uint8Array;
}

const LONGEST_MESSAGE = 1 << 18;

/** Puts handshake messages together from the records in which they come. */
export function openMessages(): { push(octets: Uint8Array): HandshakeMessage[] } {
  let waiting: Uint8Array = new Uint8Array(0);
  return {
    push: (octets) => {
      waiting = waiting.length === 0 ? Buffer.from(octets) : Buffer.concat([waiting, octets]);
      const messages: HandshakeMessage[] = [];
      for (;;) {
        const [type, a, b, c] = waiting;
        if (type === undefined || a === undefined || b === undefined || c === undefined) return messages;
        const length = (a << 16) | (b << 8) | c;
        if (length > LONGEST_MESSAGE) waiting = new Uint8Array(0);
        if (waiting.length < 4 + length) return messages;
        messages.push({ type, body: waiting.subarray(4, 4 + length) });
        waiting = waiting.subarray(4 + length);
      }
    },
  };
}

/** Of either hello. */
export function randomOf(hello: Uint8Array): Uint8Array {
  return Buffer.from(hello.subarray(2, 34));
}

/** SHA-256 of "HelloRetryRequest" (RFC 8446 §4.1.3). */
const RETRY = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';
const SUPPORTED_VERSIONS = 43;

export interface ServerHello {
  readonly random: Uint8Array;
  readonly suite: number;
  readonly isTls13: boolean;
  readonly isRetry: boolean;
}

/** Null where it is damaged. */
export function parseServerHello(body: Uint8Array): ServerHello | null {
  const session = body[34];
  if (session === undefined) return null;
  const at = 35 + session;
  const [high, low] = [body[at], body[at + 1]];
  if (high === undefined || low === undefined) return null;
  const random = randomOf(body);
  return {
    random,
    suite: (high << 8) | low,
    isTls13: hasTls13(body, at + 5),
    isRetry: Buffer.from(random).toString('hex') === RETRY,
  };
}

/** `at`: where the first extension begins. */
function hasTls13(body: Uint8Array, at: number): boolean {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  for (let place = at; place + 4 <= body.length; place += 4 + view.getUint16(place + 2)) {
    if (view.getUint16(place) === SUPPORTED_VERSIONS && place + 6 <= body.length)
      return view.getUint16(place + 4) === 0x0304;
  }
  return false;
}
