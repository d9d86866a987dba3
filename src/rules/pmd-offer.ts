// Offers of permessage-deflate (RFC 7692 §7), each judged apart, and what may be said of offer and answer alike.

import {
  deflateElements,
  type FaultyParameter,
  type ParameterFault,
  parameterFaults,
  windowBits,
} from '../protocol/deflate/deflate-parameters.ts';
import { type ExtensionParameter, extensionsIn } from '../protocol/handshake/extension.ts';
import { type Head, statusOf } from '../protocol/handshake/handshake.ts';
import { answered, holds, request, shows } from './kit/handshake-examples.ts';
import { requestRule } from './kit/handshake-rule.ts';
import { defineRule, EITHER, type Found, type Rule } from './kit/rule.ts';

const FIELD = 'Sec-WebSocket-Extensions';
const DEFLATE = `${FIELD}: permessage-deflate`;

interface FaultRow {
  readonly fault: ParameterFault;
  readonly section: string;
  readonly title: string;
  readonly says: string;
}

/** The faults that a parameter of an offer and of an answer can have; the rules' ids end in them. */
export const PARAMETER_FAULTS: readonly FaultRow[] = [
  {
    fault: 'unknown-param',
    section: 'RFC 7692 §7',
    title: 'has a parameter that permessage-deflate does not define',
    says: 'is not a parameter of permessage-deflate',
  },
  {
    fault: 'duplicate-param',
    section: 'RFC 7692 §7',
    title: 'has a parameter of permessage-deflate twice',
    says: 'repeats a parameter',
  },
  {
    fault: 'invalid-window-bits',
    section: 'RFC 7692 §7.1.2',
    title: 'has window bits that are not 8 to 15',
    says: 'does not give a number from 8 to 15',
  },
  {
    fault: 'takeover-value',
    section: 'RFC 7692 §7.1.1',
    title: 'gives a value to a parameter that takes none',
    says: 'must not have a value',
  },
];

/** The parameters of the head's permessage-deflate elements that have this fault. */
export function faultyParameters(head: Head, { fault, says }: FaultRow): readonly Found[] {
  const isOfFault = (faulty: FaultyParameter) => faulty.fault === fault;
  return deflateElements(extensionsIn(head).extensions)
    .flatMap((element) => parameterFaults(element, head.kind).filter(isOfFault))
    .map(({ parameter }) => ({ says: `${shown(parameter)} ${says}`, octets: [parameter.at, parameter.end] }));
}

function shown({ name, value }: ExtensionParameter): string {
  return value === null ? name : `${name}=${value}`;
}

/** What an offer shows and what it does not, by the fault. */
const EXAMPLES: Readonly<Record<ParameterFault, Rule['examples']>> = {
  'unknown-param': {
    violates: [
      shows(request(`${DEFLATE}; foo`), 'foo'),
      shows(request(`${DEFLATE}; Client_max_window_bits`), 'Client_max_window_bits'),
      // With an offer to fall back on: a warning.
      shows(request(`${DEFLATE}; mem_level=9, permessage-deflate`), 'mem_level=9'),
    ],
    holds: [holds(request(`${DEFLATE}; client_max_window_bits`))],
  },
  'duplicate-param': {
    violates: [
      shows(
        request(`${DEFLATE}; server_no_context_takeover; server_no_context_takeover`),
        'server_no_context_takeover',
      ),
      // With an offer to fall back on: a warning.
      shows(
        request(`${DEFLATE}; client_max_window_bits; client_max_window_bits=9, permessage-deflate`),
        'client_max_window_bits=9',
      ),
    ],
    holds: [holds(request(`${DEFLATE}; client_max_window_bits, permessage-deflate; client_max_window_bits`))],
  },
  'invalid-window-bits': {
    violates: ['=08', '=7', '=16', '=+9', '=10.0', ''].map((value) =>
      shows(request(`${DEFLATE}; server_max_window_bits${value}`), `server_max_window_bits${value}`),
    ),
    holds: [
      holds(request(`${DEFLATE}; server_max_window_bits="8"`), ['pmd/window-bits-8']),
      holds(request(`${DEFLATE}; server_max_window_bits=15; client_max_window_bits`)),
    ],
  },
  'takeover-value': {
    violates: [shows(request(`${DEFLATE}; client_no_context_takeover=1`), 'client_no_context_takeover=1')],
    holds: [holds(request(`${DEFLATE}; client_no_context_takeover`))],
  },
};

/** The server has to decline such an offer (RFC 7692 §7); a client that makes a sound one too has provided for that. */
function faultyOffers(head: Head, row: FaultRow): readonly Found[] {
  const found = faultyParameters(head, row);
  if (found.length === 0) return found;
  const offers = deflateElements(extensionsIn(head).extensions);
  const hasFallback = offers.some((offer) => parameterFaults(offer, 'request').length === 0);
  return hasFallback ? found.map((one) => ({ ...one, severity: 'warning' })) : found;
}

function offerRule(row: FaultRow): Rule {
  return requestRule({
    id: `pmd/offer-${row.fault}`,
    severity: 'error',
    basis: 'MUST: a warning where another offer is there to fall back on',
    section: row.section,
    title: `An offer ${row.title}`,
    // The server declines the offer, and may well take another one.
    reaction: 'none',
    check: ({ head }) => faultyOffers(head, row),
    examples: EXAMPLES[row.fault],
  });
}

function smallestWindows(head: Head): readonly Found[] {
  if (head.kind === 'response' && statusOf(head) !== 101) return [];
  return deflateElements(extensionsIn(head).extensions)
    .flatMap((element) => element.parameters.filter(({ name }) => windowBits(element, name) === 8))
    .map(({ name, at, end }) => ({
      says: `${name}=8: zlib has no such window for raw DEFLATE: it takes 9, or refuses`,
      octets: [at, end],
    }));
}

export const PMD_OFFER_RULES: readonly Rule[] = [
  ...PARAMETER_FAULTS.map(offerRule),
  defineRule({
    id: 'pmd/window-bits-8',
    severity: 'note',
    basis: 'legal',
    by: EITHER,
    section: 'RFC 7692 §7.1.2',
    title: 'A window of 256 octets, which zlib does not offer',
    reaction: 'none',
    on: 'head',
    check: ({ head }) => smallestWindows(head),
    examples: {
      violates: [
        shows(request(`${DEFLATE}; client_max_window_bits=8`), 'client_max_window_bits=8'),
        shows(
          answered([`${DEFLATE}; client_max_window_bits`], `${DEFLATE}; client_max_window_bits=8`),
          'client_max_window_bits=8',
          ['pmd/window-too-small'],
        ),
      ],
      holds: [holds(request(`${DEFLATE}; client_max_window_bits=9`))],
    },
  }),
];
