// How a rule about the opening handshake is made: whom it can concern, and when it keeps quiet because another rule has
// said all there is to say (a start line that is none, a draft before RFC 6455, an answer that switches nothing).

import { octetsOfLatin1, textOf } from '../../model/octets.ts';
import type { Connection } from '../../protocol/connection.ts';
import { type Field, fieldsNamed, type Head, once, speaksDraft, statusOf } from '../../protocol/handshake/handshake.ts';
import {
  fieldsOf,
  fieldValue,
  listOf,
  lists,
  octetsOfLine,
  octetsOfValue,
} from '../../protocol/handshake/http-field.ts';
import { requestLine, startLineOf } from '../../protocol/handshake/start-line.ts';
import { defineRule, type Found, type Rule } from './rule.ts';

type HeadMoment = 'request' | 'response' | 'handshake';
type RuleAt<M extends HeadMoment> = Omit<Parameters<typeof defineRule<M>>[0], 'on' | 'by'>;

export const CUT = 'the rest of the head, which the log cuts off';
/** Of a paste all of it, of a report what the cut hides. */
export const NOT_RAW =
  'the octets of the head: the log holds it, or part of it, as text, where line ends may have changed';

function isRfc6455(request: Head | null): boolean {
  return request === null || (requestLine(request) !== null && !speaksDraft(request));
}

/** A client that goes through a proxy asks it for a tunnel first (RFC 6455 §4.1): that is no opening handshake yet. */
export function asksForTunnel(request: Head): boolean {
  const isOfHandshake = ({ key }: Field) => key === 'upgrade' || key.startsWith('sec-websocket-');
  return requestLine(request)?.method.text === 'CONNECT' && !request.fields.some(isOfHandshake);
}

/** What an HTTP/2 connection begins with has the form of a request, and is none (RFC 9113 §3.4). */
function beginsHttp2({ startLine }: Head): boolean {
  return startLine === 'PRI * HTTP/2.0';
}

const OF_HANDSHAKE = ['Upgrade', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version'];

/** It has nothing of an opening handshake: HTTP may be spoken before one, behind one that failed, or instead. */
export function isPlainHttp(request: Head): boolean {
  return (
    request.complete && OF_HANDSHAKE.every((name) => fieldsNamed(request, name).length === 0) && !speaksDraft(request)
  );
}

/**
 * The latest request asks for one of the versions that the server listed when it refused that of the request before it,
 * as RFC 6455 §4.4 provides for.
 */
export function retriesVersion({ request, requestBefore, response }: Connection): boolean {
  if (!request || !requestBefore || !response || statusOf(response) === 101) return false;
  const versionIn = (head: Head) => listOf(head, 'Sec-WebSocket-Version').map(({ text }) => text);
  const [version, ...others] = versionIn(request);
  if (version === undefined || others.length > 0 || versionIn(requestBefore).includes(version)) return false;
  return versionIn(response).includes(version);
}

/** The request is one that RFC 6455 speaks of. */
export const opensHandshake = once(
  (request: Head): boolean =>
    isRfc6455(request) && !isPlainHttp(request) && !asksForTunnel(request) && !beginsHttp2(request),
);

export function requestRule(rule: RuleAt<'request'>): Rule {
  const check: typeof rule.check = (subject, connection) =>
    opensHandshake(subject.head) && rule.check(subject, connection);
  return defineRule({ ...rule, by: ['client'], on: 'request', check });
}

/** About any response. */
export function responseRule(rule: RuleAt<'response'>): Rule {
  return defineRule({ ...rule, by: ['server'], on: 'response' });
}

/** About a 101. */
export function switchingRule(rule: RuleAt<'response'>): Rule {
  const check: typeof rule.check = (subject, connection) =>
    isSwitching(subject.head, connection) && rule.check(subject, connection);
  return responseRule({ ...rule, check });
}

/** About a request and the 101 that answers it. */
export function agreementRule(rule: RuleAt<'handshake'>): Rule {
  const check: typeof rule.check = (subject, connection) =>
    isSwitching(subject.response, connection) && rule.check(subject, connection);
  return defineRule({ ...rule, by: ['server'], on: 'handshake', check });
}

function isSwitching(response: Head, connection: Connection): boolean {
  return statusOf(response) === 101 && isRfc6455(connection.request);
}

export function octetsOfStartLine(head: Head): readonly [number, number] {
  const { at, end } = startLineOf(head);
  return [at, end];
}

/** The field is not there, or is behind the cut. */
export function missingField(head: Head, name: string): Found | null {
  if (fieldsNamed(head, name).length > 0) return null;
  if (!head.complete) return { says: `whether ${name} is there`, missing: CUT };
  return { says: `${name} is missing` };
}

/** The field stands on more than one line. */
export function repeatedField(head: Head, name: string): Found | null {
  const fields = fieldsNamed(head, name);
  const second = fields[1];
  return second ? { says: `there are ${fields.length} ${name} fields`, octets: octetsOfLine(second) } : null;
}

/** Judges the value of each line of that name; what `fault` says is why it is wrong. */
export function faultyValues(head: Head, name: string, fault: (value: string) => string | null): readonly Found[] {
  return fieldsOf(head, name).flatMap((field) => {
    const says = fault(fieldValue(head, field).text);
    return says === null ? [] : [{ says, octets: octetsOfValue(head, field) }];
  });
}

const LONGEST_QUOTE = 100;

/** A piece of a head, one character an octet, as a message quotes it: as UTF-8 where it is, and not too long. */
export function quoted(text: string): string {
  const decoded = textOf(octetsOfLatin1(text));
  const shown = decoded.includes('\ufffd') ? text : decoded;
  return shown.length > LONGEST_QUOTE ? `"${shown.slice(0, LONGEST_QUOTE)}…"` : `"${shown}"`;
}

/**
 * The lines of that name do not list the token, or hold octets that no list of tokens has. The case of a token does not
 * matter.
 */
export function missingToken(head: Head, name: string, token: string): Found | null {
  const fields = fieldsOf(head, name);
  const listed = lists(head, name, token);
  const odd = fields.find((field) => /[^\t -~]/.test(fieldValue(head, field).text));
  if (odd) return { says: `${name} has octets that a token cannot have`, octets: octetsOfValue(head, odd) };
  if (listed) return null;
  if (!head.complete) return { says: `whether ${name} lists ${token}`, missing: CUT };
  const last = fields.at(-1);
  // A value with control octets has its own rule.
  if (!last) return missingField(head, name);
  return {
    says: `${name} is ${quoted(fields.map((field) => fieldValue(head, field).text).join(', '))}`,
    octets: octetsOfValue(head, last),
  };
}
