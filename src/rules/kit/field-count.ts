// Fields of the opening handshake that have to be there, and those that may be there only once.

import type { Head } from '../../protocol/handshake/handshake.ts';
import { answered, holds, request, response, type Sent, shows, textIn } from './handshake-examples.ts';
import { missingField, repeatedField, requestRule, switchingRule } from './handshake-rule.ts';
import type { Found, HeadSubject, Rule } from './rule.ts';

interface FieldRow {
  readonly id: string;
  readonly field: string;
  readonly section: string;
}

interface RepeatedRow extends FieldRow {
  readonly basis: string;
  readonly example: Sent;
  readonly mark: string;
}

const MISSING: readonly FieldRow[] = [
  { id: 'request/host-missing', field: 'Host', section: 'RFC 6455 §4.1' },
  { id: 'request/key-missing', field: 'Sec-WebSocket-Key', section: 'RFC 6455 §4.1' },
  { id: 'request/version-missing', field: 'Sec-WebSocket-Version', section: 'RFC 6455 §4.1' },
  { id: 'response/accept-missing', field: 'Sec-WebSocket-Accept', section: 'RFC 6455 §4.2.2' },
];

const ONCE: readonly RepeatedRow[] = [
  {
    id: 'request/host-duplicate',
    field: 'Host',
    basis: 'MUST',
    section: 'RFC 9112 §3.2',
    example: request('+Host: b'),
    mark: 'Host: b',
  },
  {
    id: 'request/key-duplicate',
    field: 'Sec-WebSocket-Key',
    basis: 'MUST NOT',
    section: 'RFC 6455 §11.3.1',
    example: request('+Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw=='),
    mark: 'Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==',
  },
  {
    id: 'request/version-duplicate',
    field: 'Sec-WebSocket-Version',
    basis: 'MUST NOT',
    section: 'RFC 6455 §11.3.5',
    example: request('+Sec-WebSocket-Version: 8'),
    mark: 'Sec-WebSocket-Version: 8',
  },
  {
    id: 'response/accept-duplicate',
    field: 'Sec-WebSocket-Accept',
    basis: 'MUST NOT',
    section: 'RFC 6455 §11.3.3',
    example: response('+Sec-WebSocket-Accept: x'),
    mark: 'Sec-WebSocket-Accept: x',
  },
  {
    id: 'response/protocol-duplicate',
    field: 'Sec-WebSocket-Protocol',
    basis: 'MUST NOT',
    section: 'RFC 6455 §11.3.4',
    example: answered(
      ['Sec-WebSocket-Protocol: chat'],
      '+Sec-WebSocket-Protocol: chat',
      '+Sec-WebSocket-Protocol: chat',
    ),
    mark: 'Sec-WebSocket-Protocol: chat',
  },
];

type CountRule = Pick<Rule, 'id' | 'section' | 'basis' | 'title' | 'examples'> & {
  readonly find: (head: Head) => Found | null;
};

/** What is wrong with a request is answered 4xx; a client that gets a wrong 101 drops the connection. */
function ruleOf({ find, ...rule }: CountRule): Rule {
  const check = ({ head }: HeadSubject) => find(head);
  return isOfRequest(rule.id)
    ? requestRule({ ...rule, severity: 'error', reaction: 'http-4xx', check })
    : switchingRule({ ...rule, severity: 'error', reaction: 'client-drops', check });
}

function isOfRequest(id: string): boolean {
  return id.startsWith('request/');
}

function missingRule({ id, field, section }: FieldRow): Rule {
  const sample = isOfRequest(id) ? request : response;
  const examples = {
    violates: [shows(sample(`-${field}`), null)],
    holds: [holds(sample()), holds(inLowerCase(sample(), field))],
  };
  return ruleOf({
    id,
    section,
    basis: 'MUST',
    title: `${field} is missing`,
    examples,
    find: (head) => missingField(head, field),
  });
}

function inLowerCase(sent: Sent, field: string): Sent {
  return sent.map(([direction, text]) => [direction, textIn(text).replace(`${field}:`, `${field.toLowerCase()}:`)]);
}

function onceRule({ id, field, section, basis, example, mark }: RepeatedRow): Rule {
  const sample = isOfRequest(id) ? request : response;
  // Another field that only looks like it.
  const near = sample(`+X-${field}: a`);
  const examples = { violates: [shows(example, mark)], holds: [holds(sample()), holds(near)] };
  const title = `${field} stands on more than one line`;
  return ruleOf({ id, section, basis, title, examples, find: (head) => repeatedField(head, field) });
}

export const FIELD_COUNT_RULES: readonly Rule[] = [...MISSING.map(missingRule), ...ONCE.map(onceRule)];
