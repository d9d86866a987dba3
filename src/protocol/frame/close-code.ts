// Close codes: RFC 6455 §7.4.1 and §7.4.2, and the IANA registry of 2026-11-01.

export const REGISTRY_DATE = '2026-11-01';

export const CLOSE_CODE = {
  NORMAL: 1000,
  PROTOCOL_ERROR: 1002,
  UNSUPPORTED_DATA: 1003,
  INVALID_PAYLOAD: 1007,
  POLICY: 1008,
  TOO_BIG: 1009,
  MANDATORY_EXTENSION: 1010,
  INTERNAL_ERROR: 1011,
} as const;

const NAMES: Readonly<Record<number, string>> = {
  1000: 'normal closure',
  1001: 'going away',
  1002: 'protocol error',
  1003: 'unsupported data',
  1004: 'reserved',
  1005: 'no status received',
  1006: 'abnormal closure',
  1007: 'invalid payload data',
  1008: 'policy violation',
  1009: 'message too big',
  1010: 'mandatory extension',
  1011: 'internal error',
  1012: 'service restart',
  1013: 'try again later',
  1014: 'bad gateway',
  1015: 'TLS handshake',
  3000: 'unauthorized',
  3003: 'forbidden',
  3008: 'timeout',
};

const NEVER_ON_THE_WIRE = new Set([1005, 1006, 1015]);

export type CloseCodeClass =
  | 'below-1000'
  | 'defined'
  | 'reserved-1004'
  | 'never-on-wire'
  | 'post-rfc'
  | 'unassigned'
  | 'registered-3xxx'
  | 'unregistered-3xxx'
  | 'private'
  | 'above-4999';

export function closeCodeName(code: number): string | null {
  return NAMES[code] ?? null;
}

export function classOfCloseCode(code: number): CloseCodeClass {
  if (code < 1000) return 'below-1000';
  if (code > 4999) return 'above-4999';
  if (code >= 4000) return 'private';
  if (code >= 3000) return NAMES[code] ? 'registered-3xxx' : 'unregistered-3xxx';
  if (NEVER_ON_THE_WIRE.has(code)) return 'never-on-wire';
  if (code === 1004) return 'reserved-1004';
  if (code > 1011) return code <= 1014 ? 'post-rfc' : 'unassigned';
  return 'defined';
}

const LEGAL: ReadonlySet<CloseCodeClass> = new Set([
  'defined',
  'post-rfc',
  'registered-3xxx',
  'unregistered-3xxx',
  'private',
]);

/** May the code stand in a Close frame (RFC 6455 §7.4)? */
export function mayBeOnTheWire(code: number): boolean {
  return LEGAL.has(classOfCloseCode(code));
}
