// The sentence where the rows say little: the connection never opened, or the log was switched off when it mattered.

import { escapeText } from '../../model/octets.ts';
import type { CaseReport } from '../../model/row.ts';
import { statusOf } from '../../protocol/handshake/handshake.ts';
import type { Annotation } from '../annotation.ts';
import type { CaseFacts } from './facts.ts';
import type { Unread } from './unread.ts';
import { knownOfReport } from './why-report.ts';
import { fromViolation } from './why-violation.ts';
import { peerOf, type Why } from './why-words.ts';

export function fromHandshake(facts: CaseFacts, violation: Annotation | null): Why {
  if (violation) return fromViolation(violation, facts);
  const { response, request } = facts.connection;
  const row = response?.spans[0]?.row ?? facts.tcpDrop?.row ?? facts.lastRow;
  const head = `row ${row}: the opening handshake was never completed`;
  const note = facts.charged.find(({ rule }) => NOTES.has(rule));
  const rule = note ? ` (${note.rule}, ${note.section})` : '';
  if (response && statusOf(response) !== 101) {
    return { says: `${head}: the answer is "${escapeText(response.startLine)}"${rule}`, row };
  }
  if (response) return { says: `${head}, although the answer is a 101`, row };
  const by = facts.tcpDrop?.by === 'peer' ? peerOf(facts) : 'the suite';
  return { says: `${head}: ${by} ended TCP before ${request ? 'the response' : 'the request'} was there${rule}`, row };
}

const NOTES: ReadonlySet<string> = new Set(['response/status-not-101', 'phase/handshake-incomplete']);

/** Of cases that ran with the log switched off only what their report says and counts tells. */
export function fromResult(facts: CaseFacts): Why | null {
  const { report } = facts.header;
  if (typeof report?.result !== 'string') return null;
  if (!facts.hasGap)
    return { says: `row ${facts.lastRow}: the suite says: ${escapeText(report.result)}`, row: facts.lastRow };
  const row = facts.connection.response?.spans[0]?.row ?? 0;
  const says =
    lengthInWords(report, facts) ?? failureInWords(report, facts) ?? `the suite says: ${escapeText(report.result)}`;
  return { says: `row ${row}: the log was switched off after this row; ${says}${knownOfReport(report, facts)}`, row };
}

/** What is missing may be the very thing: only the report's own words are left. */
export function fromUnread({ row, says }: Unread, { header }: CaseFacts, isAboutMessages: boolean): Why | null {
  const { result, resultClose } = header.report ?? {};
  const words = isAboutMessages ? result : resultClose;
  if (row < 0) return null;
  return {
    says: `row ${row}: ${says}${typeof words === 'string' ? `; the suite says: ${escapeText(words)}` : ''}`,
    row,
  };
}

const OTHER_LENGTH = /^Expected (binary|text) message with payload of length (\d+), but got (\d+)\.$/;

function lengthInWords({ result }: CaseReport, { received }: CaseFacts): string | null {
  const [, type, due, got] = OTHER_LENGTH.exec(result ?? '') ?? [];
  if (!type) return null;
  const cameAll = Number(got) < Number(due) && received >= Number(due);
  const although = cameAll ? `, although ${received} octets came` : '';
  return `the suite read a ${type} message of ${got} octets where one of ${due} was due${although}`;
}

const NO_MESSAGE = /^Did not receive message within (\d+) seconds\.$/;

/** The suite writes this text before it waits: it stays where the connection ended for another reason. */
function failureInWords(report: CaseReport, facts: CaseFacts): string | null {
  const [, seconds] = NO_MESSAGE.exec(report.result ?? '') ?? [];
  const { duration, failedByMe } = report;
  if (!seconds || typeof duration !== 'number' || facts.gaveUpRow !== null) return null;
  // The clock begins when the connection opens.
  const lasted = duration / 1000;
  if (lasted >= Number(seconds)) return null;
  const what = failedByMe === true ? 'the suite failed the connection' : 'the connection ended';
  return `${what} after ${lasted} s, before the wait of ${seconds} s was over: ${facts.received} octets had come, and the suite read no message from them`;
}
