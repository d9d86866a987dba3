// Fuzzing by hand: `npm run fuzz -- TARGET SECONDS [SEED]`; `all` for each target in turn, no target for their names.
// A failure prints the number that makes its input again: `npm run fuzz -- TARGET 0 NUMBER`.

import { runTarget } from './fuzz/run.ts';
import { TARGETS } from './fuzz/targets.ts';

const [name, seconds = '10', seed] = process.argv.slice(2);

if (name === undefined) console.log([...TARGETS.keys()].join('\n'));
else {
  for (const target of name === 'all' ? TARGETS.keys() : [name]) {
    const first = seed === undefined ? Date.now() >>> 0 : Number(seed);
    const until = process.cpuUsage().user + Number(seconds) * 1e6;
    const { runs, slowest, failure } = runTarget(
      target,
      first,
      (done) => done === 0 || process.cpuUsage().user < until,
    );
    const said = `${target}: ${runs} inputs from seed ${first}, the slowest took ${slowest.toFixed(2)} s`;
    if (failure === null) console.log(said);
    else {
      console.error(`${said}\ninput ${failure.number}: ${JSON.stringify(failure.input)}\n${failure.why}`);
      process.exitCode = 1;
    }
  }
}
