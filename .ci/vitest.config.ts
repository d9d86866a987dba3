import './node-version.mjs';
import { defineConfig } from 'vitest/config';

// The tests of the built program have a configuration of their own: they need dist/.
export default defineConfig({
  define: { WIRELOG_VERSION: JSON.stringify('0.0.0-test') },
  test: {
    include: ['{cli,src,logs,bench}/**/*.test.{ts,tsx}'],
    exclude: ['**/*.built.test.ts'],
    setupFiles: ['.ci/fixed-seed.ts'],
    testTimeout: 60_000,
  },
});
