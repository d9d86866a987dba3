// The states that the connection of a log passes through, and the rows at which they begin: what the strip shows, and
// what the detail says about the place of a row.

import type { AnnotatedRow } from '../../../src/judge/annotation.ts';
import type { LogHeader } from '../../../src/model/row.ts';
import type { Connection } from '../../../src/protocol/connection.ts';

import { OPCODE } from '../../../src/protocol/frame/opcode.ts';
import { combinedValue } from '../../../src/protocol/handshake/handshake.ts';
import { ConnectionState } from '../../../src/protocol/state.ts';
import { stepHead } from '../../../src/protocol/steps/head.ts';

export interface ConnectionPhase {
  /** Position of the row that begins it. */
  readonly from: number;
  readonly state: Connection['state'];
}

export interface Phases {
  readonly phases: readonly ConnectionPhase[];
  /** Extensions that are agreed, in words; empty while nothing is known. */
  readonly agreed: string;
  row(annotated: AnnotatedRow, position: number): void;
}

export function followPhases(header: LogHeader, from: number): Phases {
  const connection = new ConnectionState(header, 0);
  const phases: ConnectionPhase[] = [{ from, state: connection.state }];
  let agreed = agreedInWords(connection, header.extensions);
  const note = (position: number) => {
    if (phases.at(-1)?.state === connection.state) return;
    if (phases.at(-1)?.from === position && phases.length > 1) phases.pop();
    phases.push({ from: position, state: connection.state });
  };
  return {
    phases,
    get agreed() {
      return agreed;
    },
    row: ({ row, heads, frames }, position) => {
      for (const head of heads) {
        stepHead(connection, head);
        agreed = agreedInWords(connection, combinedValue(head, 'Sec-WebSocket-Extensions'));
      }
      if (frames.some(({ frame }) => frame.opcode === OPCODE.CLOSE && frame.finished)) connection.move('close');
      if (row.kind === 'tcp-drop') connection.move('tcp-end');
      note(position);
    },
  };
}

function agreedInWords({ extensions }: Connection, value: string | null): string {
  if (extensions === null) return '';
  return extensions.length === 0
    ? 'no extensions'
    : `extensions: ${value ?? extensions.map(({ name }) => name).join(', ')}`;
}

/** The phase in which the row at that position stands: the one that it begins counts as its own. */
export function phaseAt(phases: readonly ConnectionPhase[], position: number): ConnectionPhase | null {
  return phases.findLast(({ from }) => from <= position) ?? phases[0] ?? null;
}
