// The opening handshake as text of HTTP/1.1 (RFC 6455 §4, RFC 9112). A head is parsed leniently: any octets give a
// start line and fields, and what is wrong with them is for the rules to say.

import { latin1Of, NO_OCTETS, type Octets } from '../../model/octets.ts';
import type { Direction } from '../../model/row.ts';
import type { Span } from '../frame/frame.ts';
import { sha1 } from './sha1.ts';

export interface Field {
  /** As sent. */
  readonly name: string;
  /** Without the blanks around it; folds and all else kept. One character an octet. */
  readonly value: string;
  /** First octet of the line, and of the value, counted from the head's first octet. */
  readonly at: number;
  readonly valueAt: number;
  /** Length of the line in octets, without its end. */
  readonly length: number;
  /** False where the line has no colon. */
  readonly hasColon: boolean;
  /** The name in lower case, without blanks: names do not care for case. */
  readonly key: string;
  /** A token, a colon and visible ASCII, on one line: nothing in it for the rules that look at single octets. */
  readonly isPlain: boolean;
}

export interface Head {
  readonly kind: 'request' | 'response';
  readonly direction: Direction;
  /** The head through its blank line. */
  readonly octets: Uint8Array;
  /** False where some octets were filled in from text that the log stores: line ends and odd octets cannot be judged. */
  readonly raw: boolean;
  /** The blank line was seen. */
  readonly complete: boolean;
  readonly startLine: string;
  readonly fields: readonly Field[];
  /** The octets, one character each. */
  readonly text: string;
  /** Fields by their names in lower case. */
  readonly byName: ReadonlyMap<string, readonly Field[]>;
  /** What `once` remembers. */
  readonly made: Map<unknown, unknown>;
  /** Where the head stands in the log. */
  readonly spans: readonly Span[];
}

const [LF, CR] = [0x0a, 0x0d];

/**
 * Octets that wait for the end of a head, gathered as they come: a head may come octet by octet, and is not put together
 * and searched anew for each. Nearly always it comes in one row, and then is not copied at all.
 */
export class Sight {
  /** How many there are in all. */
  length = 0;
  cut = false;
  #buffer = NO_OCTETS;
  #isOwn = false;
  #count = 0;
  #start = 0; // of the start line: empty lines before it end no head
  #searched = 0;

  /** Those that are known, up to the first that is not. */
  get known(): Uint8Array {
    return this.#count === this.#buffer.length ? this.#buffer : this.#buffer.subarray(0, this.#count);
  }

  add({ known, length, exact }: Octets, from: number): void {
    if (!this.cut) this.#append(from === 0 ? known : known.subarray(from));
    this.length += length - from;
    this.cut ||= known.length < length || !exact;
  }

  forget(): void {
    this.length = 0;
    this.cut = false;
    this.#buffer = NO_OCTETS;
    this.#count = 0;
    this.#start = 0;
    this.#searched = 0;
  }

  /** How long the head is, its blank line included; -1 where that has not come. */
  endOfHead(): number {
    const { known } = this;
    while (this.#start < known.length && (known[this.#start] === LF || known[this.#start] === CR)) this.#start++;
    for (let at = known.indexOf(LF, Math.max(this.#start, this.#searched)); at >= 0; at = known.indexOf(LF, at + 1)) {
      const next = known[at + 1] === CR ? at + 2 : at + 1;
      if (known[next] === LF) return next + 1;
      this.#searched = at;
    }
    return -1;
  }

  #append(added: Uint8Array): void {
    const count = this.#count + added.length;
    if (this.#count === 0) {
      this.#buffer = added;
      this.#isOwn = false;
    } else if (added.length > 0) {
      if (!this.#isOwn || count > this.#buffer.length) {
        const grown = new Uint8Array(Math.max(2 * this.#buffer.length, count));
        grown.set(this.#buffer.subarray(0, this.#count));
        this.#buffer = grown;
        this.#isOwn = true;
      }
      this.#buffer.set(added, this.#count);
    }
    this.#count = count;
  }
}

/** Parses the octets of a head, blank line included where it is there. */
export function parseHead(
  octets: Uint8Array,
  about: Pick<Head, 'kind' | 'direction' | 'raw' | 'complete' | 'spans'>,
): Head {
  const text = latin1Of(octets);
  const fields: Field[] = [];
  let startLine: string | null = null;
  for (let at = 0, next = 0; at < text.length; at = next) {
    const end = text.indexOf('\n', at);
    next = end < 0 ? text.length : end + 1;
    const line = text.slice(at, end < 0 ? next : text[end - 1] === '\r' && end > at ? end - 1 : end);
    if (line === '') continue;
    const last = fields.at(-1);
    if (startLine === null) startLine = line;
    else if (last && isBlank(line.charCodeAt(0))) fields[fields.length - 1] = foldedInto(last, line, at);
    else fields.push(fieldAt(line, at));
  }
  return { ...about, octets, text, startLine: startLine ?? '', fields, byName: namesOf(fields), made: new Map() };
}

function namesOf(fields: readonly Field[]): Map<string, Field[]> {
  const byName = new Map<string, Field[]>();
  for (const field of fields) {
    const same = byName.get(field.key);
    if (same) same.push(field);
    else byName.set(field.key, [field]);
  }
  return byName;
}

/** Remembers with the head what was made of it: many rules ask the same. */
export function once<Made>(make: (head: Head) => Made): (head: Head) => Made {
  return (head) => {
    const known = head.made.get(make) as Made | undefined;
    if (known !== undefined || head.made.has(make)) return known as Made;
    const made = make(head);
    head.made.set(make, made);
    return made;
  };
}

/** As `once`, for each name of a field apart. */
export function onceByName<Made extends object>(
  make: (head: Head, name: string) => Made,
): (head: Head, name: string) => Made {
  const madeOf = once(() => new Map<string, Made>());
  return (head, name) => {
    const made = madeOf(head);
    const known = made.get(name);
    if (known) return known;
    const value = make(head, name);
    made.set(name, value);
    return value;
  };
}

/** What a line says wherever it stands: its places count from the line's first octet. */
type FieldLine = Omit<Field, 'at'>;

const PLAIN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t -~]*$/;
const LINES_KEPT = 4096;
const LONGEST_KEPT = 1024;
/** The connections of one report have nearly all their lines in common. */
const knownLines = new Map<string, FieldLine>();

function fieldAt(line: string, at: number): Field {
  const { name, value, valueAt, length, hasColon, key, isPlain } = knownLines.get(line) ?? parseLine(copyOf(line));
  return { name, value, at, valueAt: at + valueAt, length, hasColon, key, isPlain };
}

/** A piece of a text holds on to the whole of it. */
function copyOf(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

function parseLine(line: string): FieldLine {
  const colon = line.indexOf(':');
  const hasColon = colon >= 0;
  const name = hasColon ? line.slice(0, colon) : line;
  const rest = hasColon ? line.slice(colon + 1) : '';
  const blanks = rest.length - rest.replace(/^[ \t]+/, '').length;
  const valueAt = hasColon ? colon + 1 + blanks : line.length;
  const key = trimBlanks(name).toLowerCase();
  const parsed = {
    name,
    value: trimBlanks(rest),
    valueAt,
    length: line.length,
    hasColon,
    key,
    isPlain: PLAIN.test(line),
  };
  if (knownLines.size >= LINES_KEPT) knownLines.clear();
  if (line.length <= LONGEST_KEPT) knownLines.set(line, parsed);
  return parsed;
}

/** A folded line belongs to the field before it, with a blank between (RFC 9112 §5.2). */
function foldedInto(field: Field, line: string, at: number): Field {
  const value = trimBlanks(`${field.value} ${trimBlanks(line)}`);
  return { ...field, value, length: at + line.length - field.at, isPlain: false };
}

function trimBlanks(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** All fields of that name, in order; names do not care for case. */
export function fieldsNamed(head: Head, name: string): readonly Field[] {
  return head.byName.get(name.toLowerCase()) ?? NO_FIELDS;
}

const NO_FIELDS: readonly Field[] = [];

// Fields of the drafts before RFC 6455: hixie-76 (Key1, Key2, Draft) and hybi up to 10 (Origin).
const DRAFT_FIELDS = ['Sec-WebSocket-Key1', 'Sec-WebSocket-Key2', 'Sec-WebSocket-Draft', 'Sec-WebSocket-Origin'];

/** The fields by which a request shows that it is of a draft; hixie-75 has nothing but an `Upgrade: WebSocket`. */
export function draftMarks(request: Head): readonly Field[] {
  const marks = DRAFT_FIELDS.flatMap((name) => fieldsNamed(request, name));
  const isOfRfc = ['Sec-WebSocket-Key', 'Sec-WebSocket-Version'].some((name) => fieldsNamed(request, name).length > 0);
  if (marks.length > 0 || isOfRfc || !request.complete) return marks;
  return fieldsNamed(request, 'Upgrade').filter(({ value }) => value === 'WebSocket');
}

/** The request does not claim to follow RFC 6455. */
export const speaksDraft = once((request: Head): boolean => {
  const claims = fieldsNamed(request, 'Sec-WebSocket-Version').some(({ value }) => value === '13');
  return !claims && draftMarks(request).length > 0;
});

/** The values of all fields of that name as one comma list, or null where there is none. */
export function combinedValue(head: Head, name: string): string | null {
  const fields = fieldsNamed(head, name);
  return fields.length === 0 ? null : fields.map((field) => field.value).join(', ');
}

/** The status of a response's start line; null where it has none. */
export const statusOf = once((head: Head): number | null => {
  const status = /^[ \t\v\f\r]*HTTP\/\d+\.\d+[ \t\v\f\r]+(\d{3})(?:[ \t\v\f\r]|$)/.exec(head.startLine)?.[1];
  return status === undefined ? null : Number(status);
});

/** A response before the final one, such as 100 or 103 (RFC 9110 §15.2). */
export function isInterim(head: Head): boolean {
  const status = statusOf(head) ?? 0;
  return status >= 100 && status < 200 && status !== 101;
}

export const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

let last = { key: '', accept: '' };

/** The Sec-WebSocket-Accept that a Sec-WebSocket-Key asks for (RFC 6455 §4.2.2, step 5.4). */
export function acceptFor(key: string): string {
  // Several rules ask about the same key.
  if (last.accept === '' || last.key !== key) {
    last = { key, accept: sha1(Buffer.from(key + GUID, 'latin1')).toString('base64') };
  }
  return last.accept;
}
