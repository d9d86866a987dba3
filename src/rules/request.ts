// The request line (RFC 6455 §4.1, requirements 2 and 3), and requests of the drafts before RFC 6455.

import { draftMarks } from '../protocol/handshake/handshake.ts';
import { fieldsOf, fieldValue, octetsOfLine, type Part } from '../protocol/handshake/http-field.ts';
import { isBelowHttp11, requestLine } from '../protocol/handshake/start-line.ts';
import { holds, request, response, shows, TUNNEL } from './kit/handshake-examples.ts';
import { quoted, requestRule } from './kit/handshake-rule.ts';
import { type Check, defineRule, type Found, type Rule } from './kit/rule.ts';

const ORIGIN_FORM = /^\//;
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]+)/i;
// The first place in a target that no URI may have (RFC 3986 §3.3, §3.4). Blanks and CR are the start line's fault.
const NOT_OF_URI = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/?% \t\r]|%(?![0-9A-Fa-f]{2})/;
const VISIBLE_ASCII = /[!-~]/;

function octetsOf({ at, end }: Part): readonly [number, number] {
  return [at, end];
}

function checkTarget(target: Part): Check {
  const { text, at } = target;
  const fragment = text.indexOf('#');
  if (fragment >= 0) return { says: `the target has a fragment: ${quoted(text)}`, octets: [at + fragment, target.end] };
  const authority = ABSOLUTE_FORM.exec(text);
  if (!ORIGIN_FORM.test(text) && !authority) {
    return { says: `${quoted(text)} is neither a path nor an http or https URI`, octets: octetsOf(target) };
  }
  return checkTargetOctets(target, authority?.[0].length ?? 0);
}

function checkTargetOctets({ text, at }: Part, from: number): Check {
  const wrong = NOT_OF_URI.exec(text.slice(from));
  if (!wrong) return null;
  const index = at + from + wrong.index;
  const found: Found = {
    says: `the target has ${quoted(wrong[0])}, which a URI has only encoded`,
    octets: [index, index + 1],
  };
  // URL parsers, those of browsers too, leave some visible characters as they are.
  return VISIBLE_ASCII.test(wrong[0]) ? { ...found, severity: 'note' } : found;
}

function checkAbsoluteTarget(target: Part, hosts: readonly string[]): Check {
  const authority = ABSOLUTE_FORM.exec(target.text)?.[1];
  if (authority === undefined) return null;
  const other = hosts.find((host) => host.toLowerCase() !== authority.toLowerCase());
  const says = `the target is a whole URI: ${quoted(target.text)}`;
  return {
    says: other === undefined ? says : `${says}, of another host than Host: ${other}`,
    octets: octetsOf(target),
  };
}

export const REQUEST_RULES: readonly Rule[] = [
  defineRule({
    id: 'request/draft-protocol',
    severity: 'note',
    basis: 'another protocol',
    by: ['client'],
    section: 'RFC 6455 §4.1',
    title: 'The request is of a draft before RFC 6455',
    reaction: 'none',
    on: 'request',
    check: ({ head }) => {
      const [mark] = requestLine(head) ? draftMarks(head) : [];
      return mark && { says: `${mark.name}: ${mark.value} is of a draft`, octets: octetsOfLine(mark) };
    },
    examples: {
      violates: [
        shows(request('Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5'), 'Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5'),
        shows(
          request('-Sec-WebSocket-Key', '-Sec-WebSocket-Version', 'Upgrade: WebSocket', 'Origin: http://a'),
          'Upgrade: WebSocket',
        ),
      ],
      holds: [holds(request()), holds(request('Upgrade: WebSocket'))],
    },
  }),
  requestRule({
    id: 'request/method-not-get',
    severity: 'error',
    basis: 'MUST',
    section: 'RFC 6455 §4.1',
    title: 'The method is not GET',
    reaction: 'http-4xx',
    check: ({ head }) => {
      const line = requestLine(head);
      // A method behind which the log is cut may go on.
      if (!line || line.method.text === 'GET' || (!line.target && 'GET'.startsWith(line.method.text))) return null;
      return { says: `the method is ${quoted(line.method.text)}`, octets: octetsOf(line.method) };
    },
    examples: {
      violates: [shows(request('=POST /chat HTTP/1.1'), 'POST')],
      holds: [holds(request('=GET /chat HTTP/1.1')), holds([...TUNNEL, ...response()])],
    },
  }),
  requestRule({
    id: 'request/http-version',
    severity: 'error',
    basis: 'MUST',
    section: 'RFC 6455 §4.1',
    title: 'The request is of an HTTP version below 1.1',
    reaction: 'http-4xx',
    check: ({ head }) => {
      const version = requestLine(head)?.version;
      if (!version || !isBelowHttp11(version.text)) return null;
      return { says: `${version.text} knows no Upgrade`, octets: octetsOf(version) };
    },
    examples: {
      violates: [shows(request('=GET /chat HTTP/1.0'), 'HTTP/1.0')],
      holds: [holds(request('=GET /chat HTTP/1.1'))],
    },
  }),
  requestRule({
    id: 'request/target-invalid',
    severity: 'error',
    basis: 'MUST',
    section: 'RFC 6455 §3',
    title: 'The target is no resource name',
    reaction: 'http-4xx',
    check: ({ head }) => {
      const target = requestLine(head)?.target;
      return target && checkTarget(target);
    },
    examples: {
      violates: [
        shows(request('=GET /chat#top HTTP/1.1'), '#top'),
        shows(request('=GET ws://server.example.com/chat HTTP/1.1'), 'ws://server.example.com/chat'),
        shows(request('=GET * HTTP/1.1'), '*'),
        shows(request('=GET /caf\xe9 HTTP/1.1'), '\xe9'),
      ],
      holds: [holds(request('=GET /chat%23top HTTP/1.1')), holds(request('=GET /a;b=1/c?d=/e?&f HTTP/1.1'))],
    },
  }),
  requestRule({
    id: 'request/target-absolute',
    severity: 'note',
    basis: 'legal',
    section: 'RFC 6455 §4.1',
    title: 'The target is a whole URI',
    reaction: 'none',
    check: ({ head }) => {
      const target = requestLine(head)?.target;
      const hosts = fieldsOf(head, 'Host').map((field) => fieldValue(head, field).text);
      return target && checkAbsoluteTarget(target, hosts);
    },
    examples: {
      violates: [shows(request('=GET http://server.example.com/chat HTTP/1.1'), 'http://server.example.com/chat')],
      holds: [holds(request('=GET /chat HTTP/1.1'))],
    },
  }),
];
