// One thing that can have the screen: the stepper, the case browser, the comparison of two logs, the statistics.

import type { SearchWay } from '../terminal/find.ts';
import type { KeyCommand } from './keymap.ts';
import type { MouseInput } from './keys.ts';
import type { PageQuestion } from './prompt.ts';

/** What is said about an answer while it is written. */
export interface AnswerCheck {
  readonly isRight: boolean;
  readonly says: string;
}

export interface PageBase {
  /** What the last key has to say. */
  readonly says: string | null;
  command(command: KeyCommand, count: number | null): void;
  resize(columns: number, rows: number): void;
  /** What the prompt begins with. */
  draft(kind: PageQuestion): string;
  check(kind: PageQuestion, text: string): AnswerCheck | null;
  answer(kind: PageQuestion, text: string): void;
  /** Searches on from where one is, or back; an empty text is the one before. */
  search(text: string, by: SearchWay): void;
  /** Forgets what the last key had to say. */
  clearMessage(): void;
  /** Ends what runs, or goes back within the page: from a pane to the list. False where one has to leave the page. */
  back(): boolean;
  point(at: MouseInput): void;
  close(): void;
}
