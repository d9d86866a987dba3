// Every property test starts from one seed, so that the gate gives the same answer twice. A soak run sets
// WIRELOG_SEED to a seed of its own.
import { configureGlobal } from 'fast-check';

configureGlobal({ seed: Number(process.env['WIRELOG_SEED'] ?? 6455) });
