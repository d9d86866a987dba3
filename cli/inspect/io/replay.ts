// A log that is played again at a live peer, as a log that is being read. All about sockets is loaded only then.

import { judgeLog, type WholeLog } from '../../../src/judge/judged-log.ts';
import { UserError } from '../../../src/model/errors.ts';
import type { InspectSink } from '../log/store.ts';

interface ReplaySource {
  readonly title: string;
  readonly notes: null;
  load(sink: InspectSink): Promise<void>;
}

/** How long a client may take to come, in seconds: who sits before a screen has to start it. */
const CLIENT_SECONDS = 60;

/** `address`: `ws://host:port` where the peer listens, `[host:]port` where it will come. */
export function replaySource(log: WholeLog, address: string): ReplaySource {
  return {
    title: `at ${address}`,
    notes: null,
    load: async (sink) => {
      const { replay } = await import('../../../src/live/replay.ts');
      try {
        const peer = await peerAt(address);
        try {
          const { judged } = await replay(judgeLog(log), peer, { clientSeconds: CLIENT_SECONDS });
          sink.header(judged.summary.header);
          sink.rows(judged.annotated);
          sink.judged(judged);
          sink.done(judged.summary, null);
        } finally {
          if ('listener' in peer) peer.listener.close();
        }
      } catch (error) {
        if (!isAboutTheCall(error)) throw error;
        sink.done(null, (error as Error).message);
      }
    },
  };
}

async function peerAt(address: string) {
  const { listenAddressOf, targetOf } = await import('../../../src/live/address.ts');
  const { listen } = await import('../../../src/live/reach.ts');
  return /^wss?:/i.test(address) ? { target: targetOf(address) } : { listener: await listen(listenAddressOf(address)) };
}

/** A wrong address, or a port that the system does not give. */
function isAboutTheCall(error: unknown): boolean {
  return error instanceof UserError || (error as NodeJS.ErrnoException).syscall !== undefined;
}
