// TLS on one connection: its records are decrypted with the secrets of a key log and handed on as what they hold. A
// connection that does not begin as TLS is handed on as it is.
//
// A record that lacks octets is lost; the next one is found again at the start of a segment, with its number tried out,
// because a number is part of what protects it.

import { type Octets, octetsInWords, wholeOctets } from '../../../model/octets.ts';
import type { DirectWriter, Moment, Side } from '../tcp-consumer.ts';
import type { ConversationConsumer } from '../web-socket-finder.ts';
import { isKnownSuite, nextSecret, type RecordCipher, tls12Ciphers, tls13Cipher } from './cipher.ts';
import {
  HANDSHAKE,
  type HandshakeMessage,
  openMessages,
  parseServerHello,
  randomOf,
  type ServerHello,
} from './hello.ts';
import type { SecretLabel, Secrets, TlsKeys } from './key-log.ts';

/** Connections that could not be decrypted, counted for the words at the end. */
export interface Encrypted {
  /** No secrets of them are known. */
  without: number;
  readonly unreadable: Map<string, number>;
}

interface LayerContext {
  readonly keys: TlsKeys;
  readonly encrypted: Encrypted;
  readonly drop: () => void;
  /** Takes the connection where it is no TLS. */
  readonly plain: () => ConversationConsumer;
  /** Takes what TLS protects. */
  readonly decrypted: () => ConversationConsumer;
}

const RECORD = { CHANGE_CIPHER_SPEC: 20, ALERT: 21, HANDSHAKE: 22, DATA: 23 } as const;
const HEADER = 5;
const LONGEST_RECORD = (1 << 14) + 2048;
/** The shortest protected record: header, tag and type. */
const SHORTEST_RECORD = HEADER + 17;
const NUMBERS_TRIED = 2000;

interface Half {
  /** Octets of records that are not complete. */
  waiting: Uint8Array;
  readonly messages: ReturnType<typeof openMessages>;
  cipher: RecordCipher | null;
  /** TLS 1.3: the secret of the application data, once that is due. */
  secret: Uint8Array | null;
  isApplication: boolean;
  /** Octets missing since the last record that could be read; -1 where none are. */
  missing: number;
  /** It was said that this side cannot be read. */
  isTold: boolean;
}

export class TlsLayer implements ConversationConsumer {
  private readonly context: LayerContext;
  private inner: ConversationConsumer | null = null;
  private isTls = false;
  private isOver = false;
  private readonly halves: readonly [Half, Half] = [newHalf(), newHalf()];
  private client: Side = 0;
  private clientRandom: Uint8Array | null = null;
  private hello: ServerHello | null = null;
  private secrets: Secrets = {};

  constructor(context: LayerContext) {
    this.context = context;
  }

  get direct(): DirectWriter | null {
    return this.isTls || this.isOver ? null : (this.inner?.direct ?? null);
  }

  octets(side: Side, octets: Octets, when: Moment): void {
    if (this.isOver) return;
    if (!this.inner && !this.isTls) this.decide(octets);
    if (!this.isTls) this.inner?.octets(side, octets, when);
    else if (!this.isOver) this.read(side, octets, when);
  }

  fin(side: Side, when: Moment): void {
    this.inner?.fin(side, when);
  }

  reset(side: Side, when: Moment): void {
    this.inner?.reset(side, when);
  }

  lost(side: Side, why: string, when: Moment): void {
    this.inner?.lost(side, why, when);
  }

  end(): void {
    if (this.isTls && !this.isOver) this.tellNothing();
    this.inner?.end();
    this.isOver = true;
  }

  /** None of its application's data could be read. */
  private tellNothing(): void {
    if (!this.inner) this.context.encrypted.without++;
    else if (!this.halves.some((half) => this.hasOpened(half))) {
      note(this.context.encrypted, 'its secrets in the key log do not open its records');
    }
  }

  private hasOpened({ isApplication, cipher }: Half): boolean {
    return isApplication && (this.hello?.isTls13 === true || (cipher?.sequence ?? 0) > 0);
  }

  private decide({ known }: Octets): void {
    const [type = 0, major, minor = 255] = known;
    this.isTls = type >= RECORD.CHANGE_CIPHER_SPEC && type <= RECORD.DATA && major === 3 && minor <= 4;
    if (!this.isTls) this.inner = this.context.plain();
    else if (type !== RECORD.HANDSHAKE) this.giveUp('begins after its TLS handshake; capture from the start on');
  }

  private giveUp(why: string): void {
    note(this.context.encrypted, why);
    this.leave();
  }

  private leave(): void {
    this.isOver = true;
    this.context.drop();
  }

  // ---- records

  private read(side: Side, { known, length }: Octets, when: Moment): void {
    const half = this.halves[side];
    if (half.missing >= 0) this.findAgain(half, known, length);
    else half.waiting = half.waiting.length === 0 ? Buffer.from(known) : Buffer.concat([half.waiting, known]);
    this.readRecords(side, half, when);
    if (known.length < length && !this.isOver) this.miss(side, half, length - known.length, when);
  }

  /** After a gap a record may begin with a segment. */
  private findAgain(half: Half, known: Uint8Array, length: number): void {
    const isBegun = half.waiting.length > 0;
    if (isBegun) half.waiting = Buffer.concat([half.waiting, known]);
    else if (known[0] === RECORD.DATA && known[1] === 3) half.waiting = Buffer.from(known);
    else half.missing += length;
  }

  private miss(side: Side, half: Half, count: number, when: Moment): void {
    if (half.missing < 0) {
      half.missing = 0;
      this.tellLost(
        side,
        `octets of TLS are not in the capture, ${octetsInWords(count)} here: records cannot be decrypted`,
        when,
      );
    }
    half.missing += count + half.waiting.length;
    half.waiting = new Uint8Array(0);
  }

  private tellLost(side: Side, why: string, when: Moment): void {
    if (this.inner) this.inner.lost(side, why, when);
    else if (this.hello === null) this.giveUp('octets of the TLS handshake are not in the capture');
  }

  private readRecords(side: Side, half: Half, when: Moment): void {
    let at = 0;
    const { waiting } = half;
    while (!this.isOver && at + HEADER <= waiting.length) {
      const size = ((waiting[at + 3] as number) << 8) | (waiting[at + 4] as number);
      if (waiting[at + 1] !== 3 || size > LONGEST_RECORD) {
        half.waiting = new Uint8Array(0);
        this.miss(side, half, waiting.length - at, when);
        return;
      }
      if (at + HEADER + size > waiting.length) break;
      const header = waiting.subarray(at, at + HEADER);
      const body = waiting.subarray(at + HEADER, at + HEADER + size);
      at += HEADER + size;
      if (half.missing >= 0 && !this.isInStep(half, header, body)) {
        half.missing += waiting.length;
        half.waiting = new Uint8Array(0);
        return;
      }
      this.takeRecord(side, half, { type: header[0] as number, header, body }, when);
    }
    half.waiting = waiting.subarray(at);
  }

  /** Which number has the record? It opens with no other. */
  private isInStep(half: Half, header: Uint8Array, body: Uint8Array): boolean {
    const { cipher } = half;
    if (!cipher) return false;
    const from = cipher.sequence;
    const most = Math.min(NUMBERS_TRIED, 1 + Math.floor(half.missing / SHORTEST_RECORD));
    for (let tried = 0; tried <= most; tried++) {
      cipher.sequence = from + tried;
      if (!cipher.open(header, body)) continue;
      cipher.sequence = from + tried;
      half.missing = -1;
      return true;
    }
    cipher.sequence = from;
    return false;
  }

  private takeRecord(
    side: Side,
    half: Half,
    record: { type: number; header: Uint8Array; body: Uint8Array },
    when: Moment,
  ): void {
    const { type, header, body } = record;
    if (type === RECORD.CHANGE_CIPHER_SPEC) {
      if (this.hello && !this.hello.isTls13) this.beginTls12(side, half);
      return;
    }
    const isProtected = this.hello?.isTls13 ? type === RECORD.DATA : half.isApplication;
    if (!isProtected) {
      if (type === RECORD.HANDSHAKE) this.takeMessages(side, half.messages.push(body));
      return;
    }
    const opened = this.openRecord(side, half, header, body);
    if (!opened) {
      this.tellUnreadable(side, half, when);
      return;
    }
    const inner = this.hello?.isTls13 ? innerOf(opened) : { type, octets: opened };
    if (inner.type === RECORD.DATA && inner.octets.length > 0) this.giveOctets(side, inner.octets, when);
    if (inner.type === RECORD.HANDSHAKE) this.takeMessages(side, half.messages.push(inner.octets));
  }

  private giveOctets(side: Side, octets: Uint8Array, when: Moment): void {
    const direct = this.inner?.direct;
    if (direct) direct.write(side, octets, 0, octets.length, when);
    else this.inner?.octets(side, wholeOctets(octets), when);
  }

  private openRecord(side: Side, half: Half, header: Uint8Array, body: Uint8Array): Uint8Array | null {
    const opened = half.cipher?.open(header, body) ?? null;
    if (opened || half.isApplication || !this.hello?.isTls13) return opened;
    // Without the secret of the handshake, or after early data, nothing tells where the application's data begin.
    const cipher = this.applicationCipher(side);
    const first = cipher?.open(header, body) ?? null;
    if (first && cipher) this.beginApplication(half, cipher, side);
    return first;
  }

  private tellUnreadable(side: Side, half: Half, when: Moment): void {
    if (half.isTold || !this.inner) return;
    const label = this.labelOf(side, 'TRAFFIC_SECRET_0');
    const isMissing = this.hello?.isTls13 && !this.secrets[label];
    // What does not open before the application's data begin is of the handshake.
    if (!half.isApplication && !isMissing) return;
    half.isTold = true;
    const why = isMissing ? `the key log has no ${label} of this connection` : 'the secrets do not open its records';
    this.inner.lost(side, `what this side sent cannot be decrypted: ${why}`, when);
  }

  // ---- the handshake

  private takeMessages(side: Side, messages: readonly HandshakeMessage[]): void {
    for (const { type, body } of messages) {
      if (type === HANDSHAKE.CLIENT_HELLO && !this.hello) {
        this.client = side;
        this.clientRandom = randomOf(body);
      } else if (type === HANDSHAKE.SERVER_HELLO && !this.hello) this.takeServerHello(body);
      else if (type === HANDSHAKE.FINISHED && this.hello?.isTls13) this.finish(side);
      else if (type === HANDSHAKE.KEY_UPDATE && this.hello?.isTls13) this.updateKey(side);
    }
  }

  private takeServerHello(body: Uint8Array): void {
    const hello = parseServerHello(body);
    if (!hello || hello.isRetry) return;
    this.hello = hello;
    const secrets = this.clientRandom && this.context.keys.of(Buffer.from(this.clientRandom).toString('hex'));
    const isUsable = secrets && (hello.isTls13 ? hasTraffic(secrets) : secrets.CLIENT_RANDOM !== undefined);
    if (!secrets || !isUsable) {
      this.context.encrypted.without++;
      this.leave();
      return;
    }
    if (!isKnownSuite(hello.suite, hello.isTls13)) {
      this.giveUp(
        `its cipher suite 0x${hello.suite.toString(16).padStart(4, '0')} is not one of those that are read, which are AES-GCM and ChaCha20`,
      );
      return;
    }
    this.secrets = secrets;
    this.inner = this.context.decrypted();
    if (!hello.isTls13) return;
    for (const side of [0, 1] as const) {
      const secret = secrets[this.labelOf(side, 'HANDSHAKE_TRAFFIC_SECRET')];
      if (secret) this.halves[side].cipher = tls13Cipher(hello.suite, secret);
    }
  }

  private labelOf(side: Side, kind: 'HANDSHAKE_TRAFFIC_SECRET' | 'TRAFFIC_SECRET_0'): SecretLabel {
    return `${side === this.client ? 'CLIENT' : 'SERVER'}_${kind}`;
  }

  private applicationCipher(side: Side): RecordCipher | null {
    const secret = this.secrets[this.labelOf(side, 'TRAFFIC_SECRET_0')];
    return secret && this.hello ? tls13Cipher(this.hello.suite, secret) : null;
  }

  private beginApplication(half: Half, cipher: RecordCipher | null, side: Side): void {
    half.cipher = cipher;
    half.secret = this.secrets[this.labelOf(side, 'TRAFFIC_SECRET_0')] ?? null;
    half.isApplication = true;
  }

  /** What the side sends after its Finished is the application's. */
  private finish(side: Side): void {
    const half = this.halves[side];
    if (!half.isApplication) this.beginApplication(half, this.applicationCipher(side), side);
  }

  private updateKey(side: Side): void {
    const half = this.halves[side];
    if (!half.secret || !this.hello) return;
    half.secret = nextSecret(this.hello.suite, half.secret);
    half.cipher = tls13Cipher(this.hello.suite, half.secret);
  }

  private beginTls12(side: Side, half: Half): void {
    const { hello, clientRandom } = this;
    const master = this.secrets.CLIENT_RANDOM;
    if (!hello || !clientRandom || !master || half.isApplication) return;
    const ciphers = tls12Ciphers(hello.suite, master, { client: clientRandom, server: hello.random });
    half.cipher = ciphers[side === this.client ? 0 : 1];
    half.isApplication = true;
  }
}

function note({ unreadable }: Encrypted, why: string): void {
  unreadable.set(why, (unreadable.get(why) ?? 0) + 1);
}

function hasTraffic(secrets: Secrets): boolean {
  return secrets.CLIENT_TRAFFIC_SECRET_0 !== undefined || secrets.SERVER_TRAFFIC_SECRET_0 !== undefined;
}

/** Of TLS 1.3: the type stands behind the content, with zeros behind it (RFC 8446 §5.2). */
function innerOf(plain: Uint8Array): { type: number; octets: Uint8Array } {
  let end = plain.length - 1;
  while (end > 0 && plain[end] === 0) end--;
  return { type: plain[end] ?? 0, octets: plain.subarray(0, Math.max(end, 0)) };
}

function newHalf(): Half {
  return {
    waiting: new Uint8Array(0),
    messages: openMessages(),
    cipher: null,
    secret: null,
    isApplication: false,
    missing: -1,
    isTold: false,
  };
}
