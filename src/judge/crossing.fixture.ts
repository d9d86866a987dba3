// Two sound endpoints that talk over a slow network, and the log of a tap beside one of them. Each has habits that the RFC
// allows: it reads late and much at once, answers after a while, sends a frame in pieces, greets, sends Pongs by itself,
// answers only the newest Ping. Everything may cross.

import { hexOf, octetsOfText, wholeOctets } from '../model/octets.ts';
import { otherRole, type Role, type Row } from '../model/row.ts';
import { type Chance, chanceOf, closePayload, octetsOfFrame, type WireFrame } from '../model/wire-frame.fixture.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { keyFor } from './conversation.fixture.ts';

/** Octets that are written at once, and the frame that ends with them; null for the end of TCP. */
type Piece = { readonly octets: Uint8Array; readonly ends: WireFrame | null } | null;

/** Milliseconds from now, and what is to be done then; of the same time in the order of asking. */
type Later = (delay: number, action: () => void) => void;

export interface CrossingLog {
  readonly writer: Role;
  /** Who breaks the protocol once; null where nobody does. */
  readonly violator: Role | null;
  readonly rows: readonly Row[];
}

const LONGEST = 120_000;
const WORDS = ['a', 'hello', 'hello, world', 'tick', 'x'.repeat(200)];
const CODES = [1000, 1000, 1001, 3000, 4000];

function clock(): { later: Later; run: () => void; now: () => number } {
  const jobs: { readonly at: number; readonly action: () => void }[] = [];
  let time = 0;
  return {
    now: () => time,
    later: (delay, action) => {
      const at = time + delay;
      const place = jobs.findIndex((job) => job.at > at);
      jobs.splice(place < 0 ? jobs.length : place, 0, { at, action });
    },
    run: () => {
      for (let job = jobs.shift(); job && job.at < LONGEST; job = jobs.shift()) {
        time = job.at;
        job.action();
      }
    },
  };
}

function habitsOf(chance: Chance) {
  const often = () => chance(2) === 0;
  return {
    echoes: often(),
    greets: often(),
    sendsPongs: chance(4) === 0,
    failsWithoutClose: often(),
    isImpatient: often(),
    answersNewestOnly: often(),
    answersWhenClosing: often(),
    finishesFirst: often(),
    dropsReplies: often(),
    cuts: chance(3) === 0,
    readingDelay: chance(3) * chance(400),
    replyDelay: chance(3) * chance(300),
    replyCode: chance(3),
    pause: chance(3) === 0 ? chance(3000) : chance(100),
  };
}

interface SendingContext {
  readonly chance: Chance;
  readonly later: Later;
  readonly send: (piece: Piece) => void;
  /** Who breaks the protocol once. */
  readonly violator: Role | null;
}

/** One endpoint, which is sound but for the one frame that a violator sends. */
class Endpoint {
  private readonly habits: ReturnType<typeof habitsOf>;
  private readonly control: WireFrame[] = [];
  private readonly data: WireFrame[] = [];
  private readonly arrived: Piece[] = [];
  private isWriting = false;
  private isReading = false;
  private isInsideMessage = false;
  /** The payload of the Close that is to be sent. */
  private due: Uint8Array | null = null;
  private hasSentClose = false;
  private hasReceivedClose = false;
  private hasFailed = false;
  private hasEnded = false;

  private readonly role: Role;
  private readonly around: SendingContext;

  constructor(role: Role, around: SendingContext) {
    this.role = role;
    this.around = around;
    this.habits = habitsOf(around.chance);
    this.plan();
  }

  receive(piece: Piece): void {
    const { chance, later } = this.around;
    this.arrived.push(piece);
    if (this.isReading) return;
    this.isReading = true;
    later(chance(this.habits.readingDelay + 1), () => this.read());
  }

  private plan(): void {
    const { chance, later, violator } = this.around;
    if (this.habits.greets) later(chance(100), () => this.begin(() => this.say(this.words('hello', 0))));
    for (let at = chance(4000), i = chance(5); i > 0; i--, at += chance(4000)) {
      const what = chance(4);
      const text = this.words(WORDS[chance(WORDS.length)] as string, i);
      const ping = this.frame(OPCODE.PING, octetsOfText(String(chance(3))));
      const pong = this.frame(OPCODE.PONG, new Uint8Array(0));
      later(at, () =>
        this.begin(() => {
          if (what === 0 && this.habits.sendsPongs) this.sendControl(pong);
          else if (what <= 1) this.sendControl(ping);
          else this.say(text);
        }),
      );
    }
    const bad = { ...this.frame(OPCODE.TEXT, octetsOfText('bad')), rsv: 1 };
    if (violator === this.role) later(chance(8000), () => this.begin(() => this.sendData(bad)));
    const reason = chance(3) === 0 ? `${this.role} leaves` : '';
    const payload = closePayload(CODES[chance(CODES.length)] as number, reason);
    later(1000 + chance(15000), () => this.begin(() => this.close(payload)));
  }

  /** Where an endpoint may go on after a violation, equal content is a question of its own. */
  private words(word: string, number: number): string {
    return this.around.violator === null ? word : `${this.role} ${number}: ${word}`;
  }

  /** By itself it begins nothing when a Close was sent or has come. */
  private begin(action: () => void): void {
    if (!this.hasSentClose && !this.hasReceivedClose && this.due === null && !this.hasEnded) action();
  }

  private frame(opcode: number, payload: Uint8Array, fin = true): WireFrame {
    return { fin, rsv: 0, opcode, key: keyFor(this.role, this.around.chance), payload };
  }

  private sendControl(frame: WireFrame): void {
    this.control.push(frame);
    this.write();
  }

  private sendData(...frames: readonly WireFrame[]): void {
    this.data.push(...frames);
    this.write();
  }

  private say(text: string): void {
    const { chance } = this.around;
    const opcode = chance(2) === 0 ? OPCODE.TEXT : OPCODE.BINARY;
    const octets = octetsOfText(text);
    const size = chance(2) === 0 ? Math.max(octets.length >> chance(3), 1) : octets.length;
    const frames: WireFrame[] = [];
    for (let at = 0; at < octets.length; at += size) {
      const isLast = at + size >= octets.length;
      frames.push(this.frame(at === 0 ? opcode : OPCODE.CONTINUATION, octets.subarray(at, at + size), isLast));
    }
    this.sendData(...frames);
  }

  private close(payload: Uint8Array): void {
    const { data } = this;
    this.due ??= payload;
    if (this.habits.dropsReplies) data.splice(this.isInsideMessage ? 1 + data.findIndex(({ fin }) => fin) : 0);
    this.write();
  }

  private next(): WireFrame | undefined {
    const { control, data, due, habits, isInsideMessage } = this;
    if (control.length > 0 && !(this.hasSentClose && this.hasReceivedClose)) return control.shift();
    if (this.hasSentClose) return undefined;
    const mayClose = isInsideMessage ? !habits.finishesFirst : data.length === 0;
    if (due === null || !mayClose) return data.shift();
    this.hasSentClose = true;
    this.giveUpLater();
    return this.frame(OPCODE.CLOSE, due);
  }

  private giveUpLater(): void {
    const { chance, later } = this.around;
    if (this.hasFailed) later(chance(200), () => this.end());
    else if (this.habits.isImpatient) later(6000, () => this.end());
  }

  private write(): void {
    const { chance, later, send } = this.around;
    if (this.isWriting || this.hasEnded) return;
    const frame = this.next();
    if (!frame) {
      if (this.hasSentClose && this.hasReceivedClose && this.role === 'server') later(chance(200), () => this.end());
      return;
    }
    if (frame.opcode <= OPCODE.BINARY) this.isInsideMessage = !frame.fin;
    this.isWriting = true;
    const octets = octetsOfFrame(frame);
    const cut = this.habits.cuts && octets.length > 2 ? 1 + chance(octets.length - 1) : octets.length;
    const isWhole = cut === octets.length;
    send({ octets: octets.subarray(0, cut), ends: isWhole ? frame : null });
    later(isWhole && frame.fin ? 0 : chance(this.habits.pause + 1), () => {
      if (!isWhole && !this.hasEnded) send({ octets: octets.subarray(cut), ends: frame });
      this.isWriting = false;
      this.write();
    });
  }

  /** Ends TCP, whatever it is doing. */
  end(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.around.send(null);
  }

  private fail(): void {
    const { chance, later } = this.around;
    this.hasFailed = true;
    this.control.length = 0;
    if (this.habits.failsWithoutClose || this.hasSentClose) return void later(chance(100), () => this.end());
    this.due = null;
    this.close(closePayload(1002));
  }

  private read(): void {
    const { chance, later } = this.around;
    this.isReading = false;
    if (this.hasEnded) return;
    const frames = this.arrived.flatMap((piece) => piece?.ends ?? []);
    const isOver = this.arrived.includes(null);
    this.arrived.length = 0;
    const lastPing = frames.findLast(({ opcode }) => opcode === OPCODE.PING);
    for (const frame of frames) this.take(frame, frame === lastPing);
    if (isOver) later(chance(50), () => this.end());
  }

  private take(frame: WireFrame, isLastPing: boolean): void {
    if (this.hasReceivedClose || this.hasFailed) return;
    if (frame.rsv !== 0) this.fail();
    else if (frame.opcode === OPCODE.CLOSE) this.takeClose(frame);
    else if (frame.opcode === OPCODE.PING) this.takePing(frame, isLastPing);
    else if (frame.opcode === OPCODE.TEXT && frame.fin && this.habits.echoes) this.echo(frame);
  }

  private takeClose({ payload }: WireFrame): void {
    this.hasReceivedClose = true;
    this.close([payload, closePayload(1000), new Uint8Array(0)][this.habits.replyCode] as Uint8Array);
  }

  private takePing({ payload }: WireFrame, isLast: boolean): void {
    if (this.habits.answersNewestOnly && !isLast) return;
    if (this.hasSentClose && !this.habits.answersWhenClosing) return;
    this.sendControl(this.frame(OPCODE.PONG, payload));
  }

  private echo({ payload }: WireFrame): void {
    const { chance, later } = this.around;
    const answer = () => {
      if (!this.hasSentClose && this.due === null) this.say(Buffer.from(payload).toString());
    };
    if (this.habits.replyDelay === 0) answer();
    else later(chance(this.habits.replyDelay), answer);
  }
}

/** The tap writes what passes it; octets that come within one read of it stand in one row. */
function tapBeside(now: () => number, later: Later, lag: number, isTimed: boolean) {
  const rows: Row[] = [];
  const held = { rx: [] as Uint8Array[], tx: [] as Uint8Array[] };
  const base = () => ({ row: rows.length, time: isTimed ? now() / 1000 : null });
  function flush(direction: 'rx' | 'tx'): void {
    if (held[direction].length === 0) return;
    const octets = wholeOctets(Buffer.concat(held[direction].splice(0)));
    rows.push({ ...base(), kind: 'octets', direction, octets, sync: false });
  }
  function pass(direction: 'rx' | 'tx', piece: Piece, onward: () => void): void {
    if (piece === null) {
      later(lag, () => {
        flush(direction);
        if (!rows.some(({ kind }) => kind === 'tcp-drop'))
          rows.push({ ...base(), kind: 'tcp-drop', by: direction === 'tx' ? 'writer' : 'peer', reset: false });
        onward();
      });
      return;
    }
    held[direction].push(piece.octets);
    if (held[direction].length > 1) return void later(lag, onward);
    later(lag, () => {
      flush(direction);
      onward();
    });
  }
  return { rows, pass };
}

/**
 * Plays one conversation, all of which hangs on the seed; in one with a fault one of the two breaks the protocol once, and
 * in one with a `leaver` one of them ends TCP without a word.
 */
export function crossingLog(seed: number, withFault: boolean, withLeaver = false): CrossingLog {
  const chance = chanceOf(seed);
  const { later, run, now } = clock();
  const writer: Role = chance(2) === 0 ? 'client' : 'server';
  const latency = { client: chance(3) * chance(400), server: chance(3) * chance(400) };
  const tap = tapBeside(now, later, chance(2) * chance(60), chance(2) === 0);
  const sides: Partial<Record<Role, Endpoint>> = {};
  const sendFrom = (role: Role) => (piece: Piece) => {
    const arrive = () => sides[otherRole(role)]?.receive(piece);
    if (role === writer) tap.pass('tx', piece, () => later(latency[role], arrive));
    else later(latency[role], () => tap.pass('rx', piece, arrive));
  };
  const violator = withFault ? ((['client', 'server'] as const)[chance(2)] ?? null) : null;
  sides.client = new Endpoint('client', { chance, later, violator, send: sendFrom('client') });
  sides.server = new Endpoint('server', { chance, later, violator, send: sendFrom('server') });
  if (withLeaver) {
    const leaver = (['client', 'server'] as const)[chance(2)] ?? 'client';
    later(chance(12_000), () => sides[leaver]?.end());
  }
  run();
  return { writer, violator, rows: tap.rows };
}

export interface Loss {
  /** Octets of a row that are kept. */
  readonly cut?: number;
  /** The row that is left out. */
  readonly without?: number;
  readonly isTap?: boolean;
}

/** The log in the text notation, of which something is lost. */
export function lossyText(
  { writer, rows }: CrossingLog,
  { cut = Infinity, without = -1, isTap = false }: Loss,
): string {
  const lines = rows.map((row) => {
    const start = String(row.row).padStart(3, '0');
    const time = row.time === null ? '' : ` @${row.time.toFixed(3)}`;
    if (row.kind === 'tcp-drop') return `${start} TCP DROPPED BY ${row.by === 'writer' ? 'ME' : 'PEER'}${time}`;
    if (row.kind !== 'octets') return '';
    const { known, length } = row.octets;
    const rest = length > cut ? ` ... LEN=${length}` : '';
    return `${start} ${row.direction.toUpperCase()} OCTETS: ${hexOf(known.subarray(0, cut))}${rest}${time}`;
  });
  const head = [`# writer: ${writer}`, '# extensions: none', ...(isTap ? ['# tap: true'] : [])];
  return [...head, ...lines.filter((_, i) => i !== without)].join('\n');
}
