// The answer to offers of permessage-deflate (RFC 7692 §5, §7): its own parameters, and whether an offer allows it.

import {
  type DeflateAnswer,
  deflateAnswer,
  deflateElements,
  type ParameterFault,
  parameterFaults,
  parameterNamed,
  type UnkeptOffer,
  windowBits,
} from '../protocol/deflate/deflate-parameters.ts';
import { type Extension, extensionsIn } from '../protocol/handshake/extension.ts';
import { answered, holds, type Sent, shows } from './kit/handshake-examples.ts';
import { agreementRule, CUT, switchingRule } from './kit/handshake-rule.ts';
import { type Check, EITHER, type Found, type HandshakeSubject, type Rule } from './kit/rule.ts';
import { faultyParameters, PARAMETER_FAULTS } from './pmd-offer.ts';

type OctetRange = readonly [number, number];

const BITS = ['server_max_window_bits', 'client_max_window_bits'];
const SMALLEST_ADVISED = 10;

function deflate(parameters: string): string {
  return `Sec-WebSocket-Extensions: permessage-deflate${parameters}`;
}

/** A request that offers, and a 101 that answers, each with these parameters. */
function agreed(offer: string, answer: string): Sent {
  return answered([deflate(offer)], deflate(answer));
}

function octetsOfName({ name, at }: Extension): OctetRange {
  return [at, at + name.length];
}

function octetsOf(answer: Extension, name: string): OctetRange {
  const parameter = parameterNamed(answer, name);
  return parameter ? [parameter.at, parameter.end] : octetsOfName(answer);
}

function answerIn({ request, response }: HandshakeSubject): DeflateAnswer | null {
  return deflateAnswer(extensionsIn(request).extensions, extensionsIn(response).extensions);
}

/** Certain only where no offer is hidden. */
function unlessCut({ request }: HandshakeSubject, found: Found): Found {
  return request.complete ? found : { ...found, says: 'whether an offer allows the answer', missing: CUT };
}

const ANSWER_EXAMPLES: Readonly<Record<ParameterFault, Rule['examples']>> = {
  'unknown-param': { violates: [shows(agreed('', '; foo'), 'foo')], holds: [holds(agreed('', ''))] },
  'duplicate-param': {
    violates: [
      shows(agreed('', '; server_no_context_takeover; server_no_context_takeover'), 'server_no_context_takeover'),
    ],
    holds: [holds(agreed('', '; server_no_context_takeover'))],
  },
  'invalid-window-bits': {
    violates: [
      shows(agreed('; client_max_window_bits', '; client_max_window_bits'), 'client_max_window_bits'),
      shows(agreed('', '; server_max_window_bits=16'), 'server_max_window_bits=16'),
    ],
    holds: [holds(agreed('; client_max_window_bits', '; client_max_window_bits=12'))],
  },
  'takeover-value': {
    violates: [shows(agreed('', '; server_no_context_takeover=true'), 'server_no_context_takeover=true')],
    holds: [holds(agreed('', '; server_no_context_takeover'))],
  },
};

const ANSWER_FAULT_RULES = PARAMETER_FAULTS.map((row) =>
  switchingRule({
    id: `pmd/response-${row.fault}`,
    severity: 'error',
    basis: 'MUST',
    section: row.section,
    title: `The answer ${row.title}`,
    reaction: 'client-drops',
    check: ({ head }) => faultyParameters(head, row),
    examples: ANSWER_EXAMPLES[row.fault],
  }),
);

interface UnkeptRow {
  readonly unkept: UnkeptOffer;
  readonly parameter: string;
  readonly basis: string;
  readonly section: string;
  readonly title: string;
  readonly says: string;
  /** Where the answer does not have the parameter, if that says it otherwise. */
  readonly saysAbsent?: string;
  readonly examples: Rule['examples'];
}

const UNKEPT: readonly UnkeptRow[] = [
  {
    unkept: 'client-bits-not-offered',
    parameter: 'client_max_window_bits',
    basis: 'MUST NOT',
    section: 'RFC 7692 §7.1.2.2',
    title: 'The answer limits the window of a client that did not offer it',
    says: 'no offer allows client_max_window_bits',
    examples: {
      violates: [shows(agreed('', '; client_max_window_bits=15'), 'client_max_window_bits=15')],
      holds: [holds(agreed('; client_max_window_bits', '; client_max_window_bits=15'))],
    },
  },
  {
    unkept: 'server-bits-too-large',
    parameter: 'server_max_window_bits',
    basis: 'MUST',
    section: 'RFC 7692 §7.1.2.1',
    title: 'The answer does not limit the server window as every offer asks',
    says: 'every offer limits server_max_window_bits to less',
    saysAbsent: 'every offer asks for server_max_window_bits, which the answer lacks',
    examples: {
      violates: [
        shows(agreed('; server_max_window_bits=10', '; server_max_window_bits=11'), 'server_max_window_bits=11'),
        shows(agreed('; server_max_window_bits=10', ''), 'permessage-deflate'),
      ],
      holds: [
        holds(agreed('; server_max_window_bits=10', '; server_max_window_bits=9'), ['pmd/window-too-small']),
        holds(agreed('; server_max_window_bits=12', '; server_max_window_bits=12')),
        // An offer of 15 limits nothing.
        holds(agreed('; server_max_window_bits=15', '')),
      ],
    },
  },
  {
    unkept: 'server-takeover-missing',
    parameter: 'server_no_context_takeover',
    basis: 'MUST',
    section: 'RFC 7692 §7.1.1.1',
    title: 'The answer lacks the server_no_context_takeover that every offer asks for',
    says: 'every offer asks for server_no_context_takeover, which the answer lacks',
    examples: {
      violates: [shows(agreed('; server_no_context_takeover', ''), 'permessage-deflate')],
      holds: [
        holds(agreed('; server_no_context_takeover', '; server_no_context_takeover')),
        holds(agreed('', '; server_no_context_takeover')),
      ],
    },
  },
];

const UNKEPT_RULES = UNKEPT.map(({ unkept, parameter, says, saysAbsent = says, ...row }) =>
  agreementRule({
    ...row,
    id: `pmd/response-${unkept}`,
    severity: 'error',
    reaction: 'client-drops',
    check: (subject) => {
      const agreement = answerIn(subject);
      if (!agreement?.unkept.includes(unkept)) return null;
      const { answer } = agreement;
      const why = parameterNamed(answer, parameter) ? says : saysAbsent;
      return unlessCut(subject, { says: why, octets: octetsOf(answer, parameter) });
    },
  }),
);

/** Where no fault is common to all offers, each is kept only in part. */
function checkWhole(subject: HandshakeSubject): Check {
  const agreement = answerIn(subject);
  if (!agreement || agreement.usable.length === 0) return null;
  if (agreement.kept.length > 0 || agreement.unkept.length > 0) return null;
  const octets: OctetRange = [agreement.answer.at, agreement.answer.end];
  return unlessCut(subject, {
    says: `none of the ${agreement.usable.length} offers allows this answer as a whole`,
    octets,
  });
}

function checkInvalidOffer(subject: HandshakeSubject): Check {
  const agreement = answerIn(subject);
  if (!agreement || agreement.usable.length > 0) return null;
  const says = 'every offer of permessage-deflate is invalid and has to be declined';
  return unlessCut(subject, { says, octets: octetsOfName(agreement.answer) });
}

function checkHint(subject: HandshakeSubject): Check {
  const { answer, kept } = answerIn(subject) ?? { answer: null, kept: [] };
  const bits = answer && windowBits(answer, 'client_max_window_bits');
  if (!answer || bits === null || kept.length === 0) return null;
  const hints = kept.map((offer) => windowBits(offer, 'client_max_window_bits') ?? 15);
  const hint = Math.max(...hints);
  if (bits <= hint) return null;
  return {
    says: `client_max_window_bits is ${bits}, and the hint of the offer was ${hint}`,
    octets: octetsOf(answer, 'client_max_window_bits'),
  };
}

/** Small windows that are agreed. Where an offer asks for as little, it is the client's doing. */
function smallWindows({ request, response }: HandshakeSubject): readonly Found[] {
  const offers = deflateElements(extensionsIn(request).extensions);
  const isSmall = (element: Extension, name: string) => (windowBits(element, name) ?? 15) < SMALLEST_ADVISED;
  return deflateElements(extensionsIn(response).extensions)
    .filter((answer) => parameterFaults(answer, 'response').length === 0)
    .flatMap((answer) => BITS.filter((name) => isSmall(answer, name)).map((name) => ({ answer, name })))
    .map(
      ({ answer, name }): Found => ({
        says: `${name}=${windowBits(answer, name)}: fewer than ${SMALLEST_ADVISED} bits do not compress well`,
        octets: octetsOf(answer, name),
        by: offers.some((offer) => isSmall(offer, name)) ? 'client' : 'server',
      }),
    );
}

const TWO_OFFERS =
  '; server_max_window_bits=10, permessage-deflate; server_no_context_takeover; client_max_window_bits';

export const PMD_RESPONSE_RULES: readonly Rule[] = [
  ...ANSWER_FAULT_RULES,
  ...UNKEPT_RULES,
  agreementRule({
    id: 'pmd/response-matches-no-offer',
    severity: 'error',
    basis: 'MUST',
    section: 'RFC 7692 §5',
    title: 'The answer fits no offer as a whole',
    reaction: 'client-drops',
    check: checkWhole,
    examples: {
      violates: [
        shows(
          agreed(TWO_OFFERS, '; server_max_window_bits=10; client_max_window_bits=12'),
          'permessage-deflate; server_max_window_bits=10; client_max_window_bits=12',
        ),
      ],
      holds: [holds(agreed(TWO_OFFERS, '; server_max_window_bits=10'))],
    },
  }),
  agreementRule({
    id: 'pmd/accepted-invalid-offer',
    severity: 'error',
    basis: 'MUST',
    section: 'RFC 7692 §7',
    title: 'The server accepts an offer that it has to decline',
    reaction: 'none',
    check: checkInvalidOffer,
    examples: {
      violates: [shows(agreed('; foo', ''), 'permessage-deflate', ['pmd/offer-unknown-param'])],
      holds: [holds(answered([deflate('; foo')]), ['pmd/offer-unknown-param'])],
    },
  }),
  agreementRule({
    id: 'pmd/client-bits-above-hint',
    severity: 'note',
    basis: 'legal',
    section: 'RFC 7692 §7.1.2.2',
    title: 'The answer lets the client use a larger window than it hinted at',
    reaction: 'none',
    check: checkHint,
    examples: {
      violates: [
        shows(agreed('; client_max_window_bits=10', '; client_max_window_bits=15'), 'client_max_window_bits=15'),
      ],
      holds: [holds(agreed('; client_max_window_bits=10', '; client_max_window_bits=10'))],
    },
  }),
  {
    ...agreementRule({
      id: 'pmd/window-too-small',
      severity: 'warning',
      basis: 'RECOMMENDED',
      section: 'RFC 7692 §7.3',
      title: 'A window below 1024 octets is agreed',
      reaction: 'none',
      check: smallWindows,
      examples: {
        violates: [
          shows(agreed('', '; server_max_window_bits=9'), 'server_max_window_bits=9'),
          shows(agreed('; server_max_window_bits=9', '; server_max_window_bits=9'), 'server_max_window_bits=9'),
        ],
        holds: [holds(agreed('; server_max_window_bits=10', '; server_max_window_bits=10'))],
      },
    }),
    by: EITHER,
  },
];
