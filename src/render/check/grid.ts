// The counts behind the table: a column an agent, a line a group of cases.

import { behaviorsOf } from '../../judge/verdict/verdict.ts';
import type { Ink } from '../paint.ts';
import { type CheckedCase, isFailed, levelOf } from './case.ts';

export interface Cell {
  readonly text: string;
  /** The same in few columns: what is not well, or how many cases there are. */
  readonly brief: string;
  readonly ink: Ink;
}

export interface AgentColumn {
  readonly name: string;
  /** By group: 1, 2, … 13; `logs` for what is no case. */
  readonly cells: ReadonlyMap<string, Cell>;
}

export interface Grid {
  /** Counts the case; returns the name of its column. */
  add(checked: CheckedCase): string;
  columns(): readonly AgentColumn[];
}

interface CellCounts {
  ok: number;
  /** Passed, but not strictly, or with something charged. */
  soft: number;
  failed: number;
  skipped: number;
}

const NO_AGENT = 'wire logs';

export function openGrid(): Grid {
  const columns = new Map<string, Map<string, CellCounts>>();
  const folders = new Map<string, string>();
  return {
    add: (checked) => {
      const name = columnOf(checked, folders);
      let groups = columns.get(name);
      if (!groups) {
        groups = new Map();
        columns.set(name, groups);
      }
      const group = groupOf(checked);
      let counts = groups.get(group);
      if (!counts) {
        counts = { ok: 0, soft: 0, failed: 0, skipped: 0 };
        groups.set(group, counts);
      }
      counts[kindOf(checked)]++;
      return name;
    },
    columns: () =>
      [...columns].map(([name, groups]) => ({
        name,
        cells: new Map([...groups].map(([group, counts]) => [group, cellOf(counts)])),
      })),
  };
}

/** The agent; from the second folder on that has the same one, with the folder. */
function columnOf({ agent, source }: CheckedCase, folders: Map<string, string>): string {
  const name = agent ?? NO_AGENT;
  const folder = source.slice(0, Math.max(0, source.search(/[\\/][^\\/]*$/)));
  const first = folders.get(name);
  if (first === undefined) folders.set(name, folder);
  return first === undefined || first === folder || agent === null ? name : `${name} (${folder})`;
}

export function groupOf({ case: id }: Pick<CheckedCase, 'case'>): string {
  return /^\d+/.exec(id ?? '')?.[0] ?? 'logs';
}

export function kindOf(checked: CheckedCase): keyof CellCounts {
  const behaviors = behaviorsOf(checked.verdict);
  if (isFailed(behaviors)) return 'failed';
  if (behaviors.behavior === 'UNIMPLEMENTED') return 'skipped';
  const level = levelOf(checked);
  if (level === 'error') return 'failed';
  return level === 'warning' ? 'soft' : 'ok';
}

function cellOf({ ok, soft, failed, skipped }: CellCounts): Cell {
  const parts = [
    ok > 0 ? `${ok} ok` : '',
    soft > 0 ? `${soft} !` : '',
    failed > 0 ? `${failed} ✗` : '',
    skipped > 0 ? `${skipped} –` : '',
  ];
  const ink = failed > 0 ? 'red' : soft > 0 ? 'yellow' : ok > 0 ? 'green' : 'dim';
  const brief = failed > 0 ? `${failed}✗` : soft > 0 ? `${soft}!` : ok > 0 ? `${ok}` : '–';
  return { text: parts.filter((part) => part !== '').join(' '), brief, ink };
}
