// What a secret looks like, and what certainly is none. Where neither is plain, a thing is taken for a secret: hiding
// too much costs a look at `--no-redact`, hiding too little cannot be taken back.

/** The end exclusive. */
export type TextRange = readonly [from: number, to: number];

/** Not inside a word; what an escape or a percent code ends is no word. */
export const BOUNDARY = '(?:(?<![A-Za-z0-9_])|(?<=%[0-9A-Fa-f]{2})|(?<=\\\\[nrtbf])|(?<=\\\\u[0-9A-Fa-f]{4}))';

/** Fields whose value is a secret by their name. */
const SECRET_FIELD =
  /^(?:set-)?cookie2?$|auth(?!ority)|token|secret|passw|pwd|api-?key|access-?key|session|credential|jwt|signature|csrf|xsrf|otp$|^x-.*-key$/;
/** Their values look random and are not. */
const PUBLIC_FIELD =
  /^sec-websocket-(?!protocol$)|^(?:user-agent|server|x-powered-by|via|date|host|origin|upgrade|connection)$/;

export function isSecretField(name: string): boolean {
  return SECRET_FIELD.test(name) && !PUBLIC_FIELD.test(name);
}

export function isPublicField(name: string): boolean {
  return PUBLIC_FIELD.test(name);
}

/** Fields that hold URLs. */
export function isUrlField(name: string): boolean {
  return /referr?er|location|url|uri|^link$|path$/.test(name);
}

/** Fields that hold host names and addresses. */
export function isHostField(name: string): boolean {
  return /^(?:host|origin|sec-websocket-origin|via|forwarded|x-real-ip|true-client-ip|cf-connecting-ip|x-client-ip|access-control-allow-origin)$|^x-forwarded|^x-.*-(?:ip|host)$/.test(
    name,
  );
}

const SECRET_WORD =
  /token|secret|passw|pwd|key|auth|session|^sid$|[-_.]sid$|credential|jwt|^sig$|signature|ticket|^code$|bearer|csrf|otp/i;

export function namesSecret(word: string): boolean {
  return SECRET_WORD.test(word);
}

/** The credentials behind a scheme's name. */
export const CREDENTIALS = /\b(?:bearer|basic|digest|negotiate|ntlm|token|apikey)[ \t]+([\w.~+/=:-]{6,})/gi;

/** Words of a name, each by itself: `authToken`, `auth_token`, `X-Auth-Token`. */
const SECRET_NAMES = new Set(
  'auth authorization authorisation token tokens secret secrets password passwords passwd passwort pwd pass pw passphrase passcode pin otp totp mfa sid session sessionid sessid ssid credential credentials creds jwt sig signature ticket bearer csrf xsrf cookie cookies apikey saml assertion'.split(
    ' ',
  ),
);
/** And those that are written in one, or need two words. */
const SECRET_PARTS =
  /token(?!i[sz])|secret(?!ar)|passw|passphrase|passcode|credential|(?:api|access|private|secret|session|auth|encryption|signing|client|master|shared|account|license)key|sess(?:ion)?id|jwt|csrf|xsrf|setcookie/;
/** In a query or a form only. */
const PAIR_NAMES = new Set(['key', 'code', 'hash', 'hmac']);

/** Does the name announce that its value is a secret? `isPair`: it stands in a query or a form. */
export function announcesSecret(name: string, isPair = false): boolean {
  const words = name
    .replace(/([a-z0-9])(?=[A-Z])/g, '$1 ')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  if (words.some((word) => SECRET_NAMES.has(word))) return true;
  const last = words.findLast((word) => word !== '') ?? '';
  return SECRET_PARTS.test(words.join('')) || (isPair && PAIR_NAMES.has(last));
}

const NUMERIC_NAMES = /otp|pin|pass|mfa|pw/i;

/** What no secret is: nothing, a word of the language, a small number, a count of tokens. */
export function isTrivial(name: string, value: string): boolean {
  if (value === '' || /^(?:true|false|null|none|undefined|yes|no|on|off|ok)$/i.test(value)) return true;
  return /^\d{1,8}$/.test(value) && (value.length < 4 || !NUMERIC_NAMES.test(name));
}

/** A word that looks random: long, of digits and letters, or of both cases without being words. */
export function looksRandom(word: string): boolean {
  if (word.length < 16 || !/^[\w.~+/=%$:-]+$/.test(word)) return false;
  if (/[0-9]/.test(word) && /[A-Za-z]/.test(word)) return true;
  return /^\d+$/.test(word) || (word.length >= 20 && /[a-z][A-Z].*[a-z][A-Z].*[a-z][A-Z]/.test(word));
}

/** From the IANA registry and common use, where the form below does not fit. */
const KNOWN_PROTOCOLS = new Set(
  'soap mqttv3.1 mqttv3.1.1 ocpp1.2 ocpp1.5 ocpp1.6 ocpp2.0 ocpp2.0.1 ocpp2.1 x-webbrowser-plus v10.stomp v11.stomp v12.stomp base64 graphql-transport-ws actioncable-v1-json actioncable-unsupported wamp.2.json wamp.2.msgpack wamp.2.cbor v4.channel.k8s.io v5.channel.k8s.io v12.pcap 13 chat superchat'.split(
    ' ',
  ),
);
/** Words, perhaps with a version. */
const PROTOCOL_FORM = /^[a-z]{1,16}(?:[-._/:](?:[a-z]{1,16}|v?\d{1,2}))*$/i;

export function isProtocolName(name: string): boolean {
  if (KNOWN_PROTOCOLS.has(name.toLowerCase())) return true;
  return name.length <= 40 && PROTOCOL_FORM.test(name) && !namesSecret(name);
}

/** Announces that the next element of the list is a token. */
export function announcesToken(name: string): boolean {
  return name.length <= 32 && /^[a-z._-]+$/i.test(name) && namesSecret(name);
}
