// The sentence for the first event that differs from what the case expects: another one came, one more, or none.

import { escapeText, hexOf, octetsInWords } from '../../model/octets.ts';
import { payloadOfPageText } from '../../model/payload-text.ts';
import { type CaseEvent, type ExpectedEvent, isSameEvent } from './events.ts';
import { type CaseFacts, isSameEventIn, octetRowOf, peerClose, sentTooFew } from './facts.ts';
import { frameRowInWords, peerOf, type Why } from './why-words.ts';

export function fromEvents(facts: CaseFacts, behavior: string): Why | null {
  const { events } = facts;
  const wanted = closest(facts, behavior);
  const at = matching(wanted, facts);
  const [due, came] = [wanted[at], events[at]];
  if (due) return came ? differing(due, came, facts) : missing(due, facts);
  if (!came) return null;
  return came.kind === 'timeout' ? late(facts, came) : unexpected(facts, came);
}

/** How many events are as expected before the first that is not. */
function matching(wanted: readonly ExpectedEvent[], facts: CaseFacts): number {
  const at = wanted.findIndex((event, i) => !facts.events[i] || !isSameEventIn(event, facts.events[i], facts));
  return at < 0 ? wanted.length : at;
}

/** What is not strict is compared with what would be; what fails, with the expectation that it comes nearest to. */
function closest(facts: CaseFacts, behavior: string): readonly ExpectedEvent[] {
  const { expected } = facts;
  const strict = expected.get('OK') ?? [];
  if (behavior !== 'FAILED') return strict;
  const others = [...expected.values()].filter((wanted) => matching(wanted, facts) > matching(strict, facts));
  return others.sort((a, b) => matching(b, facts) - matching(a, facts))[0] ?? strict;
}

function rowOf({ row }: CaseEvent, facts: CaseFacts): number {
  return octetRowOf(row, facts);
}

function unexpected(facts: CaseFacts, event: CaseEvent): Why {
  const row = rowOf(event, facts);
  const [close] = facts.closes;
  const closed = close?.direction === 'tx' ? octetRowOf(close.row, facts) : row;
  const after = closed < row ? ` after the suite's Close in row ${closed}` : '';
  return { says: `row ${row}: ${eventInWords(event)} came${after}, and nothing more was expected`, row };
}

/** The peer reacted, and later than the case wants; the RFC sets no deadline. */
function late(facts: CaseFacts, event: CaseEvent): Why {
  const row = rowOf(event, facts);
  const [stimulus] = facts.stimuli.values();
  const because = stimulus ? `: the suite broke ${stimulus.rule} in row ${stimulus.row} (${stimulus.section})` : '';
  const says = `row ${row}: ${peerOf(facts)} let the wait ${escapeText(event.text)} run out before it reacted${because}; the RFC sets no deadline`;
  return { says, row };
}

const SHOWN = 24;

type Told = ExpectedEvent & { readonly length: number | null };

function eventInWords({ kind, text, isBinary, length }: CaseEvent | Told): string {
  if (kind === 'timeout') return `the end of the wait ${escapeText(text)}`;
  const shown = Buffer.from(text, 'latin1').toString('utf8');
  const quoted = text === '' ? 'empty' : `"${escapeText(shown.length > SHOWN ? `${shown.slice(0, SHOWN)}…` : shown)}"`;
  const control = kind === 'ping' ? 'a Ping' : 'a Pong';
  const what = kind === 'message' ? (isBinary ? 'a binary message' : 'a text message') : control;
  return `${what} (${quoted}${length === null || length <= SHOWN ? '' : `, ${octetsInWords(length)}`})`;
}

/** An expected event does not say how long it is; what the suite sent does. */
function withLength(event: ExpectedEvent, { sent }: CaseFacts): Told {
  return { ...event, length: sent.find(({ text }) => text === event.text)?.length ?? null };
}

/** What was waited for, how the wait ended, and what came last before that. */
function missing(wanted: ExpectedEvent, facts: CaseFacts): Why {
  const { row, says } = endOfWait(facts);
  const event = eventInWords(withLength(wanted, facts));
  if (wanted.kind === 'timeout') return { says: `row ${row}: ${says} before ${event}`, row };
  return { says: `row ${row}: ${says}, and ${event} was expected and had not come: ${lastInWords(facts)}`, row };
}

function lastInWords(facts: CaseFacts): string {
  const { lastReceived: last, awaited } = facts;
  if (last) return `the last frame that had come was ${frameRowInWords(last)} (row ${octetRowOf(last.row, facts)})`;
  if (awaited.octets <= 0) return `${peerOf(facts)} had sent nothing`;
  return `${octetsInWords(awaited.octets)} had come (the last in row ${awaited.row}), and the suite read no frame from them`;
}

function endOfWait(facts: CaseFacts): Why {
  const peer = peerOf(facts);
  const close = peerClose(facts);
  const closed = close ? octetRowOf(close.row, facts) : Number.POSITIVE_INFINITY;
  const gaveUp = facts.gaveUpRow ?? Number.POSITIVE_INFINITY;
  const ended = facts.tcpDrop?.row ?? facts.lastRow;
  const row = Math.min(closed, gaveUp, ended);
  if (row === gaveUp) return { says: "the suite's wait ran out", row };
  if (row === closed) return { says: `${peer} closed`, row };
  return { says: facts.tcpDrop?.by === 'writer' ? 'the suite ended TCP' : `${peer} ended TCP`, row };
}

function differing(wanted: ExpectedEvent, actual: CaseEvent, facts: CaseFacts): Why {
  const row = rowOf(actual, facts);
  if (wanted.kind !== actual.kind || wanted.kind === 'timeout') {
    const says = `row ${row}: ${eventInWords(actual)} came where ${eventInWords(withLength(wanted, facts))} was expected`;
    return { says, row };
  }
  if (wanted.text === actual.text && wanted.isBinary !== actual.isBinary) {
    const type = (isBinary: boolean) => (isBinary ? 'binary' : 'text');
    return {
      says: `row ${row}: ${peerOf(facts)}'s echo is ${type(actual.isBinary)}, and ${type(wanted.isBinary)} was sent`,
      row,
    };
  }
  const sent = sentTooFew(actual, facts);
  if (sent !== null && isSameEvent(wanted, actual, facts.sent)) {
    const says = `row ${row}: ${peerOf(facts)}'s echo has ${octetsInWords(actual.length ?? 0)}, and only ${sent} of the payload had been sent by then`;
    return { says, row };
  }
  const what = `${peerOf(facts)}'s ${wanted.kind === 'pong' ? 'Pong' : 'echo'}`;
  return { says: `row ${row}: ${what} ${differenceInWords(withLength(wanted, facts), actual)}`, row };
}

function differenceInWords(wanted: Told, actual: CaseEvent): string {
  const [due, came] = [shownOctets(wanted), shownOctets(actual)];
  const at = due.findIndex((octet, i) => octet !== came[i]);
  const hex = (octets: Uint8Array) => hexOf(octets.subarray(at, at + 1));
  if (at >= 0 && at < came.length) {
    return `differs at octet ${at} from what was sent: ${hex(came)} instead of ${hex(due)}`;
  }
  const [is, was] = [actual.length ?? came.length, wanted.length ?? due.length];
  const lost = at < 0 ? '' : `: the first missing one is octet ${at}, ${hex(due)}`;
  return `has ${octetsInWords(is)}, and ${was} were sent${lost}`;
}

/** The octets behind the text; where its length is not known it is the one that the text itself has. */
function shownOctets({ text, length }: CaseEvent | Told): Uint8Array {
  const shown = text.replace(/^(.{61,}) \.{3}$/s, '$1');
  const ownLength = /^0x(?:[0-9a-f]{2})+$/.test(shown) ? (shown.length - 2) / 2 : shown.length;
  return payloadOfPageText(text, length ?? ownLength)?.known ?? Buffer.from(text, 'latin1');
}
