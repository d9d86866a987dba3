// TLS on one connection: its records are decrypted with the secrets of a key log and handed on as what they hold. A
// connection that does not begin as TLS is handed on as it is.
//
// A record that lacks octets is lost; the next one is found again at the start of a segment, with its number tried out,
// because a number is part of what protects it.

import { type Octets, octetsInWords, wholeOctets } from '../../../model/octets.ts';
import type { DirectWriter, Side, Timestamp } from '../tcp-consumer.ts';
import type { ConversationConsumer } from '../web-socket-finder.ts';
import type { RecordCipher } from './cipher.ts';
import { HANDSHAKE, type HandshakeMessage, openMessages, parseServerHello } from './hello.ts';
import type { TlsKeys } from './key-log.ts';
import { TlsSession } from './session.ts';

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

interface TlsSide {
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
  private readonly halves: readonly [TlsSide, TlsSide] = [newHalf(), newHalf()];
  private readonly session: TlsSession;

  constructor(context: LayerContext) {
    this.context = context;
    this.session = new TlsSession(context.keys);
  }

  get direct(): DirectWriter | null {
    return this.isTls || this.isOver ? null : (this.inner?.direct ?? null);
  }

  octets(side: Side, octets: Octets, when: Timestamp): void {
    if (this.isOver) return;
    if (!this.inner && !this.isTls) this.decide(octets);
    if (!this.isTls) this.inner?.octets(side, octets, when);
    else if (!this.isOver) this.read(side, octets, when);
  }

  fin(side: Side, when: Timestamp): void {
    this.inner?.fin(side, when);
  }

  reset(side: Side, when: Timestamp): void {
    this.inner?.reset(side, when);
  }

  lost(side: Side, why: string, when: Timestamp): void {
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

  private hasOpened({ isApplication, cipher }: TlsSide): boolean {
    return isApplication && (this.session.isTls13 || (cipher?.sequence ?? 0) > 0);
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

  private read(side: Side, { known, length, exact }: Octets, when: Timestamp): void {
    const half = this.halves[side];
    if (half.missing >= 0) this.findAgain(half, known, length);
    else half.waiting = half.waiting.length === 0 ? Buffer.from(known) : Buffer.concat([half.waiting, known]);
    this.readRecords(side, half, when);
    if ((known.length < length || !exact) && !this.isOver) this.miss(side, half, length - known.length, when, exact);
  }

  /** After a gap a record may begin with a segment. */
  private findAgain(half: TlsSide, known: Uint8Array, length: number): void {
    const isBegun = half.waiting.length > 0;
    if (isBegun) half.waiting = Buffer.concat([half.waiting, known]);
    else if (known[0] === RECORD.DATA && known[1] === 3) half.waiting = Buffer.from(known);
    else half.missing += length;
  }

  /** `isExact`: it is so many octets, and not one more. */
  private miss(side: Side, half: TlsSide, count: number, when: Timestamp, isExact = true): void {
    if (half.missing < 0) {
      half.missing = 0;
      this.tellLost(
        side,
        `octets of TLS are not in the capture, ${isExact ? '' : 'at least '}${octetsInWords(count)} here: records cannot be decrypted`,
        when,
      );
    }
    half.missing += count + half.waiting.length;
    half.waiting = new Uint8Array(0);
  }

  private tellLost(side: Side, why: string, when: Timestamp): void {
    if (this.inner) this.inner.lost(side, why, when);
    else if (this.session.hello === null) this.giveUp('octets of the TLS handshake are not in the capture');
  }

  private readRecords(side: Side, half: TlsSide, when: Timestamp): void {
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
  private isInStep(half: TlsSide, header: Uint8Array, body: Uint8Array): boolean {
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
    half: TlsSide,
    record: { type: number; header: Uint8Array; body: Uint8Array },
    when: Timestamp,
  ): void {
    const { type, header, body } = record;
    if (type === RECORD.CHANGE_CIPHER_SPEC) {
      if (this.session.hello && !this.session.isTls13) this.beginTls12(side, half);
      return;
    }
    const isProtected = this.session.isTls13 ? type === RECORD.DATA : half.isApplication;
    if (!isProtected) {
      if (type === RECORD.HANDSHAKE) this.takeMessages(side, half.messages.push(body));
      return;
    }
    const opened = this.openRecord(side, half, header, body);
    if (!opened) {
      this.tellUnreadable(side, half, when);
      return;
    }
    const inner = this.session.isTls13 ? innerOf(opened) : { type, octets: opened };
    if (inner.type === RECORD.DATA && inner.octets.length > 0) this.giveOctets(side, inner.octets, when);
    if (inner.type === RECORD.HANDSHAKE) this.takeMessages(side, half.messages.push(inner.octets));
  }

  private giveOctets(side: Side, octets: Uint8Array, when: Timestamp): void {
    const direct = this.inner?.direct;
    if (direct) direct.write(side, octets, 0, octets.length, when);
    else this.inner?.octets(side, wholeOctets(octets), when);
  }

  private openRecord(side: Side, half: TlsSide, header: Uint8Array, body: Uint8Array): Uint8Array | null {
    const opened = half.cipher?.open(header, body) ?? null;
    if (opened || half.isApplication || !this.session.isTls13) return opened;
    // Without the secret of the handshake, or after early data, nothing tells where the application's data begin.
    const { cipher } = half;
    this.beginApplication(half, this.session.trafficSecretOf(side));
    const first = half.cipher?.open(header, body) ?? null;
    if (!first) Object.assign(half, { cipher, secret: null, isApplication: false });
    return first;
  }

  private tellUnreadable(side: Side, half: TlsSide, when: Timestamp): void {
    if (half.isTold || !this.inner) return;
    const label = this.session.labelOf(side, 'TRAFFIC_SECRET_0');
    const isMissing = this.session.isTls13 && this.session.trafficSecretOf(side) === null;
    // What does not open before the application's data begin is of the handshake.
    if (!half.isApplication && !isMissing) return;
    half.isTold = true;
    const why = isMissing ? `the key log has no ${label} of this connection` : 'the secrets do not open its records';
    this.inner.lost(side, `what this side sent cannot be decrypted: ${why}`, when);
  }

  // ---- the handshake

  private takeMessages(side: Side, messages: readonly HandshakeMessage[]): void {
    for (const { type, body } of messages) {
      if (type === HANDSHAKE.CLIENT_HELLO && !this.session.hello) {
        this.session.takeClientHello(side, body);
      } else if (type === HANDSHAKE.SERVER_HELLO && !this.session.hello) this.takeServerHello(body);
      else if (type === HANDSHAKE.FINISHED && this.session.isTls13) this.finish(side);
      else if (type === HANDSHAKE.KEY_UPDATE && this.session.isTls13) this.updateKey(side);
    }
  }

  private takeServerHello(body: Uint8Array): void {
    const hello = parseServerHello(body);
    if (!hello || hello.isRetry) return;
    const { session } = this;
    if (!session.takeServerHello(hello)) {
      this.context.encrypted.without++;
      this.leave();
      return;
    }
    if (session.unknownSuite !== null) {
      this.giveUp(
        `its cipher suite ${session.unknownSuite} is not one of those that are read, which are AES-GCM and ChaCha20`,
      );
      return;
    }
    this.inner = this.context.decrypted();
    if (!hello.isTls13) return;
    for (const side of [0, 1] as const) this.halves[side].cipher = session.handshakeCipherOf(side);
  }

  /** TLS 1.3: what the side sends from here on is the application's. */
  private beginApplication(half: TlsSide, secret: Uint8Array | null): void {
    half.cipher = this.session.cipherOf(secret);
    half.secret = secret;
    half.isApplication = true;
  }

  /** What the side sends after its Finished is the application's. */
  private finish(side: Side): void {
    const half = this.halves[side];
    if (!half.isApplication) this.beginApplication(half, this.session.trafficSecretOf(side));
  }

  private updateKey(side: Side): void {
    const half = this.halves[side];
    if (half.secret) this.beginApplication(half, this.session.updated(half.secret));
  }

  private beginTls12(side: Side, half: TlsSide): void {
    const cipher = half.isApplication ? null : this.session.tls12CipherOf(side);
    if (!cipher) return;
    half.cipher = cipher;
    half.isApplication = true;
  }
}

function note({ unreadable }: Encrypted, why: string): void {
  unreadable.set(why, (unreadable.get(why) ?? 0) + 1);
}

/** Of TLS 1.3: the type stands behind the content, with zeros behind it (RFC 8446 §5.2). */
function innerOf(plain: Uint8Array): { type: number; octets: Uint8Array } {
  let end = plain.length - 1;
  while (end > 0 && plain[end] === 0) end--;
  return { type: plain[end] ?? 0, octets: plain.subarray(0, Math.max(end, 0)) };
}

function newHalf(): TlsSide {
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
