// Why a case came out as it did, in one sentence that names the deciding row: what was expected there, what came instead,
// and the rule. Looked for in this order: a violation that is charged, the first event that differs from what the case
// expects, the close. A case in which nothing is wrong needs no sentence.

import type { Annotation } from '../annotation.ts';
import { escapeText } from '../octets.ts';
import { closeCodeName } from '../protocol/close-code.ts';
import { statusOf } from '../protocol/handshake.ts';
import { opcodeName } from '../protocol/opcode.ts';
import type { FrameRow } from '../row.ts';
import { otherRole } from '../row.ts';
import { areaOf, ruleOf } from '../rules/all.ts';
import { type CaseEvent, closeCodeOfRow } from './events.ts';
import { type CaseFacts, closedByMe, expectedCloseOf, isSameEventIn, peerClose } from './facts.ts';
import type { Behaviors } from './verdict.ts';

export interface Why {
  readonly says: string;
  readonly row: number;
}

const GOOD: ReadonlySet<string | null> = new Set(['OK', 'INFORMATIONAL', 'UNIMPLEMENTED', null]);

export function explain(facts: CaseFacts, derived: Behaviors | null): Why | null {
  const { report } = facts.header;
  const behavior = derived?.behavior ?? (typeof report?.behavior === 'string' ? report.behavior : null);
  const close = derived?.behaviorClose ?? (typeof report?.behaviorClose === 'string' ? report.behaviorClose : null);
  const isGood = GOOD.has(behavior) && GOOD.has(close);
  const violation = facts.charged.filter(isTelling).sort((a, b) => rankOf(a, facts) - rankOf(b, facts))[0];
  if (isGood) return violation?.severity === 'error' ? fromViolation(violation, facts) : null;
  if (!facts.isOpened) return fromHandshake(facts, violation);
  if (violation && rankOf(violation, facts) < LEAST) return fromViolation(violation, facts);
  if (!GOOD.has(behavior)) {
    const why = facts.hasGap ? fromResult(facts) : fromEvents(facts);
    if (why) return why;
  }
  if (!GOOD.has(close)) return fromClose(facts, close);
  return violation ? fromViolation(violation, facts) : fromResult(facts);
}

const LEAST = 4;
const HANDSHAKE_AREAS: ReadonlySet<string> = new Set(['http', 'request', 'response', 'pmd']);

function isTelling({ severity }: Annotation): boolean {
  return severity !== 'note';
}

/** What says most about a failure: a wrong reaction, then what was sent wrongly; the handshake last, once it was done. */
function rankOf({ rule, severity }: Annotation, { isOpened }: CaseFacts): number {
  const area = areaOf(rule);
  if (HANDSHAKE_AREAS.has(area)) return isOpened ? LEAST : 0;
  if (rule === 'close/abnormal-drop') return 3;
  // What follows a frame that never ends is read as its payload.
  if (rule === 'phase/truncated-frame') return 0.5;
  if (area === 'reaction') return severity === 'error' ? 0 : 2;
  return severity === 'error' ? 1 : 2;
}

/** The endpoint under test, in words. */
function peerOf({ header }: CaseFacts): string {
  return header.writer === null ? 'the peer' : `the ${otherRole(header.writer)}`;
}

/** The other one: the suite, where there is a case. */
function writerOf({ header }: CaseFacts): string {
  return header.report === null && header.writer !== null ? `the ${header.writer}` : 'the suite';
}

function cited({ rule, section }: Annotation): string {
  return `${rule}, ${section}`;
}

function fromViolation(violation: Annotation, facts: CaseFacts): Why {
  const stimulus = violation.cause === null ? undefined : facts.stimuli.get(violation.cause);
  if (!stimulus || areaOf(violation.rule) !== 'reaction') {
    const who = violation.by === null ? 'the peer' : `the ${violation.by}`;
    return { says: `row ${violation.row}: ${who}: ${violation.message} (${cited(violation)})`, row: violation.row };
  }
  const sent = `row ${stimulus.row}: ${writerOf(facts)} sent what breaks ${stimulus.rule} (${stimulus.message}; ${stimulus.section})`;
  return { says: `${sent}; ${reactionInWords(violation, stimulus, facts)}`, row: violation.row };
}

const DUE: Readonly<Record<string, string>> = {
  'fail-1002': 'failing the connection with 1002',
  'fail-1007': 'failing the connection with 1007',
  fail: 'failing the connection with 1007 or 1002',
};

/** What the peer did about it. */
function reactionInWords(violation: Annotation, stimulus: Annotation, facts: CaseFacts): string {
  const peer = peerOf(facts);
  const instead = `instead of ${DUE[ruleOf(stimulus.rule)?.reaction ?? ''] ?? 'failing the connection'}`;
  const row = violation.row;
  switch (violation.rule) {
    case 'reaction/invalid-processed':
      return `${peer} answered it (row ${row}) ${instead} (${violation.rule}, ${violation.section})`;
    case 'reaction/continued-processing':
      return `${peer} went on with what came after it (row ${row}) ${instead} (${violation.rule}, ${violation.section})`;
    case 'reaction/echoed-invalid-close':
      return `${peer} echoed it (row ${row}) ${instead} (${violation.rule}, ${violation.section})`;
    case 'reaction/none':
      return `${peer} did nothing until ${writerOf(facts)} gave up, ${instead} (${violation.rule}, ${violation.section})`;
    default:
      return `${peer}: ${violation.message} (row ${row}; ${violation.rule}, ${violation.section})`;
  }
}

function fromHandshake(facts: CaseFacts, violation: Annotation | undefined): Why {
  if (violation) return fromViolation(violation, facts);
  const { response, request } = facts.connection;
  const row = response?.spans[0]?.row ?? facts.tcpDrop?.row ?? facts.lastRow;
  const head = `row ${row}: the opening handshake was never completed`;
  if (response && statusOf(response) !== 101)
    return { says: `${head}: the answer is "${escapeText(response.startLine)}"`, row };
  if (response) return { says: `${head}, although the answer is a 101`, row };
  const by = facts.tcpDrop?.by === 'peer' ? peerOf(facts) : 'the suite';
  return { says: `${head}: ${by} ended TCP before ${request ? 'the response' : 'the request'} was there`, row };
}

/** Cases that ran with the log switched off: only their result text tells. */
function fromResult(facts: CaseFacts): Why | null {
  const { result } = facts.header.report ?? {};
  if (typeof result !== 'string') return null;
  const first = facts.connection.response?.spans[0]?.row ?? 0;
  return { says: `row ${first}: the log was switched off after it; the suite says: ${escapeText(result)}`, row: first };
}

function fromEvents(facts: CaseFacts): Why | null {
  const wanted = facts.expected.get('OK') ?? [];
  const { events } = facts;
  const at = wanted.findIndex((event, i) => !events[i] || !isSameEventIn(event, events[i], facts));
  if (at >= 0) return events[at] ? differing(wanted[at] as CaseEvent, events[at], facts) : missing(wanted, at, facts);
  const extra = events[wanted.length];
  if (!extra) return null;
  const row = extra.row ?? facts.lastRow;
  if (extra.kind === 'timeout') return late(facts, extra, row);
  return { says: `row ${row}: ${eventInWords(extra)} came, and nothing more was expected`, row };
}

/** The peer reacted, and later than the case wants; the RFC sets no deadline. */
function late(facts: CaseFacts, { text }: CaseEvent, row: number): Why {
  const [stimulus] = facts.stimuli.values();
  const because = stimulus
    ? `: the suite sent what breaks ${stimulus.rule} in row ${stimulus.row} (${stimulus.section})`
    : '';
  const says = `row ${row}: ${peerOf(facts)} let the wait ${escapeText(text)} run out before it reacted${because}; the RFC sets no deadline`;
  return { says, row };
}

function eventInWords({ kind, text, isBinary, length }: CaseEvent): string {
  if (kind === 'timeout') return `the end of the wait ${escapeText(text)}`;
  const shown = Buffer.from(text, 'latin1').toString('utf8');
  const quoted = text === '' ? 'empty' : `"${escapeText(shown.length > 24 ? `${shown.slice(0, 24)}…` : shown)}"`;
  const what = kind === 'message' ? (isBinary ? 'a binary message' : 'a text message') : `a ${kind}`;
  return `${what} (${quoted}${length === null || length <= 24 ? '' : `, ${length} octets`})`;
}

/** What was waited for, and what came last from the peer. */
function missing(wanted: readonly CaseEvent[], at: number, facts: CaseFacts): Why {
  const last = facts.lastReceived;
  const row = last?.row ?? facts.tcpDrop?.row ?? facts.lastRow;
  const event = wanted[at] as CaseEvent;
  const came = last ? `last came ${frameInWords(last)} in row ${last.row}` : `nothing came from ${peerOf(facts)}`;
  const wait =
    event.kind === 'timeout'
      ? `${peerOf(facts)} closed before ${eventInWords(event)}`
      : `${eventInWords(event)} was expected and never came`;
  return { says: `row ${row}: ${wait}; ${came}`, row };
}

function frameInWords(row: FrameRow): string {
  const code = row.opcode === 8 ? closeCodeOfRow(row) : null;
  return `a ${opcodeName(row.opcode)} frame${code === null ? '' : ` ${codeInWords(code)}`}`;
}

function codeInWords(code: number): string {
  const name = closeCodeName(code);
  return name ? `${code} (${name})` : String(code);
}

function differing(wanted: CaseEvent, actual: CaseEvent, facts: CaseFacts): Why {
  const row = actual.row ?? facts.lastRow;
  const head = `row ${row}: `;
  if (wanted.kind !== actual.kind) {
    return { says: `${head}${eventInWords(actual)} came where ${eventInWords(wanted)} was expected`, row };
  }
  if (wanted.text === actual.text && wanted.isBinary !== actual.isBinary) {
    const type = (isBinary: boolean) => (isBinary ? 'binary' : 'text');
    return { says: `${head}the echo is ${type(actual.isBinary)}, and ${type(wanted.isBinary)} was sent`, row };
  }
  return {
    says: `${head}${wanted.kind === 'pong' ? 'the Pong' : 'the echo'} differs from what was sent ${differenceInWords(wanted, actual, facts)}`,
    row,
  };
}

function differenceInWords(wanted: CaseEvent, actual: CaseEvent, { sent }: CaseFacts): string {
  const [a, b] = [Buffer.from(wanted.text, 'latin1'), Buffer.from(actual.text, 'latin1')];
  const at = a.findIndex((octet, i) => octet !== b[i]);
  const hex = (octets: Buffer) =>
    octets[at] === undefined ? 'nothing' : (octets[at] as number).toString(16).padStart(2, '0');
  if (at >= 0 && at < Math.max(a.length, b.length)) return `at octet ${at}: ${hex(b)} instead of ${hex(a)}`;
  const original = sent.find(({ text }) => text === wanted.text)?.length;
  return `in length: ${actual.length} octets instead of ${original ?? wanted.text.length}`;
}

function fromClose(facts: CaseFacts, verdict: string | null): Why {
  const expected = expectedCloseOf(facts.header);
  const close = peerClose(facts);
  const code = close && closeCodeOfRow(close);
  const peer = peerOf(facts);
  const dropRow = facts.tcpDrop?.row ?? facts.lastRow;
  if (verdict === 'WRONG CODE' && close && code !== null) {
    const due = (expected.closeCode ?? []).join(', ') || 'none';
    return {
      says: `row ${close.row}: ${peer} closed with ${codeInWords(code)}; the case allows ${due}`,
      row: close.row,
    };
  }
  if (verdict === 'FAILED BY CLIENT') {
    return {
      says: `row ${dropRow}: the suite had to end TCP, which is for ${peer} to do (RFC 6455 §7.1.1)`,
      row: dropRow,
    };
  }
  if (verdict === 'UNCLEAN') return fromUnclean(facts, close, dropRow);
  const row = facts.closes[0]?.row ?? dropRow;
  if (closedByMe(facts)) return { says: `row ${row}: the suite closed first, and the case expects ${peer} to`, row };
  if (close)
    return {
      says: `row ${row}: ${peer} closed first, with ${code === null ? 'no code' : codeInWords(code)}, where the suite was to close`,
      row,
    };
  return {
    says: `row ${dropRow}: TCP ended by ${facts.tcpDrop?.by === 'peer' ? peer : 'the suite'} without any Close`,
    row: dropRow,
  };
}

function fromUnclean(facts: CaseFacts, close: FrameRow | null, dropRow: number): Why {
  const peer = peerOf(facts);
  if (!close) {
    const by = facts.tcpDrop?.by === 'peer' ? peer : 'the suite, which had waited,';
    return {
      says: `row ${dropRow}: TCP ended by ${by} and no Close of ${peer} had come (RFC 6455 §5.5.1)`,
      row: dropRow,
    };
  }
  const code = closeCodeOfRow(close);
  if (facts.header.writer === 'client' && facts.tcpDrop?.by === 'writer') {
    return {
      says: `row ${dropRow}: both Closes were sent, and ${peer} did not end TCP in time (RFC 6455 §7.1.1)`,
      row: dropRow,
    };
  }
  return {
    says: `row ${close.row}: ${peer} answered with an invalid Close${code === null ? '' : ` ${code}`}`,
    row: close.row,
  };
}
