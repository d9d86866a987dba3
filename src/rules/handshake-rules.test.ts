// The rules about the opening handshake, each with its examples and with the vectors of the catalogue.

import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLog } from '../ingest/read-log.fixture.ts';
import { readRows } from '../ingest/text/rows.ts';
import { annotate } from '../judge/annotate.ts';
import type { Annotation } from '../judge/annotation.ts';
import { logOfExample } from '../judge/example.ts';
import { RULES } from './all.ts';
import { HANDSHAKE_VECTORS } from './handshake-vectors.fixture.ts';
import {
  answered,
  holds,
  logOf,
  refused,
  request,
  requestText,
  response,
  type Sent,
  textIn,
  withHeader,
} from './kit/handshake-examples.ts';
import type { Example } from './kit/rule.ts';

const AREAS = /^(?:http|request|response|pmd)\//;
const HANDSHAKE_RULES = RULES.filter(({ id }) => AREAS.test(id));

/** Where the catalogue's own row has another severity than the one that it tells to issue. */
const SEVERITIES: Readonly<Record<string, string>> = { 'request/extension-unregistered': 'note' };

const CATALOGUE = new URL('../../../shared/design/rules.json', import.meta.url);

function annotationsOf(example: Example): readonly Annotation[] {
  const { headers, rows, error } = readLog(readRows, `${logOfExample(example)}\n`);
  const [header] = headers;
  if (!header || error) throw new Error(`no log: ${example.log}`);
  const annotator = annotate(header, { shows: (id) => AREAS.test(id) });
  const out = [...rows.flatMap((row) => annotator.push(row)), ...annotator.end().rows];
  return out.flatMap(({ annotations }) => annotations);
}

function rulesShownBy(sent: Sent): readonly string[] {
  const found = annotationsOf(withHeader(holds(sent)));
  return [...new Set(found.filter(({ certainty }) => certainty === 'certain').map(({ rule }) => rule))].sort();
}

function idsOf(found: readonly Annotation[]): readonly string[] {
  return [...new Set(found.map(({ rule }) => rule))].sort();
}

function ofTheseAreas(ids: readonly string[]): readonly string[] {
  return ids.filter((id) => AREAS.test(id));
}

describe('the rules about the opening handshake', () => {
  it.skipIf(!existsSync(CATALOGUE))('are those of the catalogue and more, each once', () => {
    const rows = JSON.parse(readFileSync(CATALOGUE, 'utf8')) as { id: string; sev: string }[];
    const wanted = rows.filter(({ id }) => AREAS.test(id)).map(({ id, sev }) => `${SEVERITIES[id] ?? sev} ${id}`);
    const ours = HANDSHAKE_RULES.map(({ id, severity }) => `${severity} ${id}`);
    expect(ours).toEqual(expect.arrayContaining(wanted));
    expect(new Set(ours).size).toBe(ours.length);
  });

  describe.each(HANDSHAKE_RULES.map((rule) => [rule.id, rule] as const))('%s', (id, { examples }) => {
    it.each(examples.violates)('is shown by its example %#', (example) => {
      const found = annotationsOf(example);
      expect(idsOf(found)).toEqual([id, ...ofTheseAreas(example.also ?? [])].sort());
      const own = found.filter(({ rule }) => rule === id);
      if (example.at) expect([own[0]?.row, ...(own[0]?.octets ?? [])]).toEqual(example.at);
      else expect(own[0]?.octets).toBeNull();
    });

    it.each(examples.holds)('is not shown by its counterexample %#', (example) => {
      expect(idsOf(annotationsOf(example))).toEqual(ofTheseAreas(example.also ?? []));
    });

    // What only the end of TCP proves has none.
    it.skipIf(!HANDSHAKE_VECTORS[id])('is shown by the vector of the catalogue, and not by its counterpart', () => {
      const [positive, negative] = HANDSHAKE_VECTORS[id] ?? [[], []];
      expect(rulesShownBy(positive)).toContain(id);
      expect(rulesShownBy(negative)).not.toContain(id);
    });
  });
});

describe('one fault, one rule', () => {
  it('says nothing more of a start line that is none', () => {
    const text = requestText().replace('GET /chat HTTP/1.1', 'GET away').replace('Host', 'Ghost');
    expect(rulesShownBy([['tx', text]])).toEqual(['http/start-line-malformed']);
    expect(rulesShownBy([...request(), ['rx', 'HTTP/2 101\r\n\r\n']])).toEqual(['http/start-line-malformed']);
  });

  it('reads on where the start line has but a blank too many', () => {
    expect(rulesShownBy(request('=GET  /chat HTTP/1.1', '-Host'))).toEqual([
      'http/start-line-malformed',
      'request/host-missing',
    ]);
  });

  it('holds no draft to RFC 6455, nor its answer', () => {
    const draft = ['-Sec-WebSocket-Key', '-Sec-WebSocket-Version', 'Upgrade: WebSocket', 'Origin: http://a'];
    expect(rulesShownBy(answered(draft, '-Sec-WebSocket-Accept'))).toEqual(['request/draft-protocol']);
  });

  it('asks no refusal for the fields of a 101', () => {
    expect(rulesShownBy(refused([], 'HTTP/1.1 503 Service Unavailable'))).toEqual(['response/status-not-101']);
  });

  it('names a control octet once, not as the wrong value that it makes', () => {
    expect(rulesShownBy(request('Sec-WebSocket-Key: x\0'))).toEqual(['http/field-value-control']);
    expect(rulesShownBy(request('Origin: http://a\rb'))).toEqual(['http/bare-cr']);
  });

  it("takes octets from 80 on in a field with a grammar for that field's fault", () => {
    expect(rulesShownBy(request('Host: \xe9'))).toEqual(['request/host-invalid']);
    expect(rulesShownBy(request('Upgrade: websocket, \xe9'))).toEqual(['request/upgrade-missing']);
    expect(rulesShownBy(request('Sec-WebSocket-Protocol: \xe9'))).toEqual(['request/protocol-malformed']);
  });

  it('compares an answer with each offer as a whole', () => {
    const deflate = 'Sec-WebSocket-Extensions: permessage-deflate';
    const offers = `${deflate}; server_max_window_bits=10, permessage-deflate; server_max_window_bits=11`;
    expect(rulesShownBy(answered([offers], `${deflate}; server_max_window_bits=11`))).toEqual([]);
    expect(rulesShownBy(answered([offers], `${deflate}; server_max_window_bits=12`))).toEqual([
      'pmd/response-server-bits-too-large',
    ]);
  });
});

describe('a head of which the log does not hold every octet', () => {
  const cut = (sent: Sent, octets: number): Example => {
    const rows = sent.map(([direction, sentText], i) => {
      const text = textIn(sentText);
      const hex = Buffer.from(text, 'latin1').toString('hex');
      return i < sent.length - 1
        ? `${direction} ${hex}`
        : `${direction} ${hex.slice(0, octets * 2)} ... LEN=${text.length}`;
    });
    return { log: `# writer: client\n${rows.join('\n')}` };
  };

  it('is not said to lack what may be hidden', () => {
    const found = annotationsOf(cut(request(), 64)).filter(({ rule }) => !rule.startsWith('log/'));
    expect(found.map(({ certainty }) => certainty)).toContain('cannot-tell');
    expect(found.map(({ certainty }) => certainty)).not.toContain('certain');
    expect(idsOf(found)).not.toContain('request/host-missing');
  });

  it('is not judged by a line that is cut', () => {
    for (let octets = 1; octets < requestText().length; octets++) {
      const found = annotationsOf(cut(request(), octets));
      expect(
        found.filter(({ certainty }) => certainty === 'certain'),
        `${octets} octets`,
      ).toEqual([]);
    }
  });

  it('accuses nobody of what it may list behind the cut, whichever head is cut', () => {
    const offer = 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits; server_max_window_bits=10';
    const lines = [offer, 'Sec-WebSocket-Protocol: chat', 'User-Agent: Mozilla/5.0', 'Origin: http://a'];
    const [asked, answer] = answered(
      ['-Sec-WebSocket-Key', '+Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==', ...lines],
      'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=12; server_max_window_bits=10',
      'Sec-WebSocket-Protocol: chat',
    ) as [Sent[number], Sent[number]];
    for (let octets = 1; octets < textIn(asked[1]).length; octets++) {
      const { log } = cut([asked], octets);
      const found = annotationsOf({ log: `${log}\n${logOf([answer])}` });
      expect(
        found.filter(({ certainty }) => certainty === 'certain'),
        `${octets} octets`,
      ).toEqual([]);
    }
    for (let octets = 1; octets < textIn(answer[1]).length; octets++) {
      const found = annotationsOf(cut([asked, answer], octets));
      expect(
        found.filter(({ certainty }) => certainty === 'certain'),
        `${octets} octets of the answer`,
      ).toEqual([]);
    }
  });

  it('is still judged by what is visible', () => {
    expect(
      annotationsOf(cut(request('Host: a/b'), 64)).filter(({ certainty }) => certainty === 'certain'),
    ).toMatchObject([{ rule: 'request/host-invalid' }]);
  });

  it('leaves open whether an answer fits a hidden key', () => {
    const found = annotationsOf(cut(response(), 60));
    expect(found.map(({ certainty }) => certainty)).not.toContain('certain');
  });
});

describe('any octets in the place of a head', () => {
  const whole = Buffer.from(
    requestText('Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits="9", x'),
    'latin1',
  );
  const octets = fc.oneof(
    fc.constantFrom(...Buffer.from('\r\n\t :,;="#\0\\\x80', 'latin1')),
    fc.integer({ min: 0, max: 255 }),
  );

  it('are judged, and every finding is about octets that are there', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), octets), { maxLength: 12 }), (changes) => {
        const head = Buffer.from(whole);
        for (const [at, octet] of changes) head[at] = octet;
        const found = annotationsOf({ log: `# writer: client\ntx ${head.toString('hex')}` });
        for (const { octets: range } of found) {
          if (!range) continue;
          expect(range[0]).toBeLessThan(range[1]);
          expect(range[1]).toBeLessThanOrEqual(head.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});
