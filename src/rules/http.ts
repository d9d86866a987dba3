// The lines of a head: start line, line ends, folds (RFC 9112 §2 to §5). Which of them a receiver has to refuse is a
// matter of its own: most may be tolerated.

import { octetsInWords } from '../model/octets.ts';
import type { Field, Head } from '../protocol/handshake/handshake.ts';
import { fieldName, oddFields, partOf, wholeFields } from '../protocol/handshake/http-field.ts';
import { isStartLineWhole, startLineOf, withPlainBlanks } from '../protocol/handshake/start-line.ts';
import { holds, request, requestText, response, responseText, shows, withHeader } from './kit/handshake-examples.ts';
import { CUT, NOT_RAW, quoted } from './kit/handshake-rule.ts';
import { type Check, defineRule, EITHER, type Found, type Rule } from './kit/rule.ts';

const START_LINES: Readonly<
  Record<Head['kind'], { readonly form: RegExp; readonly parts: string; readonly section: string }>
> = {
  request: {
    section: 'RFC 9112 §3',
    form: /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+ [^ \t]+ HTTP\/\d\.\d$/,
    parts: 'method, target and HTTP version',
  },
  response: {
    section: 'RFC 9112 §4',
    form: /^HTTP\/\d\.\d \d{3}(?: [\t -~\x80-\xff]*)?$/,
    parts: 'HTTP version, status and reason',
  },
};

/** One finding for all line ends of that kind: a sender that does it does it throughout. */
function checkLineEnds(head: Head, wrong: RegExp, what: string): Check {
  const isSound = head.text.search(wrong) < 0;
  const places = isSound ? [] : [...head.text.matchAll(wrong)].map(({ index }) => index);
  // The octet after a CR may be behind the cut.
  if (!head.complete && places.at(-1) === head.octets.length - 1 && head.octets.at(-1) === 0x0d) places.pop();
  if (!head.raw) return { says: `whether the head has ${what}`, missing: NOT_RAW };
  const [first] = places;
  if (first === undefined) return head.complete ? null : { says: `whether the head has ${what}`, missing: CUT };
  const more = places.length > 1 ? `, ${places.length} times` : '';
  return { says: `the head has ${what}${more}`, octets: [first, first + 1] };
}

function beginsWithBlank({ name }: Field): boolean {
  return /^[ \t]/.test(name);
}

/** Where lines of the field begin with blanks, as octets of the head. */
function foldsOf(head: Head, field: Field): readonly (readonly [number, number])[] {
  const { text } = partOf(head, field.at, field.at + field.length);
  return [...text.matchAll(/(?<=\n)[ \t]+/g)].map(({ 0: blanks, index }) => [
    field.at + index,
    field.at + index + blanks.length,
  ]);
}

export const HTTP_RULES: readonly Rule[] = [
  defineRule({
    id: 'http/start-line-malformed',
    severity: 'error',
    basis: 'ABNF',
    by: EITHER,
    section: 'RFC 9112 §3',
    title: 'The start line does not have the form of HTTP/1.1',
    reaction: 'handshake-fails',
    on: 'head',
    check: ({ head }) => {
      const { text, at, end } = startLineOf(head);
      const { form, parts, section } = START_LINES[head.kind];
      // A bare CR has its own rule.
      if (!isStartLineWhole(head) || form.test(text.replace(/\r/g, ''))) return null;
      const found: Found = {
        says: `${quoted(text)} is not ${parts} with one space between them`,
        octets: [at, Math.max(end, at + 1)],
        section,
      };
      // A recipient may accept other white space than the one blank.
      return form.test(withPlainBlanks(text)) ? { ...found, reaction: 'none' } : found;
    },
    examples: {
      violates: [
        shows(request('=GET  /chat HTTP/1.1'), 'GET  /chat HTTP/1.1'),
        shows(request('=GET /a b HTTP/1.1'), 'GET /a b HTTP/1.1'),
        shows(request('=GET /a HTTP/1.1.1'), 'GET /a HTTP/1.1.1'),
        shows(request('=GET /chat http/1.1'), 'GET /chat http/1.1'),
        shows(response('=HTTP/1.1  101 Switching Protocols'), 'HTTP/1.1  101 Switching Protocols'),
      ],
      holds: [
        holds(request()),
        holds(request('=GET /chat?room=1%202 HTTP/1.1')),
        holds(response('=HTTP/1.1 101 Web Socket Protocol Handshake')),
        holds(response('=HTTP/1.1 101 Switching  Protocols')),
      ],
    },
  }),
  defineRule({
    id: 'http/status-line-space-missing',
    severity: 'error',
    basis: 'MUST',
    by: ['server'],
    section: 'RFC 9112 §4',
    title: 'The status line lacks the space before its (empty) reason',
    reaction: 'none',
    on: 'response',
    check: ({ head }) => {
      const { text, at, end } = startLineOf(head);
      if (!isStartLineWhole(head) || !/^HTTP\/\d\.\d \d{3}\r?$/.test(text)) return null;
      const says = `there is no space after ${quoted(text)}`;
      return head.raw ? { says, octets: [at, end] } : { says, missing: NOT_RAW };
    },
    examples: {
      violates: [shows(response('=HTTP/1.1 101'), 'HTTP/1.1 101')],
      holds: [holds(response('=HTTP/1.1 101 '))],
    },
  }),
  defineRule({
    id: 'http/bare-lf',
    severity: 'error',
    basis: 'ABNF',
    by: EITHER,
    section: 'RFC 9112 §2.2',
    title: 'A line of the head ends in LF without a CR before it',
    reaction: 'none',
    on: 'head',
    check: ({ head }) => checkLineEnds(head, /(?<!\r)\n/g, 'an LF without a CR before it'),
    examples: {
      violates: [shows([['tx', requestText().replace('1.1\r\n', '1.1\n')]], /(?<!\r)\n/)],
      holds: [holds(request())],
    },
  }),
  defineRule({
    id: 'http/bare-cr',
    severity: 'error',
    basis: 'MUST NOT',
    by: EITHER,
    section: 'RFC 9112 §2.2',
    title: 'The head has a CR without an LF after it',
    reaction: 'none',
    on: 'head',
    check: ({ head }) => checkLineEnds(head, /\r(?!\n)/g, 'a CR without an LF after it'),
    examples: {
      violates: [shows(request('Origin: http://a\rb'), /\r(?!\n)/), shows(response('Server: a\r'), /\r(?!\n)/)],
      holds: [holds(request('Origin: http://a'))],
    },
  }),
  defineRule({
    id: 'http/obs-fold',
    severity: 'error',
    basis: 'MUST NOT (RFC 2616 §2.2, on which RFC 6455 was written, allowed it)',
    by: EITHER,
    section: 'RFC 9112 §5.2',
    title: 'A field value is continued on the next line',
    reaction: 'none',
    on: 'head',
    check: ({ head }) =>
      oddFields(head)
        .filter((field) => !beginsWithBlank(field))
        .flatMap((field) =>
          foldsOf(head, field).map((octets) => ({
            says: `the value of ${field.name} is folded, which RFC 2616 allowed and RFC 6455 §9.1 itself shows`,
            octets,
          })),
        ),
    examples: {
      violates: [
        shows(request('Sec-WebSocket-Extensions: permessage-deflate,\r\n bbf-usp-protocol'), /(?<=\n) /),
        shows(response('Server: a\r\n\t b'), '\t '),
      ],
      holds: [
        holds(request('Sec-WebSocket-Extensions: permessage-deflate, bbf-usp-protocol')),
        // Blanks at the end of a line.
        holds(request('X-Name: a \t')),
      ],
    },
  }),
  defineRule({
    id: 'http/space-before-colon',
    severity: 'error',
    basis: 'MUST NOT',
    by: EITHER,
    section: 'RFC 9112 §5.1',
    title: 'There is white space between a field name and its colon',
    reaction: 'http-4xx',
    on: 'head',
    check: ({ head }) =>
      oddFields(head)
        .filter((field) => field.hasColon && /[^ \t][ \t]+$/.test(field.name))
        .map((field) => {
          const { text, end } = fieldName(head, field);
          return {
            says: `there is white space between ${text} and its colon`,
            octets: [end, field.at + field.name.length] as const,
          };
        }),
    examples: {
      violates: [shows(request('-Upgrade', '+Upgrade : websocket'), / (?=:)/)],
      holds: [holds(request('Upgrade:websocket')), holds(request('Upgrade: \twebsocket \t'))],
    },
  }),
  defineRule({
    id: 'http/space-before-first-field',
    severity: 'error',
    basis: 'MUST NOT',
    by: EITHER,
    section: 'RFC 9112 §2.2',
    title: 'The line after the start line begins with white space',
    reaction: 'none',
    on: 'head',
    check: ({ head }) => {
      const [first] = wholeFields(head);
      if (!first || !beginsWithBlank(first)) return null;
      return { says: 'the first field line begins with white space', octets: [first.at, fieldName(head, first).at] };
    },
    examples: {
      violates: [shows([['tx', requestText().replace('Host', ' Host')]], /(?<=\n) /)],
      holds: [holds(request())],
    },
  }),
  defineRule({
    id: 'http/crlf-before-request',
    severity: 'error',
    basis: 'MUST NOT',
    by: ['client'],
    section: 'RFC 9112 §2.2',
    title: 'There are empty lines before the request line',
    reaction: 'none',
    on: 'request',
    check: ({ head }) => {
      const { at, text } = startLineOf(head);
      return (
        at > 0 &&
        text !== '' && { says: `${octetsInWords(at)} of empty lines before the request line`, octets: [0, at] }
      );
    },
    examples: {
      violates: [
        withHeader(shows([['tx', `\r\n${requestText()}`]], /^\r\n/)),
        withHeader(shows([['tx', `\r\n\r\n${requestText()}`]], /^\r\n\r\n/)),
      ],
      holds: [
        holds([
          ['tx', requestText()],
          ['rx', responseText()],
        ]),
      ],
    },
  }),
];
