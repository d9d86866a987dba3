// What the 101 answers to the request's key, extensions and subprotocols (RFC 6455 §4.1, checks 4 to 6; §4.2.2).

import { placeAt } from '../protocol/frame/frame.ts';
import { acceptSlip } from '../protocol/handshake/accept-slips.ts';
import { extensionsIn } from '../protocol/handshake/extension.ts';
import { acceptFor, fieldsNamed, type Head } from '../protocol/handshake/handshake.ts';
import {
  areAllFit,
  fieldsOf,
  fieldValue,
  isToken,
  listOf,
  octetsOfLine,
  octetsOfValue,
} from '../protocol/handshake/http-field.ts';
import { answered, holds, response, shows } from './kit/handshake-examples.ts';
import { agreementRule, CUT, faultyValues, quoted, switchingRule, unlessHidden } from './kit/handshake-rule.ts';
import type { Check, Found, HandshakeSubject, Rule } from './kit/rule.ts';
import { malformedExtensions } from './request-offer.ts';

const EXTENSIONS = 'Sec-WebSocket-Extensions';
const PROTOCOL = 'Sec-WebSocket-Protocol';
const ACCEPT = 'Sec-WebSocket-Accept';
const KEY = 'Sec-WebSocket-Key';

/** Extensions that give RSV1 a meaning: a connection has room for one of them. Others may define that they work twice. */
const USES_RSV1: ReadonlySet<string> = new Set([
  'permessage-deflate',
  'x-webkit-deflate-frame',
  'deflate-frame',
  'perframe-deflate',
  'permessage-bzip2',
  'permessage-snappy',
]);

function valuesOf(head: Head, name: string): string[] {
  return fieldsOf(head, name).map((field) => fieldValue(head, field).text);
}

/** The rows in which those keys of the request end that the accept value fits. */
export function rowsOfAnsweredKeys(request: Head, response: Head): number[] {
  const accepts = valuesOf(response, ACCEPT);
  return fieldsOf(request, KEY)
    .map((field) => fieldValue(request, field))
    .filter(({ text }) => accepts.includes(acceptFor(text)))
    .map(({ end }) => placeAt(request.spans, end - 1).row);
}

function checkAccept({ request, response }: HandshakeSubject): Check {
  const [named] = fieldsNamed(response, ACCEPT);
  if (!named) return null;
  const octets = octetsOfValue(response, named);
  const [key] = valuesOf(request, KEY);
  const [accept] = valuesOf(response, ACCEPT);
  if (key === undefined || accept === undefined) {
    const isCut = key === undefined ? !request.complete : !response.complete;
    return isCut && { says: 'whether Sec-WebSocket-Accept fits the key', missing: CUT, octets };
  }
  // One field too many has its own rule.
  if (rowsOfAnsweredKeys(request, response).length > 0) return null;
  const slip = acceptSlip(accept, key);
  return {
    says: `${ACCEPT} is ${quoted(accept)}, and the key asks for ${acceptFor(key)}${slip === null ? '' : `: ${slip}`}`,
    octets,
  };
}

function extensionsNotOffered({ request, response }: HandshakeSubject): readonly Found[] {
  const { extensions, isWhole } = extensionsIn(request);
  const names = extensions.map(({ name }) => name);
  return extensionsIn(response)
    .extensions.filter(({ name }) => !names.includes(name))
    .flatMap(({ name, at }) => {
      const says = `the request does not offer the extension ${name}`;
      const found = { says, octets: [at, at + name.length] as const };
      return unlessHidden(request, isWhole, `whether the request offers ${name}`, found) ?? [];
    });
}

function repeatedExtensions(head: Head): readonly Found[] {
  const { extensions } = extensionsIn(head);
  const [first, ...others] = extensions.filter(({ name }) => USES_RSV1.has(name));
  return others.map(({ name, at }) => ({
    says: name === first?.name ? `the extension ${name} is agreed twice` : `both ${first?.name} and ${name} need RSV1`,
    octets: [at, at + name.length],
  }));
}

function protocolsNotOffered({ request, response }: HandshakeSubject): readonly Found[] {
  const offered = listOf(request, PROTOCOL).map(({ text }) => text);
  return faultyValues(response, PROTOCOL, (value) => {
    // What is no token has its own rule.
    if (!isToken(value) || offered.includes(value)) return null;
    const near = offered.find((one) => one.toLowerCase() === value.toLowerCase());
    const hint = near === undefined ? '' : `, only ${quoted(near)}`;
    return `the request does not offer the subprotocol ${quoted(value)}${hint}`;
  }).flatMap(
    (found) =>
      unlessHidden(request, areAllFit(request, PROTOCOL), 'whether the request offers that subprotocol', found) ?? [],
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
        // One field too many has its own rule, and so has one with a control octet, or none.
        holds(
          answered(['Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', '+Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==']),
          ['request/key-duplicate', 'request/key-predictable', 'reaction/handshake-accepted-invalid'],
        ),
        holds(response(`+${ACCEPT}: AAAAAAAAAAAAAAAAAAAAAAAAAAA=`), ['response/accept-duplicate']),
        holds(response(`${ACCEPT}: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r`), ['http/bare-cr']),
        holds(answered(['Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r']), ['http/bare-cr']),
        holds(answered(['-Sec-WebSocket-Key']), ['request/key-missing', 'reaction/handshake-accepted-invalid']),
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
      holds: [
        holds(answered([`${EXTENSIONS}: permessage-deflate`], `${EXTENSIONS}: permessage-deflate`)),
        // A server may have taken the CR for a blank, or have read what it could.
        holds(answered([`${EXTENSIONS}: permessage-deflate\r`], `${EXTENSIONS}: permessage-deflate`), ['http/bare-cr']),
        holds(answered([`${EXTENSIONS}: bbf-usp-protocol; permessage-deflate;`], `${EXTENSIONS}: permessage-deflate`), [
          'request/extensions-malformed',
          'reaction/handshake-accepted-invalid',
        ]),
      ],
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
        // What it means to have that twice it may define.
        holds(
          answered(
            [`${EXTENSIONS}: bbf-usp-protocol, bbf-usp-protocol`],
            `${EXTENSIONS}: bbf-usp-protocol, bbf-usp-protocol`,
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
      holds: [
        holds(answered([`${PROTOCOL}: soap, chat`], `${PROTOCOL}: chat`)),
        // A server may have taken the CR for a blank.
        holds(answered([`${PROTOCOL}: chat\r`], `${PROTOCOL}: chat`), ['http/bare-cr']),
      ],
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
