// Close codes, class by class: RFC 6455 §7.4.

import { type CloseCodeClass, classOfCloseCode, closeCodeName, REGISTRY_DATE } from '../protocol/frame/close-code.ts';
import { closeCodeOf, type Frame } from '../protocol/frame/frame.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { codeOctets } from './kit/close-frame.ts';
import { type Check, defineRule, EITHER, type Example, type Rule, type Severity } from './kit/rule.ts';
import { SIGN } from './kit/signs.ts';

/** Judges a Close frame that has a code. */
export function onCode(frame: Frame, judge: (code: number) => string | null | false): Check {
  const code = frame.opcode === OPCODE.CLOSE ? closeCodeOf(frame) : null;
  const says = code === null ? null : judge(code);
  return says ? { says, octets: codeOctets(frame) } : null;
}

interface CodeRule {
  readonly id: string;
  readonly severity: Severity;
  readonly basis: string;
  readonly section: string;
  readonly title: string;
  readonly class: CloseCodeClass;
  readonly says: (code: number) => string;
  readonly violates: readonly Example[];
  readonly holds: readonly Example[];
}

const CODE_RULES: readonly CodeRule[] = [
  {
    id: 'close/code-below-1000',
    severity: 'error',
    basis: 'implied',
    section: 'RFC 6455 §7.4.2',
    title: 'A close code below 1000',
    class: 'below-1000',
    says: (code) => `close code ${code} is not used: codes begin at 1000`,
    violates: [
      { log: 'rx 880203e7', at: [0, 2, 4] },
      { log: 'rx 88020000', at: [0, 2, 4] },
    ],
    holds: [{ log: 'rx 880203e8' }],
  },
  {
    id: 'close/code-never-on-wire',
    severity: 'error',
    basis: 'MUST NOT',
    section: 'RFC 6455 §7.4.1',
    title: 'A close code that must never be sent: 1005, 1006 or 1015',
    class: 'never-on-wire',
    says: (code) => `close code ${code} (${closeCodeName(code)}) must not be sent in a Close frame`,
    violates: [
      { log: 'rx 880203ee', at: [0, 2, 4] },
      { log: 'rx 880203ed', at: [0, 2, 4] },
      { log: 'rx 880203f7', at: [0, 2, 4] },
    ],
    holds: [{ log: 'rx 880203ef' }, { log: 'rx 880203f6', also: ['close/code-post-rfc'] }],
  },
  {
    id: 'close/code-1004',
    severity: 'error',
    basis: 'implied (reserved)',
    section: 'RFC 6455 §7.4.1',
    title: 'The reserved close code 1004',
    class: 'reserved-1004',
    says: () => 'close code 1004 is reserved',
    violates: [{ log: 'rx 880203ec', at: [0, 2, 4] }],
    holds: [{ log: 'rx 880203eb' }],
  },
  {
    id: 'close/code-unassigned',
    severity: 'error',
    basis: 'implied (reserved)',
    section: 'RFC 6455 §7.4.2',
    title: 'A close code from 1016 to 2999, none of which is assigned',
    class: 'unassigned',
    says: (code) => `close code ${code} is not assigned (IANA registry of ${REGISTRY_DATE})`,
    violates: [
      { log: 'rx 880203f8', at: [0, 2, 4] },
      { log: 'rx 88020bb7', at: [0, 2, 4] },
    ],
    holds: [{ log: 'rx 880203f6', also: ['close/code-post-rfc'] }, { log: 'rx 88020bb8' }],
  },
  {
    id: 'close/code-above-4999',
    severity: 'error',
    basis: 'implied',
    section: 'RFC 6455 §7.4.2',
    title: 'A close code above 4999',
    class: 'above-4999',
    says: (code) => `close code ${code} is outside all ranges: codes end at 4999`,
    violates: [{ log: 'rx 88021388', at: [0, 2, 4] }],
    holds: [{ log: 'rx 88021387', also: ['close/code-private'] }],
  },
  {
    id: 'close/code-post-rfc',
    severity: 'note',
    basis: 'legal',
    section: 'IANA WebSocket Close Code Number Registry',
    title: 'A close code registered after RFC 6455: 1012, 1013 or 1014',
    class: 'post-rfc',
    says: (code) =>
      `close code ${code} (${closeCodeName(code)}) was registered after RFC 6455: a peer may refuse it with 1002`,
    violates: [{ log: 'rx 880203f4', at: [0, 2, 4] }],
    holds: [{ log: 'rx 880203e9' }],
  },
  {
    id: 'close/code-unregistered-3xxx',
    severity: 'note',
    basis: 'legal',
    section: 'RFC 6455 §7.4.2',
    title: 'A close code from 3000 to 3999 that is not registered',
    class: 'unregistered-3xxx',
    says: (code) => `close code ${code} is not registered (IANA registry of ${REGISTRY_DATE})`,
    violates: [{ log: 'rx 88020bb9', at: [0, 2, 4] }],
    holds: [{ log: 'rx 88020bb8' }],
  },
  {
    id: 'close/code-private',
    severity: 'note',
    basis: 'legal',
    section: 'RFC 6455 §7.4.2',
    title: 'A close code for private use, 4000 to 4999',
    class: 'private',
    says: (code) => `close code ${code} is for private use: only the applications know what it means`,
    violates: [{ log: 'rx 88020fa0', at: [0, 2, 4] }],
    holds: [{ log: 'rx 880203e8' }],
  },
];

/** Codes with a reaction of their own: legal ones ask for none, and Autobahn calls that of 5000 and above undefined. */
const NO_REACTION: ReadonlySet<CloseCodeClass> = new Set([
  'above-4999',
  'post-rfc',
  'unregistered-3xxx',
  'private',
] as const);

function codeRule({ class: wanted, says, violates, holds, ...about }: CodeRule): Rule {
  return defineRule({
    ...about,
    by: EITHER,
    reaction: NO_REACTION.has(wanted) ? 'none' : 'fail-1002',
    on: 'frame',
    when: SIGN.CLOSE,
    check: ({ frame }) => onCode(frame, (code) => classOfCloseCode(code) === wanted && says(code)),
    examples: { violates, holds },
  });
}

export const CLOSE_CODE_RULES: readonly Rule[] = CODE_RULES.map(codeRule);
