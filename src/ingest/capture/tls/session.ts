// The keys of one TLS connection: what its hellos agree on, and the secrets that a key log has of it.

import type { Side } from '../tcp-consumer.ts';
import { isKnownSuite, nextSecret, type RecordCipher, tls12Ciphers, tls13Cipher } from './cipher.ts';
import { randomOf, type ServerHello } from './hello.ts';
import type { SecretLabel, Secrets, TlsKeys } from './key-log.ts';

export class TlsSession {
  hello: ServerHello | null = null;
  private readonly keys: TlsKeys;
  private client: Side = 0;
  private clientRandom: Uint8Array | null = null;
  private secrets: Secrets = {};

  constructor(keys: TlsKeys) {
    this.keys = keys;
  }

  get isTls13(): boolean {
    return this.hello?.isTls13 === true;
  }

  takeClientHello(side: Side, body: Uint8Array): void {
    this.client = side;
    this.clientRandom = randomOf(body);
  }

  /** Returns whether the key log has secrets of the connection that can be used. */
  takeServerHello(hello: ServerHello): boolean {
    this.hello = hello;
    const secrets = this.clientRandom && this.keys.of(Buffer.from(this.clientRandom).toString('hex'));
    const isUsable = secrets && (hello.isTls13 ? hasTraffic(secrets) : secrets.CLIENT_RANDOM !== undefined);
    if (!secrets || !isUsable) return false;
    this.secrets = secrets;
    return true;
  }

  /** The cipher suite where it is none of those that are read; null where it is. */
  get unknownSuite(): string | null {
    const { hello } = this;
    if (!hello || isKnownSuite(hello.suite, hello.isTls13)) return null;
    return `0x${hello.suite.toString(16).padStart(4, '0')}`;
  }

  labelOf(side: Side, kind: 'HANDSHAKE_TRAFFIC_SECRET' | 'TRAFFIC_SECRET_0'): SecretLabel {
    return `${side === this.client ? 'CLIENT' : 'SERVER'}_${kind}`;
  }

  /** TLS 1.3: the secret of what the side sends of the application. */
  trafficSecretOf(side: Side): Uint8Array | null {
    return this.secrets[this.labelOf(side, 'TRAFFIC_SECRET_0')] ?? null;
  }

  /** TLS 1.3. */
  handshakeCipherOf(side: Side): RecordCipher | null {
    return this.cipherOf(this.secrets[this.labelOf(side, 'HANDSHAKE_TRAFFIC_SECRET')] ?? null);
  }

  /** TLS 1.3: null where there is no secret. */
  cipherOf(secret: Uint8Array | null): RecordCipher | null {
    return secret && this.hello ? tls13Cipher(this.hello.suite, secret) : null;
  }

  /** TLS 1.3: the secret behind a KeyUpdate (RFC 8446 §7.2). */
  updated(secret: Uint8Array): Uint8Array {
    return this.hello ? nextSecret(this.hello.suite, secret) : secret;
  }

  tls12CipherOf(side: Side): RecordCipher | null {
    const { hello, clientRandom } = this;
    const master = this.secrets.CLIENT_RANDOM;
    if (!hello || !clientRandom || !master) return null;
    return tls12Ciphers(hello.suite, master, { client: clientRandom, server: hello.random })[
      side === this.client ? 0 : 1
    ];
  }
}

function hasTraffic(secrets: Secrets): boolean {
  return secrets.CLIENT_TRAFFIC_SECRET_0 !== undefined || secrets.SERVER_TRAFFIC_SECRET_0 !== undefined;
}
