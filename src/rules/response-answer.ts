// What the 101 answers to the request's key, extensions and subprotocols (RFC 6455 §4.1, checks 4 to 6; §4.2.2).

import { acceptSlip } from '../protocol/handshake/accept-slips.ts';
import { extensionsIn } from '../protocol/handshake/extension.ts';
import { acceptFor, fieldsNamed, type Head } from '../protocol/handshake/handshake.ts';
import {
  fieldsOf,
  fieldValue,
  isToken,
  listOf,
  octetsOfLine,
  octetsOfValue,
} from '../protocol/handshake/http-field.ts';
import { answered, holds, response, shows } from './kit/handshake-examples.ts';
import { agreementRule, CUT, faultyValues, quoted, switchingRule } from './kit/handshake-rule.ts';
import type { Check, Found, HandshakeSubject, Rule } from './kit/rule.ts';
import { malformedExtensions } from './request-offer.ts';

const EXTENSIONS = 'Sec-WebSocket-Extensions';
const PROTOCOL = 'Sec-WebSocket-Protocol';
const ACCEPT = 'Sec-WebSocket-Accept';

/** Extensions that give RSV1 a meaning: a connection has room for one of them. */
const USES_RSV1: ReadonlySet<string> = new Set([
  'permessage-deflate',
  'x-webkit-deflate-frame',
  'deflate-frame',
  'perframe-deflate',
  'permessage-bzip2',
  'permessage-snappy',
]);

function checkAccept({ request, response }: HandshakeSubject): Check {
  const [named] = fieldsNamed(response, ACCEPT);
  if (!named) return null;
  const octets = octetsOfValue(response, named);
  const keys = fieldsOf(request, 'Sec-WebSocket-Key').map((field) => fieldValue(request, field).text);
  const accepts = fieldsOf(response, ACCEPT).map((field) => fieldValue(response, field).text);
  const [key] = keys;
  const [accept] = accepts;
  if (key === undefined || accept === undefined) {
    const isCut = key === undefined ? !request.complete : !response.complete;
    return isCut && { says: 'whether Sec-WebSocket-Accept fits the key', missing: CUT, octets };
  }
  // One field too many has its own rule.
  if (keys.some((one) => accepts.includes(acceptFor(one)))) return null;
  const slip = acceptSlip(accept, key);
  return {
    says: `${ACCEPT} is ${quoted(accept)}, and the key asks for ${acceptFor(key)}${slip === null ? '' : `: ${slip}`}`,
    octets,
  };
}

function extensionsNotOffered({ request, response }: HandshakeSubject): readonly Found[] {
  const offered = extensionsIn(request);
  // Of a list that makes no sense the rest is not known.
  if (offered.broken.length > 0) return [];
  const names = offered.extensions.map(({ name }) => name);
  return extensionsIn(response)
    .extensions.filter(({ name }) => !names.includes(name))
    .map(({ name, at }): Found => {
      const octets = [at, at + name.length] as const;
      if (!request.complete) return { says: `whether the request offers ${name}`, missing: CUT, octets };
      return { says: `the request does not offer the extension ${name}`, octets };
    });
}

function repeatedExtensions(head: Head): readonly Found[] {
  const { extensions } = extensionsIn(head);
  return extensions.flatMap(({ name, at }, i) => {
    const before = extensions.slice(0, i).map((one) => one.name);
    const rival = before.find((other) => USES_RSV1.has(other) && USES_RSV1.has(name));
    const octets = [at, at + name.length] as const;
    if (before.includes(name)) return [{ says: `the extension ${name} is agreed twice`, octets }];
    return rival === undefined ? [] : [{ says: `both ${rival} and ${name} need RSV1`, octets }];
  });
}

function protocolsNotOffered({ request, response }: HandshakeSubject): readonly Found[] {
  const offered = listOf(request, PROTOCOL).map(({ text }) => text);
  return faultyValues(response, PROTOCOL, (value) => {
    // What is no token has its own rule.
    if (!isToken(value) || offered.includes(value)) return null;
    const near = offered.find((one) => one.toLowerCase() === value.toLowerCase());
    const hint = near === undefined ? '' : `, only ${quoted(near)}`;
    return `the request does not offer the subprotocol ${quoted(value)}${hint}`;
  }).map((found) =>
    request.complete ? found : { ...found, says: 'whether the request offers that subprotocol', missing: CUT },
  );
}

function protocolFault(value: string): string | null {
  if (isToken(value)) return null;
  const isList = value.includes(',') ? ': a response selects only one subprotocol' : '';
  return value === '' ? 'the subprotocol is empty' : `${quoted(value)} is not a token${isList}`;
}

export function selectsNoProtocol({ request, response }: Pick<HandshakeSubject, 'request' | 'response'>): boolean {
  return listOf(request, PROTOCOL).length > 0 && response.complete && fieldsNamed(response, PROTOCOL).length === 0;
}

function checkNoneSelected(subject: HandshakeSubject): Check {
  if (!selectsNoProtocol(subject)) return null;
  const names = listOf(subject.request, PROTOCOL)
    .map(({ text }) => text)
    .join(', ');
  return `it selects none of the offered subprotocols (${names}): browsers and ws then fail the connection`;
}

export const RESPONSE_ANSWER_RULES: readonly Rule[] = [
  agreementRule({
    id: 'response/accept-mismatch',
    severity: 'error',
    basis: 'MUST',
    section: 'RFC 6455 §4.2.2',
    title: 'Sec-WebSocket-Accept does not fit the key',
    reaction: 'client-drops',
    asksEach: true,
    check: checkAccept,
    examples: {
      violates: [
        shows(response(`${ACCEPT}: AAAAAAAAAAAAAAAAAAAAAAAAAAA=`), 'AAAAAAAAAAAAAAAAAAAAAAAAAAA='),
        shows(response(`${ACCEPT}: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=`), 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='),
      ],
      holds: [
        holds(response(`${ACCEPT}: HSmrc0sMlYUkAGmm5OPpG2HaGWk=`)),
        holds(response(`${ACCEPT}:HSmrc0sMlYUkAGmm5OPpG2HaGWk=\t `)),
      ],
    },
  }),
  agreementRule({
    id: 'response/extension-not-offered',
    severity: 'error',
    basis: 'MUST NOT',
    section: 'RFC 6455 §4.2.2',
    title: 'The server selects an extension that was not offered',
    reaction: 'client-drops',
    check: extensionsNotOffered,
    examples: {
      violates: [shows(response(`${EXTENSIONS}: permessage-deflate`), 'permessage-deflate')],
      holds: [holds(answered([`${EXTENSIONS}: permessage-deflate`], `${EXTENSIONS}: permessage-deflate`))],
    },
  }),
  switchingRule({
    id: 'response/extensions-malformed',
    severity: 'error',
    basis: 'ABNF',
    section: 'RFC 6455 §9.1',
    title: 'Sec-WebSocket-Extensions is not a list of extensions',
    reaction: 'client-drops',
    check: ({ head }) => malformedExtensions(head),
    examples: {
      violates: [
        shows(response(`${EXTENSIONS}:`), `${EXTENSIONS}:`),
        shows(answered([`${EXTENSIONS}: permessage-deflate`], `${EXTENSIONS}: permessage-deflate;`), ';'),
      ],
      holds: [
        holds(response()),
        holds(
          answered(
            [`${EXTENSIONS}: permessage-deflate`],
            `${EXTENSIONS}: permessage-deflate ;\tserver_max_window_bits = "15"`,
          ),
        ),
      ],
    },
  }),
  switchingRule({
    id: 'response/extensions-multiple-lines',
    severity: 'note',
    basis: 'legal by erratum 3433; RFC 6455 §11.3.2 as printed says MUST NOT',
    section: 'RFC 6455 §11.3.2',
    title: 'Sec-WebSocket-Extensions stands on more than one line',
    reaction: 'none',
    check: ({ head }) => {
      const [, second] = fieldsNamed(head, EXTENSIONS);
      return second && { says: 'the extensions stand on more than one line', octets: octetsOfLine(second) };
    },
    examples: {
      violates: [
        shows(
          answered(
            [`${EXTENSIONS}: permessage-deflate, bbf-usp-protocol`],
            `+${EXTENSIONS}: permessage-deflate`,
            `+${EXTENSIONS}: bbf-usp-protocol`,
          ),
          `${EXTENSIONS}: bbf-usp-protocol`,
        ),
      ],
      holds: [
        holds(
          answered(
            [`+${EXTENSIONS}: permessage-deflate`, `+${EXTENSIONS}: bbf-usp-protocol`],
            `${EXTENSIONS}: permessage-deflate, bbf-usp-protocol`,
          ),
        ),
      ],
    },
  }),
  switchingRule({
    id: 'response/extension-duplicate',
    severity: 'error',
    basis: 'MUST NOT',
    section: 'RFC 7692 §5',
    title: 'An extension is agreed twice, or two need the same bit',
    reaction: 'client-drops',
    check: ({ head }) => repeatedExtensions(head),
    examples: {
      violates: [
        shows(
          answered([`${EXTENSIONS}: permessage-deflate`], `${EXTENSIONS}: permessage-deflate, permessage-deflate`),
          'permessage-deflate',
        ),
        shows(
          answered(
            [`${EXTENSIONS}: permessage-deflate, x-webkit-deflate-frame`],
            `${EXTENSIONS}: permessage-deflate, x-webkit-deflate-frame`,
          ),
          'x-webkit-deflate-frame',
          ['request/extension-unregistered'],
        ),
      ],
      holds: [
        holds(answered([`${EXTENSIONS}: permessage-deflate`], `${EXTENSIONS}: permessage-deflate`)),
        holds(
          answered(
            [`${EXTENSIONS}: permessage-deflate, bbf-usp-protocol`],
            `${EXTENSIONS}: bbf-usp-protocol, permessage-deflate`,
          ),
        ),
      ],
    },
  }),
  agreementRule({
    id: 'response/protocol-not-offered',
    severity: 'error',
    basis: 'MUST',
    section: 'RFC 6455 §4.2.2',
    title: 'The server selects a subprotocol that was not offered',
    reaction: 'client-drops',
    check: protocolsNotOffered,
    examples: {
      violates: [
        shows(answered([`${PROTOCOL}: chat`], `${PROTOCOL}: Chat`), 'Chat'),
        shows(response(`${PROTOCOL}: chat`), 'chat'),
      ],
      holds: [holds(answered([`${PROTOCOL}: soap, chat`], `${PROTOCOL}: chat`))],
    },
  }),
  switchingRule({
    id: 'response/protocol-malformed',
    severity: 'error',
    basis: 'ABNF',
    section: 'RFC 6455 §4.2.2',
    title: 'Sec-WebSocket-Protocol is not one token',
    reaction: 'client-drops',
    check: ({ head }) => faultyValues(head, PROTOCOL, protocolFault),
    examples: {
      violates: [
        shows(answered([`${PROTOCOL}: chat, superchat`], `${PROTOCOL}: chat, superchat`), 'chat, superchat'),
        shows(answered([`${PROTOCOL}: chat`], `${PROTOCOL}:`), `${PROTOCOL}:`),
      ],
      holds: [holds(answered([`${PROTOCOL}: chat`], `${PROTOCOL}: chat`))],
    },
  }),
  agreementRule({
    id: 'response/protocol-none-selected',
    severity: 'note',
    basis: 'legal',
    section: 'RFC 6455 §4.2.2',
    title: 'The server selects none of the offered subprotocols',
    reaction: 'none',
    check: checkNoneSelected,
    examples: {
      violates: [shows(answered([`${PROTOCOL}: chat`]), null)],
      holds: [holds(response())],
    },
  }),
];
