/** Tests run on the source, unbuilt; some start the built server, which `npm test` builds first. */
import { defineConfig } from 'vitest/config'
import { TotalsReporter } from './test/tooling/totals-reporter.ts'

const conditions = ['source']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/_support/certificates.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    allowOnly: false,
    reporters: [['default', { summary: false }], new TotalsReporter()],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['src/**/*.test.ts'] },
  },
})
