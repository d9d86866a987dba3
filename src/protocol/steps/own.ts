// The way to write, for the steps alone: everybody else has the connection to read.

import type { Connection } from '../connection.ts';
import type { ConnectionState } from '../state.ts';

export function own(connection: Connection): ConnectionState {
  return connection as unknown as ConnectionState;
}
