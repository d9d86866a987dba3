// Values of HTTP fields (RFC 9110 §5) and which octets of the head they are. Folds count as blanks, so that an index
// into a text is an octet of the head.

import { type Field, fieldsNamed, type Head, once, onceByName } from './handshake.ts';

/** A piece of a head: its text, one character an octet, and its octets counted from the head's first, end exclusive. */
export interface Part {
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const CONTROL = /(?![\t\x80-\x9f])\p{Cc}/u;

export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

export function partOf(head: Head, at: number, end: number): Part {
  return { text: head.text.slice(at, end), at, end };
}

/** Without the blanks around it. */
function trimPart({ text, at }: Part): Part {
  const start = text.length - text.replace(/^[ \t]+/, '').length;
  const trimmed = text.slice(start).replace(/(?<![ \t])[ \t]+$/, '');
  return { text: trimmed, at: at + start, end: at + start + trimmed.length };
}

export function fieldValue(head: Head, field: Field): Part {
  const { value, valueAt, isPlain } = field;
  if (isPlain) return { text: value, at: valueAt, end: valueAt + value.length };
  const line = partOf(head, valueAt, field.at + field.length);
  return trimPart({ ...line, text: line.text.replace(/\r?\n(?=[ \t])/g, (fold) => ' '.repeat(fold.length)) });
}

export function fieldName(head: Head, field: Field): Part {
  return trimPart(partOf(head, field.at, field.at + field.name.length));
}

/** What to underline of a value: an empty one is shown by its line. */
export function octetsOfValue(head: Head, field: Field): readonly [number, number] {
  const { at, end } = fieldValue(head, field);
  return at < end ? [at, end] : octetsOfLine(field);
}

export function octetsOfLine({ at, length }: Field): readonly [number, number] {
  return [at, at + length];
}

/** The fields of which every octet is seen: the last line of a cut head may go on. */
export const wholeFields = once((head: Head): readonly Field[] => {
  const last = head.octets.at(-1);
  return head.complete || last === 0x0a ? head.fields : head.fields.slice(0, -1);
});

/** Those of them that a rule about single octets has to look at. */
export const oddFields = once((head: Head): readonly Field[] => wholeFields(head).filter(({ isPlain }) => !isPlain));

/** The fields of that name whose values are fit to be judged: whole, and without octets that no value may hold. */
export const fieldsOf = onceByName((head: Head, name: string): readonly Field[] => {
  const named = fieldsNamed(head, name);
  if (named.length === 0) return named;
  const cut = wholeFields(head).length < head.fields.length ? head.fields.at(-1) : null;
  return named.filter((field) => field !== cut && (field.isPlain || !CONTROL.test(fieldValue(head, field).text)));
});

/** No line of that name is left out by `fieldsOf`. */
export function areAllFit(head: Head, name: string): boolean {
  return fieldsOf(head, name).length === fieldsNamed(head, name).length;
}

/** The elements of a comma list, the empty ones too; a comma inside a quoted string separates nothing. */
export function elementsOf(value: Part): readonly Part[] {
  const elements: Part[] = [];
  let from = 0;
  let isQuoted = false;
  for (let at = 0; at <= value.text.length; at++) {
    const character = value.text[at];
    if (isQuoted && character === '\\') at++;
    else if (character === '"') isQuoted = !isQuoted;
    if (at < value.text.length && (isQuoted || character !== ',')) continue;
    elements.push(trimPart({ text: value.text.slice(from, at), at: value.at + from, end: value.at + at }));
    from = at + 1;
  }
  return elements;
}

/** What the fields of that name list, all lines together. */
export const listOf = onceByName((head: Head, name: string): readonly Part[] => {
  const all = fieldsOf(head, name).flatMap((field) => elementsOf(fieldValue(head, field)));
  return all.filter(({ text }) => text !== '');
});

export function lists(head: Head, name: string, token: string): boolean {
  return listOf(head, name).some(({ text }) => text.toLowerCase() === token);
}
