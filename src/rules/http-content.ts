// How long the content of a message is, as its head says (RFC 9110 §8.6, RFC 9112 §6), and the list of options of its
// connection.

import { octetsInWords } from '../model/octets.ts';
import type { Connection } from '../protocol/connection.ts';
import { fieldsNamed, type Head, statusOf } from '../protocol/handshake/handshake.ts';
import { elementsOf, fieldsOf, fieldValue, isToken, type Part } from '../protocol/handshake/http-field.ts';
import { requestLine } from '../protocol/handshake/start-line.ts';
import { dropper } from './kit/ending.ts';
import { holds, logOf, refused, request, response, shows } from './kit/handshake-examples.ts';
import { quoted } from './kit/handshake-rule.ts';
import { type Check, defineRule, EITHER, type Found, type Rule } from './kit/rule.ts';

const NUMBER = /^\d+$/;
const NO_CONTENT = 204;

/** The lengths that the head gives. A 101 may give none, and Transfer-Encoding beside one has a rule of its own. */
function lengthsOf(head: Head): readonly Part[] {
  if (statusOf(head) === 101 || fieldsNamed(head, 'Transfer-Encoding').length > 0) return [];
  return fieldsOf(head, 'Content-Length').flatMap((field) => elementsOf(fieldValue(head, field)));
}

function checkConflict(head: Head): Check {
  const lengths = lengthsOf(head).filter(({ text }) => NUMBER.test(text));
  const [first] = lengths;
  const other = lengths.find(({ text }) => BigInt(text) !== BigInt(first?.text ?? text));
  if (!first || !other) return null;
  return { says: `Content-Length is both ${first.text} and ${other.text}`, octets: [other.at, other.end] };
}

/** A head whose status says that no content follows (RFC 9110 §8.6). */
function checkForbidden(head: Head, { request: asked }: Connection): readonly Found[] {
  const status = head.kind === 'response' ? statusOf(head) : null;
  // For a 101 there is a rule of its own.
  if (status === null || status === 101) return [];
  const isTunnel = asked !== null && requestLine(asked)?.method.text === 'CONNECT' && status >= 200 && status < 300;
  if (status >= 200 && status !== NO_CONTENT && !isTunnel) return [];
  const what = isTunnel ? `a ${status} to CONNECT` : `a ${status}`;
  return fieldsNamed(head, 'Content-Length').map((field) => ({
    says: `${what} has no content and must not have Content-Length`,
    octets: [field.at, field.at + field.length] as const,
  }));
}

function checkConnection(head: Head): readonly Found[] {
  return fieldsOf(head, 'Connection').flatMap((field): Found[] => {
    const value = fieldValue(head, field);
    const options = elementsOf(value).filter(({ text }) => text !== '');
    // Octets that are not ASCII are the fault of the rule about Upgrade in Connection.
    return options
      .filter(({ text }) => !isToken(text) && /^[\t -~]*$/.test(text))
      .map(({ text, at, end }) => ({
        says: `the connection option ${quoted(text)} is not a token`,
        octets: [at, end],
      }));
  });
}

const REFUSAL_NOTES = ['response/status-not-101', 'reaction/too-strict-handshake'];
const FORBIDDEN = 'HTTP/1.1 403 Forbidden';
const REFUSED = logOf(refused([], FORBIDDEN, 'Content-Length: 5'));

export const HTTP_CONTENT_RULES: readonly Rule[] = [
  defineRule({
    id: 'http/content-length-malformed',
    severity: 'error',
    basis: 'ABNF',
    by: EITHER,
    section: 'RFC 9110 §8.6',
    title: 'Content-Length is not a number',
    reaction: 'http-4xx',
    on: 'head',
    check: ({ head }) =>
      lengthsOf(head)
        .filter(({ text }) => !NUMBER.test(text))
        .map(({ text, at, end }) => ({
          says: `Content-Length is ${quoted(text)}, which is not a number`,
          octets: [at, Math.max(end, at + 1)],
        })),
    examples: {
      violates: [
        shows(request('Content-Length: +0'), '+0'),
        shows(refused([], FORBIDDEN, 'Content-Length: 0x0'), '0x0', REFUSAL_NOTES),
        shows(refused([], FORBIDDEN, 'Content-Length: -1'), '-1', REFUSAL_NOTES),
      ],
      holds: [holds(request('Content-Length: 000')), holds(refused([], FORBIDDEN, 'Content-Length: 0'), REFUSAL_NOTES)],
    },
  }),
  defineRule({
    id: 'http/content-length-conflict',
    severity: 'error',
    basis: 'MUST',
    by: EITHER,
    section: 'RFC 9112 §6.3',
    title: 'Content-Length gives two lengths',
    reaction: 'http-4xx',
    on: 'head',
    check: ({ head }) => checkConflict(head),
    examples: {
      violates: [
        shows(refused([], FORBIDDEN, 'Content-Length: 3', 'Content-Length: 4'), '4', REFUSAL_NOTES),
        shows(refused([], FORBIDDEN, 'Content-Length: 3, 5'), '5', REFUSAL_NOTES),
      ],
      holds: [
        // A recipient may take equal ones for one.
        holds(refused([], FORBIDDEN, 'Content-Length: 0', 'Content-Length: 0'), REFUSAL_NOTES),
        holds(refused([], FORBIDDEN, 'Content-Length: 0, 00'), REFUSAL_NOTES),
      ],
    },
  }),
  defineRule({
    id: 'http/content-length-forbidden',
    severity: 'error',
    basis: 'MUST NOT',
    by: ['server'],
    section: 'RFC 9110 §8.6',
    title: 'Content-Length in a response that has no content',
    reaction: 'none',
    on: 'response',
    check: ({ head }, connection) => checkForbidden(head, connection),
    examples: {
      violates: [
        shows(refused([], 'HTTP/1.1 204 No Content', 'Content-Length: 0'), 'Content-Length: 0', [
          'response/status-not-101',
        ]),
        shows([...request(), ['rx', 'HTTP/1.1 103 Early Hints\r\nContent-Length: 0\r\n\r\n']], 'Content-Length: 0', [
          'response/interim-before-101',
        ]),
      ],
      holds: [
        holds(refused([], 'HTTP/1.1 204 No Content'), ['response/status-not-101']),
        // It says what a GET would have got.
        holds(refused([], 'HTTP/1.1 304 Not Modified', 'Content-Length: 5'), ['response/status-not-101']),
      ],
    },
  }),
  defineRule({
    id: 'http/content-truncated',
    severity: 'warning',
    basis: 'implied: such a message is incomplete',
    by: EITHER,
    section: 'RFC 9112 §8',
    title: 'TCP ends inside the content of an HTTP message',
    reaction: 'none',
    on: 'end',
    check: (_, connection) => {
      // Who ends TCP while the other one still sends says nothing about the sender.
      const sender = dropper(connection);
      const content = sender?.unfinishedContent;
      if (!sender || !content || sender.gap) return null;
      const { head, missing, hasBegun } = content;
      const rest = missing === null ? 'the last chunk' : `the last ${octetsInWords(missing)}`;
      const found = {
        says: `it ended TCP before ${rest} of the content`,
        on: head,
        octets: octetsOfFraming(head),
        by: sender.role,
      };
      // Many a log keeps heads only.
      return hasBegun ? found : { ...found, missing: 'the content' };
    },
    examples: {
      violates: [
        { log: `${REFUSED}\nrx "abc"\nTCP DROPPED BY PEER`, at: [1, 24, 41], also: REFUSAL_NOTES },
        {
          log: `${logOf(refused([], FORBIDDEN, 'Transfer-Encoding: chunked'))}\nrx "3\\r\\nabc\\r\\n"\nTCP DROPPED BY PEER`,
          at: [1, 24, 50],
          also: REFUSAL_NOTES,
        },
      ],
      holds: [
        { log: `${REFUSED}\nrx "abcde"\nTCP DROPPED BY PEER`, also: REFUSAL_NOTES },
        // The client did not wait for the rest.
        { log: `${REFUSED}\nrx "abc"\nTCP DROPPED BY ME`, also: REFUSAL_NOTES },
        // Without a length the end of TCP is the end of the content.
        { log: `${logOf(refused([], FORBIDDEN))}\nrx "abc"\nTCP DROPPED BY PEER`, also: REFUSAL_NOTES },
      ],
    },
  }),
  defineRule({
    id: 'http/connection-malformed',
    severity: 'error',
    basis: 'ABNF',
    by: EITHER,
    section: 'RFC 9110 §7.6.1',
    title: 'Connection is not a list of tokens',
    reaction: 'none',
    on: 'head',
    check: ({ head }) => checkConnection(head),
    examples: {
      violates: [
        shows(request('Connection: Upgrade, keep alive'), 'keep alive'),
        shows(response('Connection: Upgrade, "close"'), '"close"'),
      ],
      holds: [holds(request('Connection: Upgrade, keep-alive')), holds(response('Connection:\tupgrade , X_y!'))],
    },
  }),
];

/** The field that says how long the content is. */
function octetsOfFraming(head: Head): readonly [number, number] {
  const [field] = ['Transfer-Encoding', 'Content-Length'].flatMap((name) => fieldsNamed(head, name));
  return field ? [field.at, field.at + field.length] : [0, 1];
}
