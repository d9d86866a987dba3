// What became of the reading while one looked: told once the terminal is given back, for the exit code has to say it too.

import { UserError } from '../../src/model/errors.ts';
import { complain } from '../input/io.ts';
import type { InspectCases, InspectSource, InspectSubject } from './subjects.ts';

export interface Outcome {
  /** In words, one an input. */
  readonly unreadable: string[];
  /** Something came of it, or may still have come when one left. */
  hasLogs: boolean;
}

/** The same subject; what its reading comes to is noted. */
export function observed(subject: InspectSubject): { readonly subject: InspectSubject; readonly outcome: Outcome } {
  const outcome: Outcome = { unreadable: [], hasLogs: true };
  if (subject.kind === 'log') {
    const source = { ...subject.source, load: observedLog(subject.source.load, outcome) };
    return { subject: { ...subject, source }, outcome };
  }
  return { subject: { ...subject, load: observedCases(subject.load, outcome) }, outcome };
}

function observedLog(load: InspectSource['load'], outcome: Outcome): InspectSource['load'] {
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

function observedCases(load: InspectCases['load'], outcome: Outcome): InspectCases['load'] {
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

/** Throws where nothing could be read, or not to its end, as `annotate` does. */
export function tellOutcome({ unreadable, hasLogs }: Outcome, title: string): void {
  if (!hasLogs && unreadable.length === 1) throw new UserError(unreadable[0]);
  for (const message of unreadable.slice(0, MOST_TOLD)) complain(message);
  if (unreadable.length > MOST_TOLD) complain(`and ${unreadable.length - MOST_TOLD} more that cannot be read`);
  if (!hasLogs) throw new UserError(`${title}: no log in it`);
}
