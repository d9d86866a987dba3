// Secrets in the head of an opening handshake. The head is read line by line, without asking whether it is good HTTP:
// a secret in a broken head is a secret too. A pure function of the head's octets, so that a head that stands in the log
// twice, as octets and as text, is hidden alike.

import { latin1Of, octetsOfLatin1 } from '../model/octets.ts';
import { hideText } from './neutral.ts';
import { shapesIn, tokensIn } from './secret-shapes.ts';
import {
  announcesSecret,
  announcesToken,
  CREDENTIALS,
  isHostField,
  isProtocolName,
  isPublicField,
  isSecretField,
  isUrlField,
  looksRandom,
  namesSecret,
} from './secret-words.ts';

/** Octets of the head that are hidden, the end exclusive. */
export interface Secret {
  readonly from: number;
  readonly to: number;
  /** What it is, in our words only. */
  readonly what: string;
  readonly kind: 'secret' | 'host' | 'protocol';
}

const LINE = /[^\r\n]+(?:\r?\n[ \t]+[^\r\n]*)*/g;

export function secretsIn(octets: Uint8Array, hosts: boolean): Secret[] {
  const text = latin1Of(octets);
  const found: Secret[] = [];
  let isFirst = true;
  for (const { 0: line, index } of text.matchAll(LINE)) {
    found.push(...(isFirst ? startLineSecrets(line, index) : fieldSecrets(line, index)));
    if (hosts) found.push(...hostsIn(line, index, isFirst));
    isFirst = false;
  }
  return found.filter(({ from, to }) => from < to);
}

function startLineSecrets(line: string, at: number): Secret[] {
  const start = line.search(/[ \t]/);
  if (start < 0 || /^HTTP\//.test(line)) return formsIn(line, at, 'a token in the status line');
  const end = line.search(/[ \t]+HTTP\/[\d.]+[ \t]*$/);
  const from = start + 1;
  const target = line.slice(from, end > from ? end : undefined);
  return targetSecrets(target, at + from, 'the request target');
}

/** Userinfo, token-like path segments, parameters, and all behind a `#`. */
function targetSecrets(target: string, at: number, where: string): Secret[] {
  const found: Secret[] = [...formsIn(target, at, `a token in ${where}`)];
  const add = (from: number, length: number, what: string) =>
    void found.push({ from: at + from, to: at + from + length, what: `${what} in ${where}`, kind: 'secret' });
  const fragment = target.indexOf('#');
  if (fragment >= 0) add(fragment + 1, target.length - fragment - 1, 'the fragment');
  const whole = fragment < 0 ? target : target.slice(0, fragment);
  const question = whole.indexOf('?');
  const path = question < 0 ? whole : whole.slice(0, question);
  const user = /^(?:(?:[a-z][a-z0-9+.-]*:)?\/\/)?([^/@]*)@/i.exec(path);
  if (user) add(user[0].length - 1 - (user[1] as string).length, (user[1] as string).length, 'user name and password');
  let before = '';
  for (const { 0: segment, index } of path.matchAll(/[^/;]+/g)) {
    const equals = segment.indexOf('=');
    const value = segment.slice(equals + 1);
    if (equals > 0 && !isPublicParameter(segment.slice(0, equals), value))
      add(index + equals + 1, value.length, 'a parameter');
    else if (looksRandom(segment) || isSecretSegment(segment) || isAfterSecretWord(before))
      add(index, segment.length, 'a path segment');
    before = segment;
  }
  if (question >= 0) {
    for (const { 0: pair, index } of whole.slice(question + 1).matchAll(/[^&;]+/g)) {
      const equals = pair.indexOf('=');
      const value = pair.slice(equals + 1);
      if (!isPublicParameter(pair.slice(0, Math.max(equals, 0)), value)) {
        add(question + 1 + index + equals + 1, value.length, 'a parameter');
      }
    }
  }
  return found;
}

/** Parameters of a request target that say nothing secret. */
const PUBLIC_PARAMETER = new Set(
  'agent case casetuple eio transport v ver version vsn protocol format encoding compress compression lang locale b64'.split(
    ' ',
  ),
);

function isPublicParameter(name: string, value: string): boolean {
  if (value === '') return true;
  if (PUBLIC_PARAMETER.has(name.toLowerCase())) return tokensIn(value).length === 0;
  return !namesSecret(name) && /^(?:\d{1,4}|true|false|yes|no|on|off)$/.test(value);
}

/** `token:abc`, `sid-123`; and letters among digits that are no word with a version. */
function isSecretSegment(segment: string): boolean {
  const [, word = '', rest = ''] = /^([A-Za-z]{2,20})(?:[-_.:~@]|%3A)(.{3,})$/i.exec(segment) ?? [];
  if (rest !== '' && announcesSecret(word, true)) return true;
  if (/^\d{9,}$/.test(segment)) return true;
  return segment
    .split(/[-_.~:]/)
    .some((piece) => piece.length >= 8 && /^(?=.*[A-Za-z])\w+$/.test(piece) && /\d.*[A-Za-z].*\d|\d{4}/.test(piece));
}

function isAfterSecretWord(segment: string): boolean {
  return segment !== '' && segment.length <= 20 && /^[a-z_-]+$/i.test(segment) && namesSecret(segment);
}

/** What they hold is the protocol's own. */
const OF_PROTOCOL = /^(?:sec-websocket-(?:key|accept|version|extensions)|upgrade|connection)$/;

function fieldSecrets(line: string, at: number): Secret[] {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
  if (colon < 0) return looseSecrets(line, at);
  const value = line.slice(colon + 1);
  const valueAt = at + colon + 1;
  const what = /^[a-z0-9-]{1,40}$/.test(name) ? `the field ${name}` : 'a field';
  if (isSecretField(name)) return [{ ...withoutScheme(value, valueAt, name), what, kind: 'secret' }];
  if (name === 'sec-websocket-protocol') return protocolSecrets(value, valueAt);
  const found = OF_PROTOCOL.test(name) ? [] : formsIn(value, valueAt, `a token in ${what}`);
  if (name === 'host') found.push(...hostUserinfo(value, valueAt));
  if (isUrlField(name)) found.push(...urlSecrets(value, valueAt, what));
  if (!isPublicField(name)) {
    for (const { 0: word, index } of value.matchAll(/[^\s,;"']+/g)) {
      if (looksRandom(word))
        found.push({
          from: valueAt + index,
          to: valueAt + index + word.length,
          what: `a token in ${what}`,
          kind: 'secret',
        });
    }
  }
  return found;
}

/** A URL may have it, and who takes one apart may leave it there. */
function hostUserinfo(value: string, at: number): Secret[] {
  const [before = '', user = ''] = /^[ \t]*([^\s@/]+)(?=@)/.exec(value) ?? [];
  const to = at + before.length;
  const what = 'user name and password in the field host';
  return user === '' ? [] : [{ from: to - user.length, to, what, kind: 'secret' }];
}

/** A line without a colon may be a field that somebody broke. */
function looseSecrets(line: string, at: number): Secret[] {
  const word = /^[ \t]*([\w-]+)[ \t=]+/.exec(line);
  if (!word || !isSecretField((word[1] as string).toLowerCase()))
    return formsIn(line, at, 'a token in a line without a colon');
  return [{ from: at + word[0].length, to: at + line.length, what: 'a line without a colon', kind: 'secret' }];
}

/** The name of the scheme says something and is no secret. */
function withoutScheme(value: string, at: number, name: string): { from: number; to: number } {
  const scheme = /authori[sz]ation|authenticate/.test(name)
    ? /^[ \t]*[A-Za-z][\w-]{0,15}[ \t]+(?=\S)/.exec(value)
    : null;
  return { from: at + (scheme?.[0].length ?? 0), to: at + value.length };
}

function protocolSecrets(value: string, at: number): Secret[] {
  const found: Secret[] = [];
  let before = '';
  for (const { 0: element, index } of value.matchAll(/[^\s,]+/g)) {
    if (!announcesToken(element) || announcesToken(before)) {
      if (announcesToken(before) || !isProtocolName(element)) {
        const from = at + index;
        found.push({ from, to: from + element.length, what: 'a token in sec-websocket-protocol', kind: 'protocol' });
      }
    }
    before = element;
  }
  return found;
}

function urlSecrets(value: string, at: number, what: string): Secret[] {
  return [...value.matchAll(/[^\s,<>"]+/g)].flatMap(({ 0: url, index }) => targetSecrets(url, at + index, what));
}

/** Secrets of any shape. */
function formsIn(text: string, at: number, what: string): Secret[] {
  const credentials = [...text.matchAll(CREDENTIALS)].map(({ 0: whole, 1: token = '', index }): [number, number] => [
    index + whole.length - token.length,
    index + whole.length,
  ]);
  return [...shapesIn(octetsOfLatin1(text)), ...credentials].map(([from, to]) => ({
    from: at + from,
    to: at + to,
    what,
    kind: 'secret' as const,
  }));
}

const ADDRESS = /\b\d{1,3}(?:\.\d{1,3}){3}\b/g;
const AUTHORITY = /\/\/(?:[^/@\s"]*@)?(\[[^\]\s]*\]|[^/:?#\s",;]+)/g;

function hostsIn(line: string, at: number, isStartLine: boolean): Secret[] {
  const found: Secret[] = [];
  const add = (from: number, length: number, what: string) =>
    void found.push({ from: at + from, to: at + from + length, what, kind: 'host' });
  const colon = isStartLine ? -1 : line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
  const where = isStartLine ? 'the start line' : /^[a-z0-9-]{1,40}$/.test(name) ? `the field ${name}` : 'a field';
  for (const { 0: whole, 1: host = '', index } of line.matchAll(AUTHORITY)) {
    add(index + whole.length - host.length, host.length, `a host in ${where}`);
  }
  for (const { 0: address, index } of line.matchAll(ADDRESS)) add(index, address.length, `an address in ${where}`);
  if (!isStartLine && isHostField(name)) {
    for (const { 0: host, index } of line
      .slice(colon + 1)
      .matchAll(/\[[0-9a-f:.%]+\]|[0-9a-f]*(?::[0-9a-f]*){2,}|[\w-]+(?:\.[\w-]+)*/gi)) {
      if (!isSyntax(host)) add(colon + 1 + index, host.length, `a host in ${where}`);
    }
  }
  return found;
}

/** Words of these fields that are no hosts: ports, schemes, parameters of Forwarded, the protocol of Via. */
function isSyntax(word: string): boolean {
  return /^(?:\d{1,5}|https?|wss?|null|for|by|host|proto|unknown|\d\.\d|HTTP)$/i.test(word);
}

/** The head with its secrets hidden. Elements of Sec-WebSocket-Protocol stay different from one another. */
export function hideInHead(
  octets: Uint8Array,
  secrets: readonly Secret[],
  numberOf: (secret: string) => number,
): Uint8Array {
  return secrets.reduce((out, { from, to, kind }) => {
    if (kind === 'host') return hideHost(out, from, to);
    if (kind === 'protocol') return hideText(out, { from, to, number: numberOf(latin1Of(octets.subarray(from, to))) });
    return hideText(out, { from, to, keeps: keepsInValue });
  }, octets);
}

/** A host stays one: digits for digits, and between brackets only what may stand in an address. */
function hideHost(octets: Uint8Array, from: number, to: number): Uint8Array {
  const out = hideText(octets, { from, to, keeps: keepsInHost });
  const isBracketed = octets[from] === 0x5b;
  for (let at = from; at < to; at++) if (isDigit(octets[at]) || (isBracketed && out[at] === 0x78)) out[at] = 0x30;
  return out;
}

/** Blanks and controls, and what gives a list of cookies or parameters its form. */
function keepsInValue(octet: number): boolean {
  return octet <= 0x20 || octet === 0x7f || octet === 0x3d || octet === 0x3b || octet === 0x2c || octet === 0x22;
}

function keepsInHost(octet: number): boolean {
  return octet <= 0x20 || octet === 0x7f || ':.[]-'.includes(String.fromCharCode(octet));
}

function isDigit(octet: number | undefined): boolean {
  return octet !== undefined && octet >= 0x30 && octet <= 0x39;
}
