// The protection of TLS records by AEAD ciphers: TLS 1.3 (RFC 8446 §5, §7) and TLS 1.2 (RFC 5246 §6, RFC 5288, RFC 7905).

import { createDecipheriv, createHmac } from 'node:crypto';

/** Opens the records of one direction, in order. */
export interface RecordCipher {
  /** `header`: the record's five octets. Null where it does not open; then nothing has changed. */
  open(header: Uint8Array, body: Uint8Array): Uint8Array | null;
  /** How many records were opened. */
  sequence: number;
}

type Algorithm = 'aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305';

interface CipherSuite {
  readonly algorithm: Algorithm;
  readonly hash: 'sha256' | 'sha384';
  readonly key: number;
}

const AES_128: CipherSuite = { algorithm: 'aes-128-gcm', hash: 'sha256', key: 16 };
const AES_256: CipherSuite = { algorithm: 'aes-256-gcm', hash: 'sha384', key: 32 };
const CHACHA: CipherSuite = { algorithm: 'chacha20-poly1305', hash: 'sha256', key: 32 };

const TLS13_SUITES: ReadonlyMap<number, CipherSuite> = new Map([
  [0x1301, AES_128],
  [0x1302, AES_256],
  [0x1303, CHACHA],
]);

const TLS12_SUITES: ReadonlyMap<number, CipherSuite> = new Map([
  ...[0x009c, 0x009e, 0xc02b, 0xc02f].map((id) => [id, AES_128] as const),
  ...[0x009d, 0x009f, 0xc02c, 0xc030].map((id) => [id, AES_256] as const),
  ...[0xcca8, 0xcca9, 0xccaa].map((id) => [id, CHACHA] as const),
]);

export function isKnownSuite(id: number, isTls13: boolean): boolean {
  return (isTls13 ? TLS13_SUITES : TLS12_SUITES).has(id);
}

const TAG = 16;
const NONCE = 12;

/** Null where the record was not protected with that key and nonce. */
function decrypt(
  suite: CipherSuite,
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  aad: Uint8Array,
): Uint8Array | null {
  if (sealed.length < TAG) return null;
  const end = sealed.length - TAG;
  try {
    // The types know each algorithm apart.
    const decipher = createDecipheriv(suite.algorithm as 'chacha20-poly1305', key, nonce, { authTagLength: TAG });
    decipher.setAAD(aad, { plaintextLength: end });
    decipher.setAuthTag(sealed.subarray(end));
    const plain = decipher.update(sealed.subarray(0, end));
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    return null;
  }
}

/** The IV with the record's number in it (RFC 8446 §5.3). */
function nonceOf(iv: Uint8Array, sequence: number): Uint8Array {
  const nonce = Buffer.from(iv);
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(sequence));
  for (let i = 0; i < 8; i++) nonce[NONCE - 8 + i] = (nonce[NONCE - 8 + i] as number) ^ (number[i] as number);
  return nonce;
}

// ---- TLS 1.3

/** HKDF-Expand-Label without context (RFC 8446 §7.1). */
function expandLabel(hash: string, secret: Uint8Array, label: string, length: number): Uint8Array {
  const name = Buffer.from(`tls13 ${label}`, 'latin1');
  const info = Buffer.concat([Buffer.from([length >> 8, length & 255, name.length]), name, Buffer.from([0])]);
  const out: Buffer[] = [];
  let block: Uint8Array = Buffer.alloc(0);
  for (let size = 0, i = 1; size < length; i++) {
    block = createHmac(hash, secret)
      .update(block)
      .update(info)
      .update(Buffer.from([i]))
      .digest();
    out.push(block as Buffer);
    size += block.length;
  }
  return Buffer.concat(out).subarray(0, length);
}

export function tls13Cipher(suiteId: number, secret: Uint8Array): RecordCipher {
  const suite = TLS13_SUITES.get(suiteId) as CipherSuite;
  const key = expandLabel(suite.hash, secret, 'key', suite.key);
  const iv = expandLabel(suite.hash, secret, 'iv', NONCE);
  return {
    sequence: 0,
    open(header, body) {
      const plain = decrypt(suite, key, nonceOf(iv, this.sequence), body, header);
      if (plain) this.sequence++;
      return plain;
    },
  };
}

/** The traffic secret after a KeyUpdate (RFC 8446 §7.2). */
export function nextSecret(suiteId: number, secret: Uint8Array): Uint8Array {
  const { hash } = TLS13_SUITES.get(suiteId) as CipherSuite;
  return expandLabel(hash, secret, 'traffic upd', hash === 'sha384' ? 48 : 32);
}

// ---- TLS 1.2

/** P_hash of RFC 5246 §5 with the label in front. */
function prf(hash: string, secret: Uint8Array, label: string, seed: Uint8Array, length: number): Buffer {
  const whole = Buffer.concat([Buffer.from(label, 'latin1'), seed]);
  const out: Buffer[] = [];
  let a: Uint8Array = whole;
  for (let size = 0; size < length; ) {
    a = createHmac(hash, secret).update(a).digest();
    const block = createHmac(hash, secret).update(a).update(whole).digest();
    out.push(block);
    size += block.length;
  }
  return Buffer.concat(out).subarray(0, length);
}

export interface Tls12Randoms {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

/** The ciphers of the client's and of the server's records. */
export function tls12Ciphers(suiteId: number, master: Uint8Array, randoms: Tls12Randoms): [RecordCipher, RecordCipher] {
  const suite = TLS12_SUITES.get(suiteId) as CipherSuite;
  const isGcm = suite.algorithm !== 'chacha20-poly1305';
  const ivLength = isGcm ? 4 : NONCE;
  const seed = Buffer.concat([randoms.server, randoms.client]);
  const block = prf(suite.hash, master, 'key expansion', seed, 2 * (suite.key + ivLength));
  const keys = [block.subarray(0, suite.key), block.subarray(suite.key, 2 * suite.key)] as const;
  const ivs = [2 * suite.key, 2 * suite.key + ivLength].map((at) => block.subarray(at, at + ivLength));
  const cipher = (side: 0 | 1): RecordCipher => ({
    sequence: 0,
    open(header, body) {
      const explicit = isGcm ? 8 : 0;
      if (body.length < explicit + TAG) return null;
      const iv = ivs[side] as Uint8Array;
      const nonce = isGcm ? Buffer.concat([iv, body.subarray(0, 8)]) : nonceOf(iv, this.sequence);
      const aad = Buffer.alloc(13);
      aad.writeBigUInt64BE(BigInt(this.sequence));
      aad.set(header.subarray(0, 3), 8);
      aad.writeUInt16BE(body.length - explicit - TAG, 11);
      const plain = decrypt(suite, keys[side], nonce, body.subarray(explicit), aad);
      if (plain) this.sequence++;
      return plain;
    },
  });
  return [cipher(0), cipher(1)];
}
