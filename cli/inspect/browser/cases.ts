// What the case browser shows: cases as rows in their groups, agents as columns, and what came of each.

import { behaviorsOf } from '../../../src/judge/verdict/verdict.ts';
import { type CheckedCase, inCaseOrder, levelOf, sentenceOf, verdictStatusOf } from '../../../src/render/check/case.ts';
import type { Severity } from '../../../src/rules/kit/rule.ts';

/** One log of a directory, judged. */
export interface CaseItem extends Omit<CheckedCase, 'change' | 'fails'> {
  /** The directory in which it stands. */
  readonly folder: string;
  readonly description: string;
  readonly expectation: string;
}

export interface CasesSink {
  /** How many files there are to read, and how many have been read. */
  progress(read: number, files: number): void;
  add(item: CaseItem): void;
  /** A file that could not be read. */
  failed(message: string): void;
  done(): void;
}

export interface Agent {
  readonly key: string;
  readonly label: string;
}

export interface CaseRow {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  /** By the agent's key. */
  readonly items: Map<string, CaseItem>;
}

export interface Cases {
  readonly sink: CasesSink;
  readonly agents: readonly Agent[];
  readonly isLoading: boolean;
  readonly progress: { readonly read: number; readonly files: number };
  readonly errors: readonly string[];
  /** Grows with each change. */
  readonly version: number;
  /** All of them, in case order. */
  rows(): readonly CaseRow[];
}

const OTHER = 'other logs';

/** The suite's groups. */
export const GROUPS: Readonly<Record<string, string>> = {
  1: 'Framing',
  2: 'Pings and Pongs',
  3: 'Reserved bits',
  4: 'Opcodes',
  5: 'Fragmentation',
  6: 'UTF-8 handling',
  7: 'Close handling',
  9: 'Limits and performance',
  10: 'Miscellaneous',
  12: 'Compression, payloads',
  13: 'Compression, parameters',
  [OTHER]: '',
};

/** Between two drawings while it reads. */
const PAUSE_MS = 100;

interface LoadedCases {
  readonly agents: Agent[];
  readonly rows: Map<string, CaseRow>;
  readonly errors: string[];
  version: number;
  isLoading: boolean;
  progress: Cases['progress'];
  /** Null until it is asked for after a change. */
  sorted: readonly CaseRow[] | null;
}

export function openCases(changed: () => void): Cases {
  const own: LoadedCases = {
    agents: [],
    rows: new Map(),
    errors: [],
    version: 0,
    isLoading: true,
    progress: { read: 0, files: 0 },
    sorted: null,
  };
  return {
    agents: own.agents,
    errors: own.errors,
    get isLoading() {
      return own.isLoading;
    },
    get progress() {
      return own.progress;
    },
    get version() {
      return own.version;
    },
    rows: () => {
      own.sorted ??= [...own.rows.values()].sort((a, b) => inCaseOrder(a.id, b.id));
      return own.sorted;
    },
    sink: sinkOf(own, changed),
  };
}

function sinkOf(own: LoadedCases, changed: () => void): CasesSink {
  let told = 0;
  /** What is not told now is told with what comes next: there is always an end. */
  const tell = () => {
    const now = performance.now();
    if (own.isLoading && now - told < PAUSE_MS) return;
    told = now;
    changed();
  };
  const touch = () => {
    own.version++;
    own.sorted = null;
    tell();
  };
  return {
    progress: (read, files) => {
      own.progress = { read, files };
      tell();
    },
    add: (item) => {
      addItem(own, item);
      touch();
    },
    failed: (message) => {
      own.errors.push(message);
      touch();
    },
    done: () => {
      own.isLoading = false;
      touch();
    },
  };
}

function addItem({ agents, rows }: LoadedCases, item: CaseItem): void {
  const key = `${item.folder}\0${item.agent ?? ''}`;
  if (!agents.some((agent) => agent.key === key)) addAgent(agents, key, item);
  const { id, group } = placeOf(item);
  const row = rows.get(id) ?? { id, group, title: plain(item.description), items: new Map() };
  row.items.set(key, item);
  rows.set(id, row);
}

/** Two of the same name are told apart by their directories. */
function addAgent(agents: Agent[], key: string, { agent, folder }: CaseItem): void {
  const label = agent ?? lastOf(folder);
  const isTaken = agents.some((other) => other.label === label || other.label.endsWith(`/${label}`));
  agents.push({ key, label: isTaken ? `${lastOf(folder)}/${label}` : label });
}

function lastOf(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '' && part !== '.') ?? path;
}

function placeOf({ case: id, source }: CaseItem): { id: string; group: string } {
  const group = /^(\d+)\./.exec(id ?? '')?.[1];
  return id === null || group === undefined ? { id: id ?? lastOf(source), group: OTHER } : { id, group };
}

/** The suite writes its texts in HTML. */
export function plain(text: string): string {
  return text
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(lt|gt|amp|quot);/g, (_, name: string) => ({ lt: '<', gt: '>', amp: '&', quot: '"' })[name] ?? '')
    .replace(/\s+/g, ' ')
    .trim();
}

export function levelOfItem(item: CaseItem): Severity | null {
  return levelOf(item);
}

const SHORT: Readonly<Record<string, string>> = { INFORMATIONAL: 'info', UNIMPLEMENTED: 'unimpl.', OK: 'ok' };

/** In a word or two. */
export function wordOf(item: CaseItem): string {
  const status = verdictStatusOf(item).replace(/ charged$/, '');
  return (
    SHORT[status] ?? (levelOf(item) === 'note' ? (SHORT[behaviorsOf(item.verdict).behavior ?? 'OK'] ?? 'ok') : status)
  );
}

export function whyOf(item: CaseItem): string {
  return sentenceOf(item);
}

export function isFailedCase(item: CaseItem): boolean {
  return levelOf(item) === 'error';
}

/** The agent does not have what the case is about. */
export function isSkipped(item: CaseItem): boolean {
  return !isFailedCase(item) && behaviorsOf(item.verdict).behavior === 'UNIMPLEMENTED';
}

export function isFailing({ items }: CaseRow): boolean {
  return [...items.values()].some(isFailedCase);
}
