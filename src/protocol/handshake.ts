// The opening handshake as text of HTTP/1.1 (RFC 6455 §4, RFC 9112). A head is parsed leniently: any octets give a
// start line and fields, and what is wrong with them is for the rules to say.

import { createHash } from 'node:crypto';
import { latin1Of } from '../octets.ts';
import type { Direction } from '../row.ts';
import type { Span } from './frame.ts';

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
  /** Where the head stands in the log. */
  readonly spans: readonly Span[];
}

const LINE = /([^\n]*?)(\r?\n|$)/y;

/** Parses the octets of a head, blank line included where it is there. */
export function parseHead(
  octets: Uint8Array,
  about: Pick<Head, 'kind' | 'direction' | 'raw' | 'complete' | 'spans'>,
): Head {
  const text = latin1Of(octets);
  const fields: Field[] = [];
  let startLine: string | null = null;
  for (let at = 0; at < text.length; ) {
    LINE.lastIndex = at;
    const line = LINE.exec(text)?.[1] ?? '';
    if (startLine === null) {
      if (line !== '') startLine = line;
    } else if (line !== '') {
      const last = fields.at(-1);
      if (/^[ \t]/.test(line) && last) fields[fields.length - 1] = foldedInto(last, line, at);
      else fields.push(parseField(line, at));
    }
    at = Math.max(LINE.lastIndex, at + 1);
  }
  return { ...about, octets, startLine: startLine ?? '', fields };
}

function parseField(line: string, at: number): Field {
  const colon = line.indexOf(':');
  const name = colon < 0 ? line : line.slice(0, colon);
  const rest = colon < 0 ? '' : line.slice(colon + 1);
  const blanks = rest.length - rest.replace(/^[ \t]+/, '').length;
  const valueAt = at + (colon < 0 ? line.length : colon + 1 + blanks);
  return { name, value: trimBlanks(rest), at, valueAt, length: line.length, hasColon: colon >= 0 };
}

/** A folded line belongs to the field before it, with a blank between (RFC 9112 §5.2). */
function foldedInto(field: Field, line: string, at: number): Field {
  return { ...field, value: trimBlanks(`${field.value} ${trimBlanks(line)}`), length: at + line.length - field.at };
}

function trimBlanks(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '');
}

/** All fields of that name, in order; names do not care for case. */
export function fieldsNamed(head: Head, name: string): readonly Field[] {
  const wanted = name.toLowerCase();
  return head.fields.filter((field) => trimBlanks(field.name).toLowerCase() === wanted);
}

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
export function speaksDraft(request: Head): boolean {
  const claims = fieldsNamed(request, 'Sec-WebSocket-Version').some(({ value }) => value === '13');
  return !claims && draftMarks(request).length > 0;
}

/** The values of all fields of that name as one comma list, or null where there is none. */
export function combinedValue(head: Head, name: string): string | null {
  const fields = fieldsNamed(head, name);
  return fields.length === 0 ? null : fields.map((field) => field.value).join(', ');
}

/** The status of a response's start line; null where it has none. */
export function statusOf(head: Head): number | null {
  const status = /^HTTP\/\d+\.\d+ +(\d{3})(?: |$)/.exec(head.startLine)?.[1];
  return status === undefined ? null : Number(status);
}

export const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The Sec-WebSocket-Accept that a Sec-WebSocket-Key asks for (RFC 6455 §4.2.2, step 5.4). */
export function acceptFor(key: string): string {
  return createHash('sha1')
    .update(key + GUID, 'latin1')
    .digest('base64');
}
