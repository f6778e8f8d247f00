/** Tests run on the source, unbuilt; some start the built server, which `npm test` builds first. */
import { defineConfig } from 'vitest/config'
import { TotalsReporter } from './test/tooling/totals-reporter.ts'

const conditions = ['source']

/** Rooms that need no server, no database server and no browser: pure parts, the models, the rules on an in-memory database. */
const unit = [
  'src/**/*.test.ts',
  ...['model', 'workloads', 'engine', 'conformance'].map((room) => `test/${room}/**/*.test.ts`),
]

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

const project = (
  name: string,
  include: readonly string[],
  more: { exclude?: string[]; env?: Record<string, string> },
) => ({
  // Nothing is inherited, so that what is set up for a run is set up once, and not once for each project.
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name,
    include: [...include],
    pool: 'forks' as const,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    ...more,
  },
})

export default defineConfig({
  // What is set up for a run is loaded in an environment of its own.
  environments: { __vitest__: { resolve: { conditions } } },
  test: {
    globalSetup: ['test/_support/certificates.ts', 'test/_support/postgres.ts'],
    maxWorkers: 2,
    allowOnly: false,
    reporters: [['default', { summary: false }], new TotalsReporter()],
    projects: [
      project('unit', unit, {}),
      project('sqlite', ['test/**/*.test.ts'], { exclude: [...unit, 'test/postgres/**'] }),
      project('postgres', onPostgres, { env: { RELATA_TEST_STORE: 'postgres' } }),
      project('walked', withoutAddressCache, { env: { RELATA_TEST_ADDRESS_CACHE: 'off' } }),
      project('partitions', onPartitions, { env: { RELATA_TEST_STORE: 'postgres', RELATA_TEST_PARTITIONS: '8' } }),
    ],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['src/**/*.test.ts'] },
  },
})
