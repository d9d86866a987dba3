// The request line (RFC 6455 §4.1, requirements 2 and 3), and requests of the drafts before RFC 6455.

import { draftMarks, type Head } from '../protocol/handshake/handshake.ts';
import { fieldsOf, fieldValue, octetsOfLine, type Part } from '../protocol/handshake/http-field.ts';
import { isBelowHttp11, requestLine } from '../protocol/handshake/start-line.ts';
import { holds, request, response, shows, TUNNEL } from './kit/handshake-examples.ts';
import { quoted, requestRule } from './kit/handshake-rule.ts';
import { type Check, defineRule, type Found, type Rule } from './kit/rule.ts';

const ORIGIN_FORM = /^\//;
const ABSOLUTE_FORM = /^(https?:)\/\/([^/?#]+)/i;
// The first place in a target that no URI may have (RFC 3986 §3.3, §3.4). Blanks and CR are the start line's fault.
const NOT_OF_URI = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/?% \t\r]|%(?![0-9A-Fa-f]{2})/;
const VISIBLE_ASCII = /[!-~]/;

function octetsOf({ at, end }: Part): readonly [number, number] {
  return [at, end];
}

function checkTarget(target: Part): Check {
  const { text, at } = target;
  const fragment = text.indexOf('#');
  if (fragment >= 0)
    return { says: `the request target has a fragment: ${quoted(text)}`, octets: [at + fragment, target.end] };
  const authority = ABSOLUTE_FORM.exec(text);
  if (!ORIGIN_FORM.test(text) && !authority) {
    return {
      says: `the request target ${quoted(text)} is neither a path nor an http or https URI`,
      octets: octetsOf(target),
    };
  }
  return checkTargetOctets(target, authority?.[0].length ?? 0);
}

function checkTargetOctets({ text, at }: Part, from: number): Check {
  const wrong = NOT_OF_URI.exec(text.slice(from));
  if (!wrong) return null;
  const index = at + from + wrong.index;
  const found: Found = {
    says: `the request target has ${quoted(wrong[0])}, which has to be percent-encoded in a URI`,
    octets: [index, index + 1],
  };
  // URL parsers, those of browsers too, leave some visible characters as they are.
  return VISIBLE_ASCII.test(wrong[0]) ? { ...found, severity: 'note' } : found;
}

function checkAbsoluteTarget(target: Part): Check {
  if (!ABSOLUTE_FORM.test(target.text)) return null;
  return { says: `the request target is an absolute URI: ${quoted(target.text)}`, octets: octetsOf(target) };
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** Host and port, such that the same ones look the same; null for what is none. A user name is no part of it. */
function hostAndPort(scheme: string, authority: string): string | null {
  const [, host = '', port = ''] = /^(?:[^@]*@)?(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority) ?? [];
  return host === '' ? null : `${host.toLowerCase()}:${Number(port === '' ? DEFAULT_PORTS[scheme] : port)}`;
}

function checkHostOfTarget(head: Head): Check {
  const target = requestLine(head)?.target;
  const [, scheme = '', authority = ''] = ABSOLUTE_FORM.exec(target?.text ?? '') ?? [];
  const wanted = hostAndPort(scheme.toLowerCase(), authority);
  const [host, ...others] = fieldsOf(head, 'Host');
  // More than one Host, or one that is no host, has its own rule.
  if (wanted === null || !host || others.length > 0) return null;
  const value = fieldValue(head, host);
  const named = hostAndPort(scheme.toLowerCase(), value.text);
  if (named === null || named === wanted || value.text.includes('@')) return null;
  return {
    says: `Host is ${quoted(value.text)}, and the request target names ${quoted(authority)}`,
    octets: octetsOf(value),
  };
}

export const REQUEST_RULES: readonly Rule[] = [
  defineRule({
    id: 'request/draft-protocol',
    severity: 'note',
    basis: 'another protocol',
    by: ['client'],
    section: 'RFC 6455 §4.1',
    title: 'The request follows a draft before RFC 6455',
    reaction: 'none',
    on: 'request',
    check: ({ head }) => {
      const [mark] = requestLine(head) ? draftMarks(head) : [];
      return (
        mark && { says: `"${mark.name}: ${mark.value}" is from a draft before RFC 6455`, octets: octetsOfLine(mark) }
      );
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
      violates: [shows(request('=POST /chat HTTP/1.1'), 'POST'), shows(request('=GE /chat HTTP/1.1'), 'GE')],
      holds: [
        holds(request('=GET /chat HTTP/1.1')),
        holds([...TUNNEL, ...response()]),
        // Plain HTTP.
        holds([['tx', 'POST /chat HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n']]),
      ],
    },
  }),
  requestRule({
    id: 'request/http-version',
    severity: 'error',
    basis: 'MUST',
    section: 'RFC 6455 §4.1',
    title: 'The HTTP version of the request is below 1.1',
    reaction: 'http-4xx',
    check: ({ head }) => {
      const version = requestLine(head)?.version;
      if (!version || !isBelowHttp11(version.text)) return null;
      return { says: `${version.text} has no Upgrade`, octets: octetsOf(version) };
    },
    examples: {
      violates: [shows(request('=GET /chat HTTP/1.0'), 'HTTP/1.0')],
      holds: [holds(request('=GET /chat HTTP/1.1')), holds(request('=GET /chat HTTP/1.2'))],
    },
  }),
  requestRule({
    id: 'request/target-invalid',
    severity: 'error',
    basis: 'MUST',
    section: 'RFC 6455 §3',
    title: 'The request target is not a resource name',
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
        shows(request('=GET http://server.example.com/caf\xe9 HTTP/1.1'), '\xe9', ['request/target-absolute']),
      ],
      holds: [holds(request('=GET /chat%23top HTTP/1.1')), holds(request('=GET /a;b=1/c?d=/e?&f HTTP/1.1'))],
    },
  }),
  requestRule({
    id: 'request/target-absolute',
    severity: 'note',
    basis: 'legal',
    section: 'RFC 6455 §4.1',
    title: 'The request target is an absolute URI',
    reaction: 'none',
    check: ({ head }) => {
      const target = requestLine(head)?.target;
      return target && checkAbsoluteTarget(target);
    },
    examples: {
      violates: [shows(request('=GET http://server.example.com/chat HTTP/1.1'), 'http://server.example.com/chat')],
      holds: [holds(request('=GET /chat HTTP/1.1'))],
    },
  }),
  requestRule({
    id: 'request/host-differs-from-target',
    severity: 'error',
    basis: 'MUST',
    section: 'RFC 9112 §3.2.2',
    title: 'Host is not the host of the request target',
    // The server has to take the target's.
    reaction: 'none',
    check: ({ head }) => checkHostOfTarget(head),
    examples: {
      violates: [
        shows(request('=GET http://example.com/chat HTTP/1.1'), 'server.example.com', ['request/target-absolute']),
        shows(request('=GET http://server.example.com:8080/chat HTTP/1.1'), 'server.example.com', [
          'request/target-absolute',
        ]),
      ],
      holds: [
        holds(request('=GET http://Server.example.com:80/chat HTTP/1.1'), ['request/target-absolute']),
        holds(request('=GET https://server.example.com/chat HTTP/1.1', 'Host: server.example.com:443'), [
          'request/target-absolute',
        ]),
        holds(request('=GET /chat?to=http://example.com/ HTTP/1.1')),
      ],
    },
  }),
];
