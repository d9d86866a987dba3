import type { Area } from '../terminal/window.ts';
import type { LogPage } from './log-page.ts';

/** What each pane of the stepper gets. */
export interface PaneProps {
  readonly page: LogPage;
  readonly area: Area;
  readonly color: boolean;
}
