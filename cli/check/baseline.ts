// What was found before, to compare with: an Autobahn `index.json`, or a former `check --format ndjson`. A case got worse
// when its verdict did, or when a rule is charged that was not.

import { readFileSync } from 'node:fs';
import { type Behaviors, behaviorsOf } from '../../src/judge/verdict/verdict.ts';
import { InputError, UserError } from '../../src/model/errors.ts';
import { escapeText } from '../../src/model/octets.ts';
import type { BaselineChange, CheckedCase } from '../../src/render/check/case.ts';
import { caseRecord } from '../../src/render/check/ndjson.ts';
import type { CaseName } from '../../src/render/check/total.ts';
import { reasonOf } from '../input/io.ts';
import { openDraft } from '../output/write-file.ts';
import { indexOf } from './inputs.ts';

export interface Baseline {
  /** Whose cases it has. */
  readonly agents: readonly string[];
  /** From now on the cases of that agent are compared with, by case alone. */
  matchByCase(agent: string): void;
  /** What became of the case; marks it as seen. */
  compare(checked: Omit<CheckedCase, 'change' | 'fails'>): BaselineChange;
  /** Cases that nothing was compared with, of those that were wanted. */
  missing(wants: (name: CaseName) => boolean): CaseName[];
}

interface BaselineCase extends CaseName {
  readonly source: string | null;
  readonly behaviors: Behaviors;
  /** Null where the baseline knows of no rules. */
  readonly rules: ReadonlySet<string> | null;
  isSeen: boolean;
}

export function readBaseline(file: string): Baseline {
  return baselineOf(entriesOf(file, textOf(file)));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const hint = (error as NodeJS.ErrnoException).code === 'ENOENT' ? '; --update-baseline writes one' : '';
    throw new InputError(file, null, `the baseline cannot be read: ${reasonOf(error as NodeJS.ErrnoException)}${hint}`);
  }
}

function entriesOf(file: string, text: string): BaselineCase[] {
  const index = indexOf(text);
  if (index) {
    return Object.entries(index).flatMap(([agent, cases]) =>
      Object.entries(cases).map(([id, { behavior, behaviorClose }]) => ({
        agent,
        case: id,
        source: null,
        behaviors: { behavior: wordOf(behavior), behaviorClose: wordOf(behaviorClose) },
        rules: null,
        isSeen: false,
      })),
    );
  }
  return text
    .split('\n')
    .map((line, i) => entryOf(file, line, i + 1))
    .filter((entry) => entry !== null);
}

const FOREIGN = 'neither an index.json of Autobahn nor the output of check --format ndjson';

function entryOf(file: string, line: string, number: number): BaselineCase | null {
  if (line.trim() === '') return null;
  let record: Record<string, unknown> | null;
  try {
    record = JSON.parse(line);
  } catch {
    record = null;
  }
  if (typeof record?.['type'] !== 'string') throw new InputError(file, null, `line ${number}: ${FOREIGN}`);
  if (record['type'] !== 'case') return null;
  const checked = record as unknown as Pick<CheckedCase, 'agent' | 'case' | 'source' | 'rules'>;
  const verdict = { derived: record['derived'], reported: record['reported'] } as CheckedCase['verdict'];
  return {
    agent: wordOf(checked.agent),
    case: wordOf(checked.case),
    source: wordOf(checked.source),
    behaviors: behaviorsOf(verdict),
    rules: Array.isArray(checked.rules) ? new Set(checked.rules) : null,
    isSeen: false,
  };
}

function wordOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function baselineOf(entries: readonly BaselineCase[]): Baseline {
  const byName = new Map<string, BaselineCase[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const same = byName.get(key);
    if (same) same.push(entry);
    else byName.set(key, [entry]);
  }
  let agent: string | null = null;
  return {
    agents: [...new Set(entries.flatMap((entry) => (entry.agent === null ? [] : [entry.agent])))],
    matchByCase: (name) => {
      agent = name;
    },
    compare: (checked) => {
      // Several runs of one agent may stand in one baseline: the file tells them apart.
      const same = byName.get(keyOf(agent === null ? checked : { ...checked, agent })) ?? [];
      const entry =
        same.find(({ source }) => source === checked.source) ?? same.find(({ isSeen }) => !isSeen) ?? same[0];
      if (!entry) return 'new';
      entry.isSeen = true;
      return changeSince(entry, checked);
    },
    missing: (wants) =>
      entries
        .filter((entry) => !entry.isSeen && (agent === null || entry.agent === agent) && wants(entry))
        .map(({ agent: name, case: id, source }) => ({ agent: name, case: id, ...(id === null ? { source } : {}) })),
  };
}

/** A log that is no case goes by its file. */
function keyOf({ agent, case: id, source }: CaseName & { readonly source: string | null }): string {
  return JSON.stringify(id === null ? [source] : [agent, id]);
}

/** Worst last. What is no longer agreed to (UNIMPLEMENTED) was judged before and is not now. */
const ORDER: readonly (readonly string[])[] = [
  ['OK', 'INFORMATIONAL'],
  ['NON-STRICT'],
  ['UNIMPLEMENTED'],
  ['FAILED', 'ERROR'],
];
const CLOSE_ORDER: readonly (readonly string[])[] = [
  ['OK', 'INFORMATIONAL'],
  ['WRONG CODE'],
  ['UNCLEAN', 'FAILED BY CLIENT'],
  ['FAILED', 'ERROR'],
];

function rankIn(order: readonly (readonly string[])[], word: string | null): number | null {
  const rank = order.findIndex((words) => word !== null && words.includes(word));
  return rank < 0 ? null : rank;
}

function changeSince(entry: BaselineCase, checked: Pick<CheckedCase, 'verdict' | 'rules'>): BaselineChange {
  const now = behaviorsOf(checked.verdict);
  const steps = [
    stepOf(ORDER, entry.behaviors.behavior, now.behavior),
    stepOf(CLOSE_ORDER, entry.behaviors.behaviorClose, now.behaviorClose),
  ];
  if (entry.rules) {
    const { rules } = entry;
    if (checked.rules.some((rule) => !rules.has(rule))) steps.push(1);
    else if (checked.rules.length < rules.size) steps.push(-1);
  }
  if (steps.some((step) => step > 0)) return 'worse';
  return steps.some((step) => step < 0) ? 'better' : 'same';
}

/** Above zero: worse. A word that either side does not have says nothing. */
function stepOf(order: readonly (readonly string[])[], before: string | null, now: string | null): number {
  const [from, to] = [rankIn(order, before), rankIn(order, now)];
  return from === null || to === null ? 0 : to - from;
}

export interface BaselineWriter {
  add(checked: CheckedCase): void;
  /** Puts it in the place of the old one. */
  commit(): void;
  discard(): void;
}

/** An interrupted run leaves the old one. `inputs`: what is read in this run, as it was named. */
export function writeBaseline(file: string, inputs: readonly string[] = []): BaselineWriter {
  refuseIndex(file);
  const { write, commit, discard } = openDraft(file, { inputs });
  return { add: (checked) => write(caseRecord({ ...checked, change: null })), commit, discard };
}

/** The suite's own file is not ours to replace. */
function refuseIndex(file: string): void {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return;
  }
  if (text.trim() === '') return;
  if (indexOf(text))
    throw new UserError(`${escapeText(file)} is Autobahn's: --update-baseline needs a file of its own`);
  entriesOf(file, text);
}
