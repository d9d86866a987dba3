// TLS key logs as NSS, OpenSSL, browsers and many others write them (SSLKEYLOGFILE): one secret a line, found by the
// ClientHello's random. Lines that are no secret are passed over.

export type SecretLabel =
  | 'CLIENT_RANDOM'
  | 'CLIENT_HANDSHAKE_TRAFFIC_SECRET'
  | 'SERVER_HANDSHAKE_TRAFFIC_SECRET'
  | 'CLIENT_TRAFFIC_SECRET_0'
  | 'SERVER_TRAFFIC_SECRET_0';

export type Secrets = Partial<Record<SecretLabel, Uint8Array>>;

export interface TlsKeys {
  add(text: string): void;
  /** Of the connection with that random, in hex; undefined where there are none. */
  of(clientRandom: string): Secrets | undefined;
  readonly size: number;
}

const LINE =
  /^[ \t]*(CLIENT_RANDOM|(?:CLIENT|SERVER)_(?:HANDSHAKE_TRAFFIC_SECRET|TRAFFIC_SECRET_0))[ \t]+([0-9a-f]{64})[ \t]+((?:[0-9a-f]{2}){32,64})[ \t]*\r?$/gim;

export function openTlsKeys(): TlsKeys {
  const known = new Map<string, Secrets>();
  return {
    add: (text) => {
      for (const [, label = '', random = '', secret = ''] of text.matchAll(LINE)) {
        const key = random.toLowerCase();
        const secrets = known.get(key) ?? {};
        secrets[label.toUpperCase() as SecretLabel] = Buffer.from(secret, 'hex');
        known.set(key, secrets);
      }
    },
    of: (clientRandom) => known.get(clientRandom),
    get size() {
      return known.size;
    },
  };
}
