// What became of the reading while one looked: told once the terminal is given back, for the exit code has to say it too.

import { UserError } from '../../../src/model/errors.ts';
import { complain } from '../../input/io.ts';
import type { InspectCases, InspectSource, InspectSubject } from '../subjects.ts';

export interface InspectOutcome {
  /** In words, one an input. */
  readonly unreadable: string[];
  /** Something came of it, or may still have come when one left. */
  hasLogs: boolean;
  /** By log, comments that are kept nowhere. */
  readonly unkept: Map<string, readonly string[]>;
}

/** The same subject; what its reading comes to is noted. */
export function observed(subject: InspectSubject): {
  readonly subject: InspectSubject;
  readonly outcome: InspectOutcome;
} {
  const outcome: InspectOutcome = { unreadable: [], hasLogs: true, unkept: new Map() };
  if (subject.kind === 'log') {
    const source = withNotes({ ...subject.source, load: observedLog(subject.source.load, outcome) }, outcome);
    return { subject: { ...subject, source }, outcome };
  }
  const sourceOf: InspectCases['sourceOf'] = (item) => withNotes(subject.sourceOf(item), outcome);
  return { subject: { ...subject, load: observedCases(subject.load, outcome), sourceOf }, outcome };
}

function withNotes(source: InspectSource, { unkept }: InspectOutcome): InspectSource {
  const { notes, title } = source;
  if (!notes) return source;
  const observed =
    (keep: typeof notes.keep): typeof notes.keep =>
    (all) => {
      const why = keep(all);
      const comments = all.map(({ comment }) => comment).filter((comment) => comment !== '');
      unkept.set(title, why === null ? [] : comments);
      return why;
    };
  const { later } = notes;
  const place = later ? { later: observed(later) } : {};
  return { ...source, notes: { ...notes, keep: observed(notes.keep), ...place } };
}

function observedLog(load: InspectSource['load'], outcome: InspectOutcome): InspectSource['load'] {
  return (sink, signal) => {
    const done: typeof sink.done = (summary, error) => {
      if (error !== null) {
        outcome.unreadable.push(error);
        outcome.hasLogs = false;
      }
      sink.done(summary, error);
    };
    return load({ ...sink, done }, signal);
  };
}

function observedCases(load: InspectCases['load'], outcome: InspectOutcome): InspectCases['load'] {
  return (sink, signal) => {
    let count = 0;
    return load(
      {
        progress: sink.progress,
        add: (item) => {
          count++;
          sink.add(item);
        },
        failed: (message) => {
          outcome.unreadable.push(message);
          sink.failed(message);
        },
        done: () => {
          outcome.hasLogs = count > 0;
          sink.done();
        },
      },
      signal,
    );
  };
}

const MOST_TOLD = 20;

/** What was written and goes with the program is left on the terminal, for whoever still wants it. */
export function tellUnkept({ unkept }: InspectOutcome): void {
  const all = [...unkept].flatMap(([title, comments]) => comments.map((comment) => `${title}: ${comment}`));
  for (const comment of all.slice(0, MOST_TOLD)) complain(`a comment that was not kept: ${comment}`);
  if (all.length > MOST_TOLD) complain(`and ${all.length - MOST_TOLD} more comments that were not kept`);
}

/** Throws where nothing could be read, or not to its end, as `annotate` does. */
export function tellOutcome({ unreadable, hasLogs }: InspectOutcome, title: string): void {
  if (!hasLogs && unreadable.length === 1) throw new UserError(unreadable[0]);
  for (const message of unreadable.slice(0, MOST_TOLD)) complain(message);
  if (unreadable.length > MOST_TOLD) complain(`and ${unreadable.length - MOST_TOLD} more that cannot be read`);
  if (!hasLogs) throw new UserError(`${title}: no log in it`);
}
