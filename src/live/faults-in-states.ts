// Each fault of frames again in other states of a connection: where a message has begun, and after a Close.

import { judgeLog } from '../judge/judged-log.ts';
import { bareHeader, otherRole, type Role } from '../model/row.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { FrameMaker } from './frame-maker.ts';
import { octetsRow, type SuiteCase, scriptOfSteps, sendSteps } from './suite-case.ts';

/** Of the cases those that are about one fault of frames, in other states. */
export function faultsInStates(cases: readonly SuiteCase[], role: Role): SuiteCase[] {
  const maker = new FrameMaker(role);
  const begun = maker.frame({ opcode: OPCODE.TEXT, fin: false, payload: Buffer.from('begun') });
  const close = maker.frame({ opcode: OPCODE.CLOSE, payload: Uint8Array.of(3, 232) });
  return cases.flatMap((one) => {
    const writes = one.script.steps.flatMap((step) => (step.kind === 'send' ? [step.octets] : []));
    const isPlain = one.breaks !== null && one.needs === null && one.request.length + one.response.length === 0;
    if (!isPlain || one.isLarge || writes.length !== one.script.steps.length) return [];
    const { breaks, title } = one;
    const inside = [begun, ...writes];
    return [
      ...(isBroken(inside, breaks as string, role)
        ? [{ ...one, ...again(`${one.id}-inside-message`, `${title}: inside a message`, inside) }]
        : []),
      {
        ...one,
        ...again(`${one.id}-after-close`, `${title}: after a Close`, [close, ...writes]),
        breaks: null,
        ending: 'none' as const,
      },
    ];
  });
}

function again(id: string, title: string, writes: readonly Uint8Array[]) {
  return { id, title, aliases: [], script: scriptOfSteps(sendSteps(writes)) };
}

function isBroken(writes: readonly Uint8Array[], rule: string, role: Role): boolean {
  const header = { ...bareHeader('made', 'rows'), writer: role, underTest: otherRole(role), extensions: 'none' };
  const rows = writes.map((octets, at) => octetsRow(octets, at, 'tx'));
  const { annotated } = judgeLog({ header, rows });
  return annotated.some(({ annotations }) =>
    annotations.some((one) => one.rule === rule && one.by === role && one.certainty === 'certain' && !one.afterFailure),
  );
}
