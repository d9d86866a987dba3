// The sentence for a closing handshake that is not as the case expects it.

import { escapeText } from '../../model/octets.ts';
import type { FrameRow } from '../../model/row.ts';
import { classOfCloseCode } from '../../protocol/frame/close-code.ts';
import { closeCodeOfRow } from './events.ts';
import { expectedCloseOf } from './expected.ts';
import { type CaseFacts, closedByMe, octetRowOf, peerClose } from './facts.ts';
import { closesInWords } from './why-report.ts';
import { brokenInWords, dueCodes } from './why-violation.ts';
import { codeInWords, peerOf, type Why } from './why-words.ts';

export function fromClose(facts: CaseFacts, verdict: string | null): Why | null {
  if (facts.hasGap && facts.closes.length === 0) return fromHiddenClose(facts);
  const close = peerClose(facts);
  const code = close && closeCodeOfRow(close);
  if (verdict === 'WRONG CODE' && close && code !== null) return fromCode(facts, close, code);
  if (verdict === 'FAILED BY CLIENT') return fromDrop(facts, close);
  if (verdict === 'UNCLEAN') return fromUnclean(facts, close);
  const peer = peerOf(facts);
  const drop = dropRow(facts);
  if (closedByMe(facts)) {
    const row = facts.closes[0] ? octetRowOf(facts.closes[0].row, facts) : drop;
    return { says: `row ${row}: the suite closed first, and the case expects ${peer} to close first`, row };
  }
  if (close) {
    const row = octetRowOf(close.row, facts);
    const which = code === null ? 'no code' : codeInWords(code);
    return {
      says: `row ${row}: ${peer} closed first, with ${which}, and the case expects the suite to close first`,
      row,
    };
  }
  const by = facts.tcpDrop?.by === 'peer' ? peer : 'the suite';
  return { says: `row ${drop}: ${by} ended TCP without any Close`, row: drop };
}

/** The log was off to the end: what the report says of the Closes; null where it says nothing. */
function fromHiddenClose(facts: CaseFacts): Why | null {
  const { report } = facts.header;
  const closes = report && closesInWords(report, facts);
  const words = report?.resultClose;
  if (!closes && typeof words !== 'string') return null;
  const row = facts.connection.response?.spans[0]?.row ?? 0;
  const known = closes ? `by the report ${closes}` : `the suite says: ${escapeText(String(words))}`;
  return { says: `row ${row}: the log was switched off after this row; ${known}`, row };
}

function dropRow({ tcpDrop, lastRow }: CaseFacts): number {
  return tcpDrop?.row ?? lastRow;
}

function fromCode(facts: CaseFacts, close: FrameRow, code: number): Why {
  const row = octetRowOf(close.row, facts);
  const isNew = classOfCloseCode(code) === 'post-rfc';
  const because = isNew ? '; the code was registered after RFC 6455, and the suite does not know it' : '';
  const says = `row ${row}: ${peerOf(facts)} closed with ${codeInWords(code)}; ${allowedInWords(facts)}${because}`;
  return { says, row };
}

/** A report page does not say which codes the case allows. */
function allowedInWords({ header }: CaseFacts): string {
  const { closeCode } = expectedCloseOf(header);
  if (closeCode) return `the case allows ${closeCode.join(', ') || 'none'}`;
  const { resultClose } = header.report ?? {};
  return typeof resultClose === 'string' ? `the suite says: ${escapeText(resultClose)}` : 'the case allows others';
}

/** The suite, as the client, ended TCP. */
function fromDrop(facts: CaseFacts, close: FrameRow | null): Why {
  const row = dropRow(facts);
  const peer = peerOf(facts);
  const [stimulus] = facts.stimuli.values();
  if (!close && stimulus) {
    const instead = `instead of failing the connection${dueCodes(stimulus, facts, ' with')}`;
    const says = `${brokenInWords(stimulus, facts)}; ${peer} sent no Close and left TCP open until the suite ended it (row ${row}), ${instead}`;
    return { says, row: stimulus.row };
  }
  return { says: `row ${row}: the suite had to end TCP, which is for ${peer} to do (RFC 6455 §7.1.1)`, row };
}

function fromUnclean(facts: CaseFacts, close: FrameRow | null): Why {
  const peer = peerOf(facts);
  const drop = dropRow(facts);
  if (!close) {
    const ended = facts.tcpDrop?.by === 'peer' ? `${peer} ended TCP` : 'the suite ended TCP after a wait';
    return { says: `row ${drop}: ${ended}, and no Close of ${peer} had come (RFC 6455 §5.5.1)`, row: drop };
  }
  if (facts.header.writer === 'client' && facts.tcpDrop?.by === 'writer') {
    const says = `row ${drop}: both Closes were sent, and ${peer} did not end TCP in time (RFC 6455 §7.1.1)`;
    return { says, row: drop };
  }
  const code = closeCodeOfRow(close);
  const row = octetRowOf(close.row, facts);
  return { says: `row ${row}: ${peer} answered with an invalid Close${code === null ? '' : ` ${code}`}`, row };
}
