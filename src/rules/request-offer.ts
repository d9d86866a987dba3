// What the request offers: subprotocols and extensions (RFC 6455 §4.1, requirements 10 and 11; §9.1).

import type { Connection } from '../protocol/connection.ts';
import { deflateElements, PERMESSAGE_DEFLATE } from '../protocol/deflate/deflate-parameters.ts';
import { type Extension, extensionsIn } from '../protocol/handshake/extension.ts';
import { type Head, statusOf } from '../protocol/handshake/handshake.ts';
import {
  elementsOf,
  fieldsOf,
  fieldValue,
  isToken,
  listOf,
  octetsOfLine,
  octetsOfValue,
} from '../protocol/handshake/http-field.ts';
import { answered, holds, request, shows } from './kit/handshake-examples.ts';
import { quoted, requestRule } from './kit/handshake-rule.ts';
import { defineRule, EITHER, type Found, type Rule } from './kit/rule.ts';

/** The IANA registry of WebSocket extension names, and its date. No subprotocol has to be registered. */
const REGISTERED: ReadonlySet<string> = new Set([PERMESSAGE_DEFLATE, 'bbf-usp-protocol']);
const SNAPSHOT = '2026-11-01';

function repeatedProtocols(head: Head): readonly Found[] {
  const seen = new Set<string>();
  return listOf(head, 'Sec-WebSocket-Protocol').flatMap(({ text, at, end }) => {
    if (seen.has(text))
      return [{ says: `the subprotocol ${quoted(text)} is offered twice`, octets: [at, end] as const }];
    seen.add(text);
    return [];
  });
}

function malformedProtocols(head: Head): readonly Found[] {
  return fieldsOf(head, 'Sec-WebSocket-Protocol').flatMap((field): Found[] => {
    const elements = elementsOf(fieldValue(head, field)).filter(({ text }) => text !== '');
    if (elements.length === 0)
      return [{ says: 'the list of subprotocols is empty', octets: octetsOfValue(head, field) }];
    return elements
      .filter(({ text }) => !isToken(text))
      .map(({ text, at, end }) => ({ says: `the subprotocol ${quoted(text)} is not a token`, octets: [at, end] }));
  });
}

/** Where the lists of extensions stop making sense. */
export function malformedExtensions(head: Head): readonly Found[] {
  return extensionsIn(head).broken.map(({ field, at, end }) => {
    if (at >= end) return { says: 'the list of extensions is empty', octets: octetsOfLine(field) };
    const rest = fieldValue(head, field).text.slice(at - end);
    return { says: `the list of extensions cannot be read from ${quoted(rest)} on`, octets: [at, end] };
  });
}

/** The extensions of either head that another rule does not refuse already. */
function namesToJudge(head: Head, { request: asked }: Connection): readonly Extension[] {
  const { extensions } = extensionsIn(head);
  if (head.kind === 'request') return extensions;
  if (statusOf(head) !== 101) return [];
  const offered = asked && extensionsIn(asked).extensions;
  return extensions.filter(({ name }) => !offered || offered.some((offer) => offer.name === name));
}

function unregistered(head: Head, connection: Connection): readonly Found[] {
  return namesToJudge(head, connection)
    .filter(({ name }) => !REGISTERED.has(name))
    .map(({ name, at }) => ({
      says: `the extension ${name} is not registered (IANA registry of ${SNAPSHOT})`,
      octets: [at, at + name.length],
    }));
}

function quotedParameters(head: Head): readonly Found[] {
  const { extensions } = extensionsIn(head);
  const deflate = deflateElements(extensions);
  // The parameters of permessage-deflate have rules of their own.
  return extensions
    .filter((extension) => !deflate.includes(extension))
    .flatMap(({ parameters }) => parameters.filter(({ quoted: is, value }) => is && !isToken(value ?? '')))
    .map(({ name, value, at, end }) => ({
      says: `the value of the parameter ${name} is ${quoted(value ?? '')}, which is not a token`,
      octets: [at, end],
    }));
}

export const REQUEST_OFFER_RULES: readonly Rule[] = [
  requestRule({
    id: 'request/protocol-duplicate',
    severity: 'error',
    basis: 'MUST',
    section: 'RFC 6455 §4.1',
    title: 'A subprotocol is offered twice',
    reaction: 'http-4xx',
    check: ({ head }) => repeatedProtocols(head),
    examples: {
      violates: [
        shows(request('Sec-WebSocket-Protocol: chat, chat'), 'chat'),
        shows(request('+Sec-WebSocket-Protocol: chat', '+Sec-WebSocket-Protocol: chat'), 'chat'),
      ],
      holds: [holds(request('Sec-WebSocket-Protocol: chat, Chat'))],
    },
  }),
  requestRule({
    id: 'request/protocol-malformed',
    severity: 'error',
    basis: 'MUST',
    section: 'RFC 6455 §4.1',
    title: 'Sec-WebSocket-Protocol is not a list of tokens',
    reaction: 'http-4xx',
    check: ({ head }) => malformedProtocols(head),
    examples: {
      violates: [
        shows(request('Sec-WebSocket-Protocol: chat/v1'), 'chat/v1'),
        shows(request('Sec-WebSocket-Protocol: a, b c'), 'b c'),
        shows(request('Sec-WebSocket-Protocol: ,'), ','),
      ],
      holds: [holds(request('Sec-WebSocket-Protocol: chat.v1'))],
    },
  }),
  requestRule({
    id: 'request/extensions-malformed',
    severity: 'error',
    basis: 'ABNF',
    section: 'RFC 6455 §9.1',
    title: 'Sec-WebSocket-Extensions is not a list of extensions',
    reaction: 'http-4xx',
    check: ({ head }) => malformedExtensions(head),
    examples: {
      violates: [
        shows(request('Sec-WebSocket-Extensions: permessage-deflate;'), ';'),
        shows(request('Sec-WebSocket-Extensions:'), 'Sec-WebSocket-Extensions:'),
        shows(request('Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits='), '='),
      ],
      holds: [holds(request('Sec-WebSocket-Extensions: permessage-deflate'))],
    },
  }),
  defineRule({
    id: 'request/extension-quoted-not-token',
    severity: 'error',
    basis: 'MUST',
    by: EITHER,
    section: 'RFC 6455 §9.1',
    title: 'A quoted extension parameter is not a token',
    reaction: 'handshake-fails',
    on: 'head',
    check: ({ head }) => quotedParameters(head),
    examples: {
      violates: [
        shows(request('Sec-WebSocket-Extensions: bbf-usp-protocol; a="b c"'), 'a="b c"'),
        shows(
          answered(['Sec-WebSocket-Extensions: bbf-usp-protocol'], 'Sec-WebSocket-Extensions: bbf-usp-protocol; a=""'),
          'a=""',
        ),
      ],
      holds: [holds(request('Sec-WebSocket-Extensions: bbf-usp-protocol; a="10"'))],
    },
  }),
  defineRule({
    id: 'request/extension-unregistered',
    // Nearly always on purpose (x-webkit-deflate-frame and the like), and nobody has to refuse it.
    severity: 'note',
    basis: 'MUST, softened: it is done on purpose',
    by: EITHER,
    section: 'RFC 6455 §9.1',
    title: 'An extension is not registered',
    reaction: 'none',
    on: 'head',
    check: ({ head }, connection) => unregistered(head, connection),
    examples: {
      violates: [shows(request('Sec-WebSocket-Extensions: x-webkit-deflate-frame'), 'x-webkit-deflate-frame')],
      holds: [holds(request('Sec-WebSocket-Extensions: permessage-deflate'))],
    },
  }),
];
