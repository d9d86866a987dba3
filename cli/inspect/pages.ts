// What a page can do about other pages, and to be drawn.

import type { CasesPage } from './browser/page.ts';
import type { DiffPage } from './compare/page.ts';
import type { Reporter } from './log/report.ts';
import type { StatisticsPage } from './statistics/page.ts';
import type { LogPage } from './stepper/page.ts';
import type { Area } from './terminal/window.ts';

export type Page = LogPage | CasesPage | DiffPage | StatisticsPage;

export interface PageHost {
  readonly screen: Area;
  readonly reporter: Reporter;
  changed(): void;
  open(page: Page): void;
  /** What is a bug ends the program. */
  fail(error: unknown): void;
}
