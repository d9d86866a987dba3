// Who sent the octets, as the words before them say: a label on their own line, or a heading above them. Only a label
// counts; a direction word in the middle of prose proves nothing.

import { decodeText } from '../line-splitter.ts';

/** `rx` and `tx` are those of the writer; `client` and `server` name the sender's role. */
export type Sender = 'rx' | 'tx' | 'client' | 'server';

/** A label has few words; more are prose. */
const LABEL_WORDS = 8;

const CLIENT = '(?:client|browser|peer ?0)';
const SERVER = '(?:server|peer ?1)';
const TO = '(?:-+>|=+>|\u2192|\\bto\\b|>+)';
const FROM = '(?:<-+|<=+|\u2190|<+)';

const SAYS = '(?:sends?|sent|writes?|wrote|answer(?:s|ed)?|repl(?:y|ies|ied)|respond(?:s|ed)?|close[sd]?|says?)';

let pairs: readonly (readonly [RegExp, Sender])[] | null = null;

/** The first that matches decides. They are made when the first label comes: few logs have any. */
function pairsOf(): readonly (readonly [RegExp, Sender])[] {
  pairs ??= [
    [new RegExp(`\\b${CLIENT}\\b[^\\p{L}]*${TO}[^\\p{L}]*(?:the )?${SERVER}\\b`, 'iu'), 'client'],
    [new RegExp(`\\b${SERVER}\\b[^\\p{L}]*${TO}[^\\p{L}]*(?:the )?${CLIENT}\\b`, 'iu'), 'server'],
    [new RegExp(`\\b${CLIENT}\\b[^\\p{L}]*${FROM}[^\\p{L}]*${SERVER}\\b`, 'iu'), 'server'],
    [new RegExp(`\\b${SERVER}\\b[^\\p{L}]*${FROM}[^\\p{L}]*${CLIENT}\\b`, 'iu'), 'client'],
    [new RegExp(`^(?:the )?${CLIENT} ${SAYS}\\b`, 'iu'), 'client'],
    [new RegExp(`^(?:the )?${SERVER} ${SAYS}\\b`, 'iu'), 'server'],
    [new RegExp(`^(?:the )?${CLIENT} (?:receives?|received|reads?|gets?|got)\\b`, 'iu'), 'server'],
    [new RegExp(`^(?:the )?${SERVER} (?:receives?|received|reads?|gets?|got)\\b`, 'iu'), 'client'],
    [new RegExp(`(?:^|[^\\p{L}])c *(?:${TO}|2) *s(?:$|[^\\p{L}])`, 'iu'), 'client'],
    [new RegExp(`(?:^|[^\\p{L}])s *(?:${TO}|2) *c(?:$|[^\\p{L}])`, 'iu'), 'server'],
  ];
  return pairs;
}

/** No verbs of the third person: "it sends" is prose, and tells of the other end as often as of the own one. */
const SENT =
  /^(?:sen[dt]|sending|sendto|sendmsg|write|writev|written|wrote|writing|tx|xmit|transmit(?:ted)?|outgoing|outbound|gesendet|geschrieben|ausgehend|enviado|envoy[ée]|[发發]送\p{L}*|送信)$/iu;
const RECEIVED =
  /^(?:recv|recvfrom|recvmsg|received?|receiving|rcv|rcvd|read|readv|reading|rx|got|incoming|inbound|empfangen|gelesen|eingehend|recibido|re[çc]u|接收\p{L}*|收到\p{L}*|受信)$/iu;
/** These are too common to count but where they are all that the label says, or its last word. */
const OUT = /^(?:out|aus|raus)$/i;
const IN = /^(?:in|ein|rein)$/i;
const MARKS: readonly (readonly [RegExp, Sender])[] = [
  [/^(?:>{1,3}|[-=]+>|\u2192)(?!\S)/, 'tx'],
  [/^(?:<{1,3}|<[-=]+|\u2190)(?!\S)/, 'rx'],
];
/** They may part what is read from what does it: what the words before them say counts more. */
const LAST_MARKS: readonly (readonly [RegExp, Sender])[] = [
  [/(?:^|\s)(?:>>>?|[-=]+>|\u2192)$/, 'tx'],
  [/(?:^|\s)(?:<<<?|<[-=]+|\u2190)$/, 'rx'],
];
/** Addresses, sizes and results are no words of a label. */
const ASIDE = /\((?:[^()]|\([^()]*\))*\)|\[0x[^\]]*\]|\b0x[0-9a-f]+/gi;

const IS_CODE = /^>>>.*(?:[=;{}'"]|\w[.(]|\[)/;

const STAMP =
  /^[[(]?(?:\d{4}[-/.]\d\d[-/.]\d\d(?:[ T]+|$))?(?:\d{1,2}:\d\d(?::\d\d(?:[.,:]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?[\])]?(?:[ \t]+|$)/;
const LEVEL = /^[[(]?(?:DEBUG|DBUG|INFO|WARN(?:ING)?|ERROR|TRACE|NOTICE|VERBOSE|FINEST?|FINER)[\])]?:?(?:[ \t]+|$)/i;
/** The level and the name of the logger, as Python and ESP-IDF write them. */
const LOGGER = /^(?:(?:DEBUG|INFO|WARNING|ERROR|CRITICAL):[\w.-]+:[ \t]*|[EWIDV] \(\d+\) [\w.-]+:[ \t]+)(?=\S)/;

/** A line without the time and the level that a logger puts before it. */
export function withoutLogPrefix(line: string): string {
  let rest = line.trimStart();
  for (;;) {
    const shorter = rest.replace(STAMP, '').replace(LOGGER, '').replace(LEVEL, '');
    if (shorter === rest) return rest;
    rest = shorter;
  }
}

/** What a label or a heading says about who sent what follows; null where it says nothing, or both. */
export function senderOf(latin1: string): Sender | null {
  const label = withoutLogPrefix(decodeText(latin1)).trim();
  if (label === '') return null;
  if (label.split(/\s+/).length <= LABEL_WORDS) {
    for (const [pattern, sender] of pairsOf()) if (pattern.test(label)) return sender;
  }
  // `>>>` is also where Python waits for a statement.
  if (IS_CODE.test(label)) return /^>>>/.test(label) ? null : senderInWords(wordsOf(label));
  const markIn = (marks: typeof MARKS) => marks.find(([pattern]) => pattern.test(label.replace(/:$/, '')))?.[1];
  return markIn(MARKS) ?? senderInWords(wordsOf(label)) ?? markIn(LAST_MARKS) ?? null;
}

function wordsOf(label: string): readonly string[] {
  const split = (text: string) => text.split(/[^\p{L}]+/u).filter((word) => word !== '');
  const words = split(label);
  return words.length > LABEL_WORDS ? split(label.replace(ASIDE, ' ')) : words;
}

/** "for a in" is code, or prose: as a label the word stands alone, or in capitals. */
function isAlone(word: string, words: readonly string[]): boolean {
  return words.length === 1 || word === word.toUpperCase();
}

function senderInWords(words: readonly string[]): Sender | null {
  if (words.length > LABEL_WORDS) return null;
  const [only = '', ...others] = words.filter((word) => !/^(?:from|the|by|von|vom|der)$/i.test(word));
  if (others.length === 0) {
    if (/^(?:client|browser)$/i.test(only)) return 'client';
    if (/^server$/i.test(only)) return 'server';
    // As dialogues are written.
    if (only === 'C') return 'client';
    if (only === 'S') return 'server';
  }
  const last = words.at(-1) ?? '';
  const sent = words.some((word) => SENT.test(word)) || (OUT.test(last) && isAlone(last, words));
  const received = words.some((word) => RECEIVED.test(word)) || (IN.test(last) && isAlone(last, words));
  return sent === received ? null : sent ? 'tx' : 'rx';
}
