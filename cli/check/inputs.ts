// The inputs of `check`: as everywhere, and an Autobahn `index.json`, which stands for the reports that it names.

import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../../src/model/errors.ts';
import { inCaseOrder } from '../../src/render/check/case.ts';
import { type FoundInputs, findInputs, type Input } from '../input/io.ts';

/** Agent → case → what the suite says about it. */
export type Index = Readonly<Record<string, Readonly<Record<string, IndexEntry>>>>;

interface IndexEntry {
  readonly behavior?: unknown;
  readonly behaviorClose?: unknown;
  readonly reportfile?: unknown;
}

const INDEX_LIMIT = 64 << 20;

interface CheckInputs extends FoundInputs {
  readonly warnings: readonly string[];
}

export function findCheckInputs(paths: readonly string[]): CheckInputs {
  const { inputs, errors } = findInputs(paths);
  const found: Input[] = [];
  const missing = [...errors];
  const warnings: string[] = [];
  for (const input of inputs) {
    const isIndex = !input.found || basename(input.source) === 'index.json';
    const index = isIndex ? readIndex(input.source) : null;
    const reports = index ? reportsIn(input.source, index) : [];
    const lost = reports.filter((source) => !isThere(source));
    if (!index) found.push(input);
    else if (input.found) {
      // The reports beside it are found as files; a part of a report may have been copied on purpose.
      if (lost.length > 0)
        warnings.push(
          `${input.source}: ${lost.length} of the ${reports.length} reports that it names ${lost.length === 1 ? 'is' : 'are'} not there`,
        );
    } else {
      found.push(...reports.filter((source) => !lost.includes(source)).map((source) => ({ source, found: false })));
      missing.push(
        ...lost.map((source) => new InputError(source, null, `no such file, though ${input.source} names it`)),
      );
    }
  }
  return { inputs: found, errors: missing, warnings };
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
function reportsIn(source: string, index: Index): string[] {
  return Object.values(index).flatMap((cases) =>
    Object.entries(cases)
      .sort(([a], [b]) => inCaseOrder(a, b))
      .map(([, { reportfile }]) => reportfile)
      .filter((name) => typeof name === 'string')
      .map((name) => join(dirname(source), name)),
  );
}
