// One event of a NetLog: what its numbers mean is said in the file's constants.

import type { Timestamp } from '../capture/tcp-consumer.ts';
import { type JsonRecord, recordOf } from '../json-value.ts';

export interface Constants {
  readonly types: ReadonlyMap<number, string>;
  readonly sources: ReadonlyMap<number, string>;
  readonly end: number;
  /** Milliseconds to add to a time. */
  readonly offset: number;
}

export interface NetlogEvent {
  readonly type: string;
  /** What kind of thing it is about, and which of them. */
  readonly kind: string;
  readonly source: number;
  readonly isEnd: boolean;
  readonly when: Timestamp;
  readonly params: JsonRecord;
}

/** Numbers of events and sources are those of the browser that wrote the file. */
export function constantsOf(constants: JsonRecord): Constants {
  const names = (key: string) =>
    new Map(Object.entries(recordOf(constants[key])).map(([name, number]) => [Number(number), name]));
  const phases = recordOf(constants['logEventPhase']);
  return {
    types: names('logEventTypes'),
    sources: names('logSourceType'),
    end: Number(phases['PHASE_END'] ?? 2),
    offset: Number(constants['timeTickOffset'] ?? 0),
  };
}

export function eventOf(value: JsonRecord, { types, sources, end, offset }: Constants): NetlogEvent {
  const from = recordOf(value['source']);
  const milliseconds = Number(value['time']) + offset;
  const seconds = Math.floor(milliseconds / 1000);
  return {
    type: types.get(Number(value['type'])) ?? '',
    kind: sources.get(Number(from['type'])) ?? '',
    source: Number(from['id']),
    isEnd: value['phase'] === end,
    when: { seconds, nanos: Math.round((milliseconds - seconds * 1000) * 1e6) },
    params: recordOf(value['params']),
  };
}
