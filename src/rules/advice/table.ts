/** By rule: harm, cause and remedy, as `Advice` in `advice.ts` has them. */
export type AdviceTable = Readonly<Record<string, readonly [harm: string, cause: string, remedy: string]>>;
