// What a secret looks like, and what certainly is none. Where neither is plain, a thing is taken for a secret: hiding
// too much costs a look at `--no-redact`, hiding too little cannot be taken back.

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

/** Tokens that are known by their form, wherever they stand. */
export const TOKEN_FORMS =
  /eyJ[\w-]{6,}(?:\.[\w-]*){0,4}|\b(?:gh[opsur]_|github_pat_|glpat-|sk-|pk_|sk_|rk_|xox[a-z]-|AKIA|ASIA|AIza|ya29\.|npm_|hf_)[\w.-]{8,}/g;

/** The credentials behind a scheme's name. */
export const CREDENTIALS = /\b(?:bearer|basic|digest|negotiate|ntlm|token|apikey)[ \t]+([\w.~+/=:-]{6,})/gi;

/** A word that looks random: long, of digits and letters, or of both cases without being words. */
export function looksRandom(word: string): boolean {
  if (word.length < 16 || !/^[\w.~+/=%$:-]+$/.test(word)) return false;
  if (/[0-9]/.test(word) && /[A-Za-z]/.test(word)) return true;
  return /^\d+$/.test(word) || (word.length >= 20 && /[a-z][A-Z].*[a-z][A-Z].*[a-z][A-Z]/.test(word));
}

/** Parameters of a request target that say nothing secret. */
const PUBLIC_PARAMETER = new Set(
  'agent case casetuple eio transport v ver version vsn protocol format encoding compress compression lang locale b64'.split(
    ' ',
  ),
);

export function isPublicParameter(name: string, value: string): boolean {
  if (value === '') return true;
  if (PUBLIC_PARAMETER.has(name.toLowerCase())) return value.search(TOKEN_FORMS) < 0;
  return !namesSecret(name) && /^(?:\d{1,4}|true|false|yes|no|on|off)$/.test(value);
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
