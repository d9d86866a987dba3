// The inputs of `check`: as everywhere, and an Autobahn `index.json`, which stands for the reports that it names.

import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { inCaseOrder } from '../../src/render/check/case.ts';
import type { CaseName } from '../../src/render/check/total.ts';
import { type FoundInputs, findInputs, type Input } from '../input/io.ts';

/** Agent → case → what the suite says about it. */
export type Index = Readonly<Record<string, Readonly<Record<string, IndexEntry>>>>;

interface IndexEntry {
  readonly behavior?: unknown;
  readonly behaviorClose?: unknown;
  readonly reportfile?: unknown;
}

const INDEX_LIMIT = 64 << 20;

/** A report that an index names, and that is not there. */
export interface LostReport extends CaseName {
  readonly source: string;
  readonly index: string;
}

interface CheckInputs extends FoundInputs {
  readonly lost: readonly LostReport[];
}

export function findCheckInputs(paths: readonly string[]): CheckInputs {
  const { inputs, errors } = findInputs(paths);
  const found: Input[] = [];
  const lost: LostReport[] = [];
  for (const input of inputs) {
    const isIndex = !input.found || basename(input.source) === 'index.json';
    const index = isIndex ? readIndex(input.source) : null;
    if (!index) found.push(input);
    for (const report of index ? reportsIn(input.source, index) : []) {
      if (!isThere(report.source)) lost.push({ ...report, index: input.source });
      // The reports beside an index in a directory are found as files.
      else if (!input.found) found.push({ source: report.source, found: false });
    }
  }
  return {
    inputs: onceEach(found, ({ source }) => realPathOf(source)),
    errors,
    lost: onceEach(lost, ({ source }) => source),
  };
}

/** A file may be named twice, as by a glob beside its index. */
function onceEach<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const byKey = new Map<string, T>();
  for (const item of items) {
    const key = keyOf(item);
    if (!byKey.has(key)) byKey.set(key, item);
  }
  return [...byKey.values()];
}

function realPathOf(source: string): string {
  try {
    return source === '-' ? source : realpathSync(source);
  } catch {
    return source;
  }
}

function isThere(source: string): boolean {
  return statSync(source, { throwIfNoEntry: false }) !== undefined;
}

/** The index, or null where the file is something else, or cannot be read: who reads it as a log will say so. */
function readIndex(source: string): Index | null {
  try {
    if (source === '-' || !statSync(source).isFile() || statSync(source).size > INDEX_LIMIT) return null;
    return indexOf(readFileSync(source, 'utf8'));
  } catch {
    return null;
  }
}

/** The text as an index; null where it is none. */
export function indexOf(text: string): Index | null {
  if (!/^\s*\{/.test(text) || !text.includes('"behavior"') || /"wirelog"\s*:/.test(text)) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  const agents = Object.values(parsed as object);
  const isIndex = agents.length > 0 && agents.every((cases) => isRecord(cases) && Object.values(cases).every(isRecord));
  return isIndex ? (parsed as Index) : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** By agent, in case order. */
function reportsIn(source: string, index: Index): Omit<LostReport, 'index'>[] {
  return Object.entries(index).flatMap(([agent, cases]) =>
    Object.entries(cases)
      .sort(([a], [b]) => inCaseOrder(a, b))
      .flatMap(([id, { reportfile: name }]) =>
        typeof name === 'string' ? [{ agent, case: id, source: join(dirname(source), name) }] : [],
      ),
  );
}
