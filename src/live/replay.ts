// One log played again at a live peer: the same octets from one side, what the peer answers judged by the same rules, and
// compared with what it, or another peer, answered in the log.

import { type AlignedPair, align, type Unit, unitsOf } from '../judge/align.ts';
import type { AnnotatedRow } from '../judge/annotation.ts';
import { judge } from '../judge/judge.ts';
import { type JudgedLog, judgeLog } from '../judge/judged-log.ts';
import { UserError } from '../model/errors.ts';
import { type CaseReport, type Direction, type LogHeader, otherRole, type Role, type Row } from '../model/row.ts';
import { withFrameRows } from './frame-rows.ts';
import { requestFor, responseFor } from './handshake-heads.ts';
import { type PlayLimits, play } from './player.ts';
import { type Peer, reach } from './reach.ts';
import { type Script, scriptOf } from './script.ts';

export interface ReplayOptions {
  /** The role to play; by default that of the log's writer. */
  readonly side?: Role | undefined;
  readonly limits?: Partial<PlayLimits>;
  readonly hasFreshMasks?: boolean;
  readonly isInsecure?: boolean;
  /** How long a client may take to come, in seconds. */
  readonly clientSeconds?: number;
  /** Play only what the log holds whole. */
  readonly isStrict?: boolean;
}

export interface Replayed {
  /** The new log, with a row for each frame. */
  readonly judged: JudgedLog;
  /** What went otherwise than in the log, in sentences. */
  readonly troubles: readonly string[];
  /** Rows of the log of which octets had to be rebuilt. */
  readonly rebuilt: readonly number[];
  /** Rows of which they are not known: the replay ends before the first of them, and so tells nothing about the case. */
  readonly lost: readonly number[];
  /** What the peer sent, in the log and now, side by side. */
  readonly pairs: readonly AlignedPair[];
}

/** Plays the log once. Throws `UserError` where the peer cannot be reached or the log cannot be played. */
export async function replay(log: JudgedLog, peer: Peer, options: ReplayOptions = {}): Promise<Replayed> {
  const role = options.side ?? log.summary.header.writer;
  if (role === null)
    throw new UserError(
      `${log.header.source}: it does not tell which side wrote it: choose --side client or --side server`,
    );
  const direction: Direction = role === (log.summary.header.writer ?? role) ? 'tx' : 'rx';
  const script = scriptOf(log.annotated, direction, options.hasFreshMasks);
  if (options.isStrict) refuseLacks(log.header.source, script);
  const { isInsecure, clientSeconds, limits } = options;
  const socket = await reach(peer, { isInsecure, clientSeconds, seconds: limits?.seconds });
  const header = headerOf(log.header, role);
  const played = await play({
    socket,
    script,
    header,
    head: headMaker(log, script, peer),
    limits: options.limits ?? {},
    // What nobody knows is not sent, so there is nothing more to wait for.
    ending: script.lost.length > 0 ? 'drop' : 'none',
  });
  const judged = judgeLog({ header, rows: withFrameRows(annotatedRows(header, played.rows)) });
  return {
    judged,
    troubles: played.troubles,
    rebuilt: script.rebuilt,
    lost: script.lost,
    pairs: pairsOf(log, judged, direction === 'tx' ? 'rx' : 'tx'),
  };
}

function refuseLacks(source: string, { rebuilt, lost }: Script): void {
  const [gone] = lost;
  const [made] = rebuilt;
  if (gone === undefined && made === undefined) return;
  const what =
    gone === undefined ? `octets of row ${made} had to be rebuilt` : `octets of row ${gone} are not in the log`;
  throw new UserError(`${source}: ${what}, and --strict plays whole logs only`);
}

function headMaker(log: JudgedLog, script: Script, peer: Peer) {
  const { request, response } = log.connection;
  return (received: Uint8Array) => {
    if ('target' in peer) return requestFor(request?.octets ?? script.head, peer.target, log.header);
    const recorded = { request: request?.octets ?? new Uint8Array(0), response: response?.octets ?? script.head };
    return responseFor(recorded, received, log.header);
  };
}

/**
 * What a report says of its case holds for the new log too, and what it reports of the old peer is what the new one is
 * compared with; all that it says of the connection does not hold.
 */
const KEPT = [
  'agent',
  'id',
  'case',
  'description',
  'expectation',
  'expected',
  'expectedClose',
  'behavior',
  'behaviorClose',
] as const;

function headerOf(recorded: LogHeader, role: Role): LogHeader {
  const { source, agent, case: id, report } = recorded;
  const kept = KEPT.filter((key) => report?.[key] !== undefined).map((key) => [key, report?.[key]]);
  return {
    source,
    format: 'rows',
    writer: role,
    underTest: otherRole(role),
    agent,
    case: id,
    started: new Date().toISOString(),
    request: null,
    response: null,
    extensions: null,
    unlogged: null,
    report: report === null ? null : ({ ...Object.fromEntries(kept), isServer: role === 'server' } as CaseReport),
  };
}

function annotatedRows(header: LogHeader, rows: readonly Row[]): readonly AnnotatedRow[] {
  const stream = judge(header, { window: Number.POSITIVE_INFINITY, withoutVerdict: true });
  for (const row of rows) stream.push(row);
  return stream.end().rows;
}

/** What the peer sent, in the log and now. A log without a handshake has nothing to compare the new one with. */
function pairsOf(log: JudgedLog, judged: JudgedLog, direction: Direction): AlignedPair[] {
  const { request, response } = log.connection;
  const units = unitsFrom(judged.annotated, 'rx');
  const hasHandshake = request !== null || response !== null;
  return align(unitsFrom(log.annotated, direction), hasHandshake ? units : units.filter(({ frame }) => frame !== null));
}

/** What one side sent, whichever direction that was. */
function unitsFrom(rows: readonly AnnotatedRow[], direction: Direction): Unit[] {
  return rows.flatMap((row, position) =>
    row.row.kind === 'octets' && row.row.direction === direction
      ? unitsOf(row, position).map((unit) => ({ ...unit, key: unit.key.replace(/^(http )?[rt]x /, '$1') }))
      : [],
  );
}
