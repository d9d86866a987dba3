// What a case report may say of its case: a name and a value a field. Whoever wrote the log chose both, so that each
// is looked at before anything else sees it. A field that is not what its name says counts as absent.

import type { CaseReport } from '../../model/row.ts';

/** Levels of lists and objects within a value; no suite writes more than four. */
const DEEPEST = 32;
const NAME = /^[A-Za-z][\w-]{0,99}$/;
/** A size in octets, or an opcode. */
const COUNTED = /^\d{1,15}$/;

const isText = (value: unknown) => typeof value === 'string';
const isBoolean = (value: unknown) => typeof value === 'boolean';

/** The fields that something is done with; all others are only handed on. */
const KINDS: ReadonlyMap<string, (value: unknown) => boolean> = new Map(
  Object.entries({
    agent: isText,
    id: isText,
    description: isText,
    expectation: isText,
    started: isText,
    behavior: isText,
    behaviorClose: isText,
    result: isText,
    resultClose: isText,
    httpRequest: isText,
    httpResponse: isText,
    isServer: isBoolean,
    droppedByMe: isBoolean,
    failedByMe: isBoolean,
    closedByMe: isBoolean,
    wasServerConnectionDropTimeout: isBoolean,
    rxOctetStats: isStatistics,
    txOctetStats: isStatistics,
    rxFrameStats: isStatistics,
    txFrameStats: isStatistics,
  }),
);

/** The fields that are what their names say. */
export function reportOfFields(fields: Iterable<readonly [string, unknown]>): CaseReport {
  const sound: Record<string, unknown> = {};
  for (const [name, value] of fields) if (isSoundField(name, value)) sound[name] = value;
  return sound;
}

function isSoundField(name: string, value: unknown): boolean {
  if (!NAME.test(name) || !isShallow(value, DEEPEST)) return false;
  return KINDS.get(name)?.(value) ?? true;
}

/** Has the value no more levels of lists and objects than that? Nothing that walks through it later has to ask. */
export function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null && !isShallow(inner, levels - 1)) return false;
  }
  return true;
}

function isStatistics(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([what, count]) => COUNTED.test(what) && isCount(count));
}

export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Seconds of a timer: as long as any run of a suite, and printed without an exponent. */
const LONGEST = 1e12;

export function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= LONGEST;
}

export function isMaskingKey(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}$/i.test(value);
}
