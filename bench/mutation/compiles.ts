// Which mutants the compiler lets pass: the others need no test.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { API } from 'typescript/unstable/sync';
import type { Change } from './changes.ts';
import { changed } from './weave.ts';

/** Declared and not used, never reached: such code would do the same without what is left over. */
const LEFT_OVER = new Set([6133, 6192, 6196, 6198, 6199, 7027]);

export interface Compiler {
  /** Whether the file still compiles with this change. */
  allows(path: string, change: Change): boolean;
  close(): void;
}

export function openCompiler(): Compiler {
  let tried: { file: string; source: string } | null = null;
  const readFile = (file: string): string | undefined => (file === tried?.file ? tried.source : undefined);
  const api = new API({ fs: { readFile } });
  api.updateSnapshot({ openProjects: [resolve('tsconfig.json')] });

  function errorsIn(file: string): boolean {
    const program = api.updateSnapshot({ fileChanges: { changed: [file] } }).getProjects()[0]?.program;
    if (!program) throw new Error('the compiler has no project');
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found.some(({ code }) => !LEFT_OVER.has(code));
  }

  return {
    allows(path, change) {
      const file = resolve(path);
      tried = { file, source: changed(readFileSync(file, 'utf8'), change) };
      const fails = errorsIn(file);
      tried = null;
      api.updateSnapshot({ fileChanges: { changed: [file] } });
      return !fails;
    },
    close: () => api.close(),
  };
}
