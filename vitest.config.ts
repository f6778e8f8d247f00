/** Tests run on the source, unbuilt; some start the built server, which `npm test` builds first. */
import { defineConfig } from 'vitest/config'
import { TotalsReporter } from './test/tooling/totals-reporter.ts'

const conditions = ['source']

/** Suites that run once more on PostgreSQL: all that go through a store and do not ask for a folder of their own. */
const onPostgres = ['postgres', 'wire', 'workloads', 'engine', 'reference', 'clients', 'http'].map(
  (room) => `test/${room}/**/*.test.ts`,
)

/** And some of them with each table spread over several by tenant. */
const onPartitions = ['query', 'relations', 'concurrency', 'properties', 'batch', 'gdap/*'].map(
  (name) => `test/wire/${name}.test.ts`,
)

/** And some in which every address is walked: the cache of known addresses must never show. */
const withoutAddressCache = ['addressing', 'batch', 'known-before', 'levels'].map((name) => `test/wire/${name}.test.ts`)

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    globalSetup: ['test/_support/certificates.ts', 'test/_support/postgres.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    allowOnly: false,
    reporters: [['default', { summary: false }], new TotalsReporter()],
    projects: [
      {
        extends: true,
        test: { name: 'sqlite', include: ['src/**/*.test.ts', 'test/**/*.test.ts'], exclude: ['test/postgres/**'] },
      },
      { extends: true, test: { name: 'postgres', env: { RELATA_TEST_STORE: 'postgres' }, include: onPostgres } },
      {
        extends: true,
        test: { name: 'walked', env: { RELATA_TEST_ADDRESS_CACHE: 'off' }, include: withoutAddressCache },
      },
      {
        extends: true,
        test: {
          name: 'partitions',
          env: { RELATA_TEST_STORE: 'postgres', RELATA_TEST_PARTITIONS: '8' },
          include: onPartitions,
        },
      },
    ],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['src/**/*.test.ts'] },
  },
})
