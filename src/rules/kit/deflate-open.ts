// A compressed message that is not whole. Who inflates as it reads may find a fault long before the end, so nobody can say
// that failing then was unprovoked, unless what has come is right as far as it goes.

import { pushUtf8, startUtf8 } from '../../model/utf8.ts';
import type { Connection, Endpoint } from '../../protocol/connection.ts';
import { historyOf, inflateSoFar } from '../../protocol/deflate/inflate.ts';
import { mayTakeOver, windowOf } from '../deflate.ts';

/** Its compressed message that is open may hold a fault. */
export function hasDoubtfulMessage(sender: Endpoint, connection: Connection): boolean {
  const { message } = sender;
  if (!message?.compressed) return false;
  if (message.hidden) return true;
  const payloads = message.frames.map(({ payload }) => payload);
  const { octets, fault, end, unknown, beforeStart, farthest } = inflateSoFar(
    historyOf(sender.history),
    payloads,
    connection.maxMessage,
  );
  if (fault || unknown || end === 'limit') return true;
  if (beforeStart && !mayTakeOver(sender, connection)) return true;
  if (farthest && farthest.distance > 2 ** windowOf(sender, connection)) return true;
  return message.utf8 !== null && pushUtf8(startUtf8(), octets) >= 0;
}
