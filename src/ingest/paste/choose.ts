// Which candidates of a paste are read, on what they decode to. Each is looked at behind what its sender had sent before:
// it may be the rest of a frame.

import { latin1Of } from '../../model/octets.ts';
import type { Candidate } from './candidates.ts';
import type { Sender } from './direction.ts';
import {
  beginsHttp,
  beginsUpgrade,
  beginsUsually,
  isLikelyCut,
  isReadableText,
  lackOfHead,
  likelihoodOf,
  otherThing,
} from './likely-frames.ts';

/** A refusal: the line, from 1, and why what stands there is not read. */
export interface Nearest {
  readonly line: number;
  readonly why: string;
}

export interface PasteReading {
  readonly taken: readonly Candidate[];
  readonly nearest: Nearest | null;
}

/** Fewer octets than that prove nothing where they make no frame. */
export const LEAST_TOLD = 4;
const LEAST_ALONE = 6;
/** Headers of IP and TCP leave no doubt that octets stand behind them. */
export const PACKET = 'packet';

/** How the octets of one sender go on. */
interface SenderState {
  lacks: number;
  last: Candidate | null;
  /** What was looked at last is the rest of a frame. */
  isRest: boolean;
}

export function choose(candidates: readonly Candidate[], isForced: boolean): PasteReading {
  const flows = new Map<Sender | null, SenderState>();
  const taken: Candidate[] = [];
  let nearest: (Nearest & { size: number }) | null = null;
  for (const candidate of candidates) {
    const sender = candidate.sender ?? candidate.end;
    const flow = flows.get(sender) ?? { lacks: 0, last: null, isRest: false };
    flows.set(sender, flow);
    const before = taken.at(-1);
    if (before && isSame(before, candidate)) continue;
    const why = whyNot(candidate, flow, isForced);
    if (why === null) {
      taken.push(flow.isRest ? { ...candidate, isRest: true } : candidate);
      flow.last = candidate;
      // What is not shown may be the rest of the frame.
      if (!candidate.isMoreExact) flow.lacks = 0;
    } else if (!nearest || candidate.octets.length > nearest.size) {
      nearest = { line: candidate.line, why, size: candidate.octets.length };
    }
  }
  return { taken: taken, nearest };
}

/** The same octets in another spelling, right behind: raw and decoded, or a dump and its hex. */
function isSame(before: Candidate, { octets, spelling, sender }: Candidate): boolean {
  return (
    spelling !== before.spelling &&
    sender === before.sender &&
    octets.length > 2 &&
    Buffer.compare(octets, before.octets) === 0
  );
}

/** Why the candidate is not read; null where it is, and then the flow has gone on. */
function whyNot(candidate: Candidate, flow: SenderState, isForced: boolean): string | null {
  const { octets, more, refusal, head } = candidate;
  flow.isRest = false;
  if (head) return null;
  if (refusal !== null && !isNextLine(candidate, flow)) return refusal;
  flow.isRest = flow.lacks > 0 && goesOn(candidate, flow);
  if (flow.isRest) return null;
  if (refusal !== null) return refusal;
  if (octets.length < 2 && !isForced) return 'one octet is not a frame';
  const thing = otherThing(octets);
  if (thing) return `the octets begin ${thing}`;
  if (beginsHttp(octets)) {
    const isOurs =
      isForced ||
      candidate.spelling === PACKET ||
      beginsUpgrade(octets) ||
      (candidate.evidence === 'named' && /websocket/i.test(latin1Of(octets)));
    if (!isOurs) return 'the octets begin an HTTP head, and not that of a WebSocket';
    flow.lacks = lackOfHead(octets, more);
    return null;
  }
  return whyNoFrames(candidate, flow, isForced);
}

function whyNoFrames(candidate: Candidate, flow: SenderState, isForced: boolean): string | null {
  const { octets, more, evidence, sender, isCounted } = candidate;
  const { isWhole, isSound, lacks } = likelihoodOf(octets, octets.length + more);
  if (!isSound && isReadableText(octets))
    return 'the octets are text: a payload alone is not a frame, its header is missing';
  const isGoingOn = isForced || sender !== null || flow.last !== null || candidate.spelling === PACKET;
  const isTold = isGoingOn || isCounted;
  if (!isSound ? isForced || isSurelyMeant(candidate, isWhole) : isGoingOn || beginsUsually(octets)) {
    const mayBeCut = isForced || evidence === 'named' || evidence === 'labelled';
    if (isWhole || more > 0 || (mayBeCut && (isTold || isLikelyCut(octets)))) {
      flow.lacks = lacks;
      return null;
    }
    return 'the octets end within a frame, and nothing says that they are octets';
  }
  return isWhole && !isSound && (octets[0] ?? 0) >= FIN
    ? 'they make faulty frames, or are something else'
    : 'the octets make no frames';
}

const FIN = 0x80;

/** Frames with something wrong, of the length that they say, where nothing but octets is written so. */
function isSurelyMeant({ octets, evidence, spelling, sender }: Candidate, isWhole: boolean): boolean {
  if (!isWhole || evidence !== 'named' || octets.length < LEAST_TOLD) return false;
  if (sender !== null) return true;
  if (spelling === PACKET) return true;
  const isOne = (octets[0] ?? 0) >= 0x80 && octets.length >= LEAST_ALONE && likelihoodOf(octets).frames === 1;
  return isOne && (spelling === 'buffer' || spelling === 'dump' || spelling === 'string');
}

/** Digits that may be a number are octets where the line above ends within a frame and these go no further. */
function isNextLine({ mayBeNumber, octets, more, line }: Candidate, { lacks, last }: SenderState): boolean {
  return mayBeNumber && last !== null && line === last.lastLine + 1 && octets.length + more <= lacks;
}

/** The rest of a frame, of which an earlier piece held the beginning. */
function goesOn({ octets, more, line, evidence }: Candidate, flow: SenderState): boolean {
  const size = octets.length + more;
  const isNear = flow.last !== null && line - flow.last.lastLine <= 4;
  if (!isNear && evidence === 'bare') return false;
  if (size <= flow.lacks) {
    flow.lacks -= size;
    return true;
  }
  const rest = likelihoodOf(octets.subarray(flow.lacks), size - flow.lacks);
  const own = likelihoodOf(octets, size);
  if (!rest.isSound || (own.isWhole && own.isSound && !rest.isWhole)) return false;
  flow.lacks = rest.lacks;
  return true;
}
