// Field names and values (RFC 9110 §5), and content that a handshake has no use for.

import { octetInHex } from '../model/octets.ts';
import { fieldsNamed, type Head, statusOf } from '../protocol/handshake/handshake.ts';
import {
  elementsOf,
  fieldName,
  fieldsOf,
  fieldValue,
  isToken,
  listOf,
  oddFields,
  type Part,
  wholeFields,
} from '../protocol/handshake/http-field.ts';
import { requestLine } from '../protocol/handshake/start-line.ts';
import { holds, refused, request, response, shows } from './kit/handshake-examples.ts';
import { quoted } from './kit/handshake-rule.ts';
import { type Check, defineRule, EITHER, type Found, type Rule } from './kit/rule.ts';

// CR has its own rule, and LF cannot stand inside a line.
const CONTROL = /(?![\t\r\x80-\x9f])\p{Cc}/u;
const NON_ASCII = /[\x80-\xff]+/;
/** Fields whose own grammar has no room for octets from 80 on: their rules say so. */
const HAS_OWN_GRAMMAR = /^(?:host|origin|upgrade|connection|sec-websocket-.*)$/i;

type IsList = (head: Head) => boolean;
const ALWAYS: IsList = () => true;

/** Comma lists. Where a field must hold a single value, a comma is the fault of that field's rule. */
const LISTS: Readonly<Record<string, IsList>> = {
  Upgrade: (head) => statusOf(head) !== 101,
  Connection: ALWAYS,
  'Sec-WebSocket-Extensions': ALWAYS,
  'Sec-WebSocket-Protocol': ({ kind }) => kind === 'request',
  'Sec-WebSocket-Version': ({ kind }) => kind === 'response',
  Accept: ALWAYS,
  'Accept-Encoding': ALWAYS,
  'Accept-Language': ALWAYS,
  Allow: ALWAYS,
  'Cache-Control': ALWAYS,
  Pragma: ALWAYS,
  'Transfer-Encoding': ALWAYS,
  Via: ALWAYS,
};

const LISTS_BY_KEY = new Map(Object.entries(LISTS).map(([name, isList]) => [name.toLowerCase(), { name, isList }]));

/** The first place in the value that the pattern finds. */
function place(value: Part, pattern: RegExp): { text: string; octets: readonly [number, number] } | null {
  const found = pattern.exec(value.text);
  if (!found) return null;
  const at = value.at + found.index;
  return { text: found[0], octets: [at, at + found[0].length] };
}

function checkEmptyElements(head: Head): readonly Found[] {
  // Only between, before or behind commas can an element be empty.
  const fields = wholeFields(head).filter(({ value }) => value.includes(','));
  return fields.flatMap((field): Found[] => {
    const list = LISTS_BY_KEY.get(field.key);
    // A list of nothing else is an error of the field's own rule.
    if (!list?.isList(head) || listOf(head, list.name).length === 0) return [];
    const value = fieldValue(head, field);
    if (!fieldsOf(head, list.name).includes(field) || elementsOf(value).every(({ text }) => text !== '')) return [];
    return [{ says: `${list.name} has an empty element: ${quoted(value.text)}`, octets: [value.at, value.end] }];
  });
}

function checkContent(head: Head): Check {
  const [coding] = fieldsNamed(head, 'Transfer-Encoding');
  const [length] = fieldsNamed(head, 'Content-Length');
  // Both together have their own rule.
  const field = coding && length ? undefined : (coding ?? length);
  if (!field || requestLine(head)?.method.text !== 'GET' || (field === length && !/^0*[1-9]/.test(field.value)))
    return null;
  return {
    says: `it sent a GET request with content (${field.name}: ${field.value})`,
    octets: [field.at, field.at + field.length],
  };
}

export const HTTP_FIELD_RULES: readonly Rule[] = [
  defineRule({
    id: 'http/field-name-invalid',
    severity: 'error',
    basis: 'ABNF',
    by: EITHER,
    section: 'RFC 9110 §5.1',
    title: 'A field name is not a token',
    reaction: 'handshake-fails',
    on: 'head',
    check: ({ head }) =>
      oddFields(head).flatMap((field): Found[] => {
        const { text, at, end } = fieldName(head, field);
        if (!field.hasColon)
          return [{ says: `the field line ${quoted(text)} has no colon`, octets: [at, Math.max(end, at + 1)] }];
        if (text === '') return [{ says: 'a field has no name', octets: [at, at + 1] }];
        return isToken(text) || text.includes('\r')
          ? []
          : [{ says: `the field name ${quoted(text)} is not a token`, octets: [at, end] }];
      }),
    examples: {
      violates: [
        shows(request('+X Name: x'), 'X Name'),
        shows(request('+no colon'), 'no colon'),
        shows(response('+: x'), /(?<=\n):/),
      ],
      holds: [holds(request('+X-Name: x')), holds(request("+1!#$%&'*+-.^_`|~x: x")), holds(request('+X-Name:'))],
    },
  }),
  defineRule({
    id: 'http/field-value-control',
    severity: 'error',
    basis: 'ABNF',
    by: EITHER,
    section: 'RFC 9110 §5.5',
    title: 'A field value has a control octet',
    reaction: 'none',
    on: 'head',
    check: ({ head }) =>
      oddFields(head).flatMap((field) => {
        const found = place(fieldValue(head, field), CONTROL);
        return found
          ? [
              {
                says: `the value of ${field.name} has the control octet ${octetInHex(found.text.codePointAt(0) ?? 0)}`,
                octets: found.octets,
              },
            ]
          : [];
      }),
    examples: {
      violates: [shows(request('Origin: a\0b'), '\0'), shows(response('Server: a\x7fb'), '\x7f')],
      holds: [holds(request('X-Name: a\tb'))],
    },
  }),
  defineRule({
    id: 'http/field-value-non-ascii',
    severity: 'note',
    basis: 'legal: obs-text, opaque',
    by: EITHER,
    section: 'RFC 9110 §5.5',
    title: 'A field value has octets above 7f',
    reaction: 'none',
    on: 'head',
    check: ({ head }) =>
      oddFields(head).flatMap((field) => {
        if (HAS_OWN_GRAMMAR.test(fieldName(head, field).text)) return [];
        const found = place(fieldValue(head, field), NON_ASCII);
        return found ? [{ says: `the value of ${field.name} has octets above 7f`, octets: found.octets }] : [];
      }),
    examples: {
      violates: [shows(request('X-Name: \xe9'), '\xe9')],
      holds: [holds(request('X-Name: e'))],
    },
  }),
  defineRule({
    id: 'http/empty-list-element',
    severity: 'warning',
    basis: 'MUST NOT, softened: legal in RFC 2616 §2.1, whose lists RFC 6455 uses',
    by: EITHER,
    section: 'RFC 9110 §5.6.1',
    title: 'A list with commas has an empty element',
    reaction: 'none',
    on: 'head',
    check: ({ head }) => checkEmptyElements(head),
    examples: {
      violates: [
        shows(request('Sec-WebSocket-Protocol: a,,b'), 'a,,b'),
        shows(response('Connection: Upgrade,'), 'Upgrade,'),
      ],
      holds: [
        holds(request('Sec-WebSocket-Protocol: a, b')),
        // No list.
        holds(request('User-Agent: a,,b')),
      ],
    },
  }),
  defineRule({
    id: 'http/content-length-with-transfer-encoding',
    severity: 'error',
    basis: 'MUST NOT',
    by: EITHER,
    section: 'RFC 9112 §6.2',
    title: 'Content-Length and Transfer-Encoding together',
    reaction: 'none',
    on: 'head',
    check: ({ head }) => {
      const [coding] = fieldsNamed(head, 'Transfer-Encoding');
      const [length] = fieldsNamed(head, 'Content-Length');
      // A 101 may have neither: that rule says it.
      if (!coding || !length || statusOf(head) === 101) return null;
      return {
        says: 'the head has both Content-Length and Transfer-Encoding',
        octets: [length.at, length.at + length.length],
      };
    },
    examples: {
      violates: [shows(request('Content-Length: 0', 'Transfer-Encoding: chunked'), 'Content-Length: 0')],
      holds: [
        holds(request()),
        holds(refused([], 'HTTP/1.1 503 Service Unavailable', 'Transfer-Encoding: chunked'), [
          'response/status-not-101',
        ]),
      ],
    },
  }),
  defineRule({
    id: 'http/request-has-content',
    severity: 'warning',
    basis: 'SHOULD NOT',
    by: ['client'],
    section: 'RFC 9110 §9.3.1',
    title: 'A GET request has content',
    reaction: 'none',
    on: 'request',
    check: ({ head }) => checkContent(head),
    examples: {
      violates: [
        shows(request('Content-Length: 5'), 'Content-Length: 5'),
        shows(request('Transfer-Encoding: chunked'), 'Transfer-Encoding: chunked'),
      ],
      holds: [holds(request()), holds(request('Content-Length: 0'))],
    },
  }),
];
