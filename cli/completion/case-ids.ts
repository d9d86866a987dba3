// Ids of the cases whose reports lie in folders, by the names of the files alone.

import { readdirSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { inCaseOrder } from '../../src/render/check/case.ts';

const REPORT = /_case_(\d+(?:_\d+)*)\.\w+$/;
/** Whoever waits for a completion does not wait for a large tree. */
const MOST_FILES = 20_000;

/** In case order; where no path is named, of the folder that wirelog runs in. */
export function caseIdsIn(paths: readonly string[]): string[] {
  const ids = new Set<string>();
  const named = paths.filter((path) => statSync(path, { throwIfNoEntry: false }) !== undefined);
  for (const path of named.length === 0 ? ['.'] : named) {
    for (const name of namesIn(path)) {
      const id = REPORT.exec(name)?.[1];
      if (id !== undefined) ids.add(id.replaceAll('_', '.'));
    }
  }
  return [...ids].sort(inCaseOrder);
}

function namesIn(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [basename(path)];
    return readdirSync(path, { recursive: true, encoding: 'utf8' }).slice(0, MOST_FILES);
  } catch {
    return [];
  }
}
