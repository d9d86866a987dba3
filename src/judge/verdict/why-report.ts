// What the report itself knows of a case whose log was off: who closed with what, how many frames of which opcode there
// were, and why the end was not clean.

import { escapeText } from '../../model/octets.ts';
import type { CaseReport } from '../../model/row.ts';
import { OPCODE, opcodeName } from '../../protocol/frame/opcode.ts';
import type { CaseFacts } from './facts.ts';
import { textAsMeant } from './report-text.ts';
import { codeInWords, peerOf } from './why-words.ts';

/** Begins with "; ", or is empty where the report tells nothing. */
export function knownOfReport(report: CaseReport, facts: CaseFacts): string {
  const parts = [closesInWords(report, facts), framesInWords(report), uncleanInWords(report)];
  return parts.map((part) => (part === null ? '' : `; ${part}`)).join('');
}

type ReportSide = 'local' | 'remote';

const UNNAMED = 'a code that the report does not name';

/** Who closed first, and what the other one answered; null where the report does not tell. */
export function closesInWords(report: CaseReport, facts: CaseFacts): string | null {
  const { closedByMe } = report;
  const peer = peerOf(facts);
  const [own, theirs] = [closeOf(report, 'local'), closeOf(report, 'remote')];
  if (own === undefined && theirs === undefined) return null;
  if (own === null && theirs === null) return 'neither side sent a Close';
  if (own === null) return `${peer} closed with ${theirs ?? UNNAMED}, and the suite sent no Close`;
  if (theirs === null) return `the suite closed with ${own ?? UNNAMED}, and no Close of ${peer} came`;
  const [first, second] = closedByMe === false ? [peer, 'the suite'] : ['the suite', peer];
  const [sent, answered] = closedByMe === false ? [theirs, own] : [own, theirs];
  return `${first} closed with ${sent ?? UNNAMED}, and ${second} answered with ${answered ?? UNNAMED}`;
}

/** The Close of one side in words; null where it sent none, undefined where that is not known. */
function closeOf(report: CaseReport, side: ReportSide): string | null | undefined {
  const [code, reason] = [report[`${side}CloseCode`], report[`${side}CloseReason`]];
  const counts: unknown = side === 'local' ? report['txFrameStats'] : report['rxFrameStats'];
  const counted = countOf(counts, OPCODE.CLOSE);
  if (typeof code === 'number') {
    return `${codeInWords(code)}${typeof reason === 'string' && reason !== '' ? ` "${shownText(reason)}"` : ''}`;
  }
  if (counted === null) return undefined;
  return counted > 0 ? 'no code' : null;
}

/** A reason that was sent is no longer (RFC 6455 §5.5). */
const REASON_SHOWN = 123;

function shownText(text: string): string {
  const meant = textAsMeant(text);
  return escapeText(meant.length > REASON_SHOWN ? `${meant.slice(0, REASON_SHOWN)}…` : meant);
}

function framesInWords({ rxFrameStats, txFrameStats }: CaseReport): string | null {
  const [received, sent] = [countsInWords(rxFrameStats), countsInWords(txFrameStats)];
  return received === null || sent === null ? null : `the suite received ${received} and sent ${sent}`;
}

/** `1 text and 15 continuation frames`; null where these are no counts. */
function countsInWords(counts: unknown): string | null {
  if (typeof counts !== 'object' || counts === null) return null;
  const parts: string[] = [];
  let last = 0;
  for (const opcode of Object.keys(counts)) {
    const count = countOf(counts, Number(opcode));
    if (!/^(?:\d|1[0-5])$/.test(opcode) || count === null) return null;
    if (count === 0) continue;
    parts.push(`${count} ${opcodeName(Number(opcode))}`);
    last = count;
  }
  if (parts.length === 0) return 'no frame';
  const frames = parts.length === 1 && last === 1 ? 'frame' : 'frames';
  return `${parts.length === 1 ? parts[0] : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`} ${frames}`;
}

/** Undefined counts are none; null where these are no counts. */
function countOf(counts: unknown, opcode: number): number | null {
  if (typeof counts !== 'object' || counts === null) return null;
  const count: unknown = (counts as Record<string, unknown>)[String(opcode)] ?? 0;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : null;
}

function uncleanInWords(report: CaseReport): string | null {
  const { wasClean, wasNotCleanReason } = report;
  if (wasClean !== false || typeof wasNotCleanReason !== 'string' || wasNotCleanReason === '') return null;
  return `the end was not clean: ${shownText(wasNotCleanReason)}`;
}
