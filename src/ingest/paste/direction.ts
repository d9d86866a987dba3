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

let pairs: readonly (readonly [RegExp, Sender])[] | null = null;

/** The first that matches decides. They are made when the first label comes: few logs have any. */
function pairsOf(): readonly (readonly [RegExp, Sender])[] {
  pairs ??= [
    [new RegExp(`\\b${CLIENT}\\b[^\\p{L}]*${TO}[^\\p{L}]*(?:the )?${SERVER}\\b`, 'iu'), 'client'],
    [new RegExp(`\\b${SERVER}\\b[^\\p{L}]*${TO}[^\\p{L}]*(?:the )?${CLIENT}\\b`, 'iu'), 'server'],
    [new RegExp(`\\b${CLIENT}\\b[^\\p{L}]*${FROM}[^\\p{L}]*${SERVER}\\b`, 'iu'), 'server'],
    [new RegExp(`\\b${SERVER}\\b[^\\p{L}]*${FROM}[^\\p{L}]*${CLIENT}\\b`, 'iu'), 'client'],
    [new RegExp(`^(?:the )?${CLIENT} (?:sends?|sent|writes?|wrote)\\b`, 'iu'), 'client'],
    [new RegExp(`^(?:the )?${SERVER} (?:sends?|sent|writes?|wrote|answers?|replies)\\b`, 'iu'), 'server'],
    [new RegExp(`^(?:the )?${CLIENT} (?:receives?|received|reads?|gets?|got)\\b`, 'iu'), 'server'],
    [new RegExp(`^(?:the )?${SERVER} (?:receives?|received|reads?|gets?|got)\\b`, 'iu'), 'client'],
    [new RegExp(`(?:^|[^\\p{L}])c *${TO} *s(?:$|[^\\p{L}])`, 'iu'), 'client'],
    [new RegExp(`(?:^|[^\\p{L}])s *${TO} *c(?:$|[^\\p{L}])`, 'iu'), 'server'],
  ];
  return pairs;
}

/** No verbs of the third person: "it sends" is prose, and tells of the other end as often as of the own one. */
const SENT =
  /^(?:sen[dt]|sending|write|written|wrote|writing|tx|xmit|transmit(?:ted)?|outgoing|outbound|gesendet|geschrieben|ausgehend|enviado|envoy[ée])$/iu;
const RECEIVED =
  /^(?:recv|received?|receiving|rcv|rcvd|read|reading|rx|got|incoming|inbound|empfangen|gelesen|eingehend|recibido|re[çc]u)$/iu;
/** These are too common to count but where they are all that the label says, or its last word. */
const OUT = /^(?:out|aus|raus)$/i;
const IN = /^(?:in|ein|rein)$/i;
const MARKS: readonly (readonly [RegExp, Sender])[] = [
  [/^(?:>{1,3}|[-=]+>)(?!\S)/, 'tx'],
  [/^(?:<{1,3}|<[-=]+)(?!\S)/, 'rx'],
  [/(?:^|\s)(?:>>>?|[-=]+>)$/, 'tx'],
  [/(?:^|\s)(?:<<<?|<[-=]+)$/, 'rx'],
];

const IS_CODE = /^>>>.*(?:[=;{}'"]|\w[.(]|\[)/;

const STAMP =
  /^[[(]?(?:\d{4}[-/.]\d\d[-/.]\d\d(?:[ T]+|$))?(?:\d{1,2}:\d\d(?::\d\d(?:[.,:]\d+)?)?)?(?:Z|[+-]\d\d:?\d\d)?[\])]?(?:[ \t]+|$)/;
const LEVEL = /^[[(]?(?:DEBUG|DBUG|INFO|WARN(?:ING)?|ERROR|TRACE|NOTICE|VERBOSE|FINEST?|FINER)[\])]?:?(?:[ \t]+|$)/i;

/** A line without the time and the level that a logger puts before it. */
export function withoutLogPrefix(line: string): string {
  let rest = line.trimStart();
  for (;;) {
    const shorter = rest.replace(STAMP, '').replace(LEVEL, '');
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
  const mark = IS_CODE.test(label) ? undefined : MARKS.find(([pattern]) => pattern.test(label.replace(/:$/, '')));
  if (mark) return mark[1];
  if (IS_CODE.test(label) && /^>>>/.test(label)) return null;
  const words = label.split(/[^\p{L}]+/u).filter((word) => word !== '');
  return words.length > LABEL_WORDS ? null : senderInWords(words);
}

/** "for a in" is code, or prose: as a label the word stands alone, or in capitals. */
function isAlone(word: string, words: readonly string[]): boolean {
  return words.length === 1 || word === word.toUpperCase();
}

function senderInWords(words: readonly string[]): Sender | null {
  const [only = '', ...others] = words.filter((word) => !/^(?:from|the|by|von|vom|der)$/i.test(word));
  if (others.length === 0) {
    if (/^(?:client|browser)$/i.test(only)) return 'client';
    if (/^server$/i.test(only)) return 'server';
  }
  const last = words.at(-1) ?? '';
  const sent = words.some((word) => SENT.test(word)) || (OUT.test(last) && isAlone(last, words));
  const received = words.some((word) => RECEIVED.test(word)) || (IN.test(last) && isAlone(last, words));
  return sent === received ? null : sent ? 'tx' : 'rx';
}
