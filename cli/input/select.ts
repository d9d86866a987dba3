// Which cases are wanted: `--case 7.*`, `--agent 'ws-8*'`.

export interface CaseSelection {
  readonly wants: (name: { readonly agent: string | null; readonly case: string | null }) => boolean;
  /** Whatever the agent. */
  readonly wantsCase: (id: string | null) => boolean;
  readonly isEverything: boolean;
}

export function selectionOf(cases: string | undefined, agents: string | undefined): CaseSelection {
  const wantsCase = cases === undefined ? null : caseMatcher(cases);
  const wantsAgent = agents === undefined ? null : agentMatcher(agents);
  return {
    wants: ({ agent, case: id }) =>
      (wantsCase === null || (id !== null && wantsCase(id))) && (wantsAgent === null || wantsAgent(agent ?? '')),
    wantsCase: (id) => wantsCase === null || (id !== null && wantsCase(id)),
    isEverything: wantsCase === null && wantsAgent === null,
  };
}

/** `7` is the whole group, as `7.*` is. */
function caseMatcher(list: string): (id: string) => boolean {
  const globs = words(list).map((word) => globOf(word));
  const groups = words(list).map((word) => `${word.replace(/\.$/, '')}.`);
  return (id) => globs.some((glob) => glob.test(id)) || groups.some((group) => id.startsWith(group));
}

/** An agent may have a comma in its name. */
function agentMatcher(list: string): (agent: string) => boolean {
  const globs = words(list).map((word) => globOf(word));
  return (agent) => agent === list || globs.some((glob) => glob.test(agent));
}

function words(list: string): string[] {
  return list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** `*` is any text, `?` one character; all else is itself. */
function globOf(text: string): RegExp {
  const source = text
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 'su');
}
