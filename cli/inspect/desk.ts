// What a page can do about other pages, and to be drawn.

import type { CasesPage } from './browser/cases-page.ts';
import type { DiffPage } from './compare/diff-page.ts';
import type { Reporter } from './log/report.ts';
import type { StatisticsPage } from './statistics/statistics-page.ts';
import type { LogPage } from './stepper/log-page.ts';
import type { Area } from './terminal/window.ts';

export type Page = LogPage | CasesPage | DiffPage | StatisticsPage;

export interface Desk {
  readonly screen: Area;
  readonly reporter: Reporter;
  changed(): void;
  open(page: Page): void;
  /** What is a bug ends the program. */
  fail(error: unknown): void;
}
