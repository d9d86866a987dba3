// What a stream reads at the moment, and what becomes of that when a head, or the other direction, says what comes next.

/** What may come next. */
export type Due = 'start' | 'late' | 'answer' | 'idle' | 'frames' | 'body';

/**
 * `start`: HTTP or frames. `late`: the log has no opening handshake, and what its first octets are is not known.
 * `answer`: a response is due, which a request asked for. `head`: the rest of a head is due. `cut head`: a head came that was
 * cut. `rest`: more of that may stand in rows of its own. `content`: that of the head is due. `idle`: a head may begin with
 * any row, and what is none is not ours. `frames`: in step. `lost`: frames, but where they begin is not known. `body`: not
 * ours.
 */
export type Phase = Due | 'head' | 'cut head' | 'rest' | 'content' | 'lost';

/** What becomes of a phase by what is said to come next: that, but for these. */
const EXPECTED: Readonly<Partial<Record<Phase, Readonly<Partial<Record<Due, Phase>>>>>> = {
  'cut head': { frames: 'rest' },
  // Behind the content, which does not end with what the other direction says.
  content: { start: 'content', late: 'content', answer: 'content', idle: 'content', frames: 'content' },
  // The answer may begin with a row of its own.
  frames: { answer: 'frames' },
  lost: { answer: 'lost' },
};

/** A head is due in these, or the rest of one. */
const HEAD_PHASES: ReadonlySet<Phase> = new Set(['start', 'late', 'answer', 'head', 'cut head', 'idle']);

export function phaseAfter(phase: Phase, next: Due): Phase {
  return EXPECTED[phase]?.[next] ?? next;
}

export function isHeadDueIn(phase: Phase): boolean {
  return HEAD_PHASES.has(phase);
}
