/** Tests run on the source, unbuilt; some start the built server, which `npm test` builds first. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/tooling/longest-first.ts'
import { TotalsReporter } from './test/tooling/totals-reporter.ts'

/** As `paths` of tsconfig.json has them: tests are a package of their own, where the `imports` of ours are not known. */
const floors = [{ find: /^#(\w+)\//, replacement: fileURLToPath(new URL('src/$1/', import.meta.url)) }]

/** Rooms that need no server, no database server and no browser: pure parts, the models, the rules on an in-memory database. */
const unit = [
  'src/**/*.test.ts',
  ...['model', 'workloads', 'engine', 'conformance'].map((room) => `test/${room}/**/*.test.ts`),
  'test/docs/citations.test.ts',
  'web/src/**/*.test.ts',
]

/** Suites that start programs, or look at their own process: each file has one for itself. */
const processes = ['cli', 'crash', 'deploy', 'docs', 'examples', 'fuzz', 'nodes', 'tooling', 'upgrade'].map(
  (room) => `test/${room}/**/*.test.ts`,
)

/** Long by `npm run storm`; short where `CI` is set; else left out, unless a run names one. */
const storms = ['test/crash/storms/**/*.test.ts']
const leavesStormsOut =
  !process.env['CI'] && !process.env['RELATA_STORM'] && !process.argv.some((word) => word.startsWith('test/crash'))

/** The pages in a browser: whole where a run asks for them. */
const asksForPages =
  process.argv.some((word) => word.startsWith('test/pages')) || process.argv.join(' ').includes('--project pages')
/** With `CI` set they run but for these, as it has fifteen minutes for everything; else only what each page weighs, and the frame. */
const longPages = [
  'admin',
  'gdap/{access,both,list,relationship,templates}',
  'registry/gdap',
  'stand-in/{events,explorer,faults,overview,requests,worlds}',
  'terms/{actions,detail,files,matrix,past,sets,table,tree}',
].map((name) => `test/pages/${name}.test.ts`)
const isWhole = Boolean(process.env['CI'])
const pages =
  asksForPages || isWhole ? ['test/pages/**/*.test.ts'] : ['frame', 'sizes'].map((name) => `test/pages/${name}.test.ts`)

/**
 * A browser on a machine that does three other things at once is late at times, and one late answer in four hundred tests
 * must not cost a whole run of CI. A run that asks for the pages repeats nothing; the totals tell of what was repeated.
 */
const inBrowser = { expect: { poll: { timeout: 10_000 } }, ...(isWhole && !asksForPages ? { retry: 1 } : {}) }

/**
 * The same for what ran out of time, and only that, anywhere: three suites share two cores with the programs that they
 * start. A test that found something wrong fails at once. What was tried again is in the totals, with its error.
 */
const outOfTime = { count: isWhole && !asksForPages ? 1 : 0, condition: /^Test timed out in / }

/** Of README and docs: they are made where a folder for them is named. */
const pictures = ['test/pages/pictures.test.ts']

/** The main journeys over them on PostgreSQL, where the pages are asked for. */
const pagesOnPostgres = ['test/pages/main-journeys.test.ts']

/** Programs around clients of others; what they once sent and got is replayed in the other projects. */
const witnesses = ['test/witnesses/programs.test.ts', 'test/witnesses/schemathesis.test.ts']

/** Suites that run once more on PostgreSQL: all that go through a store and do not ask for a folder of their own. */
const onPostgres = [
  ...['postgres', 'wire', 'samples', 'sharepoint', 'workloads', 'engine', 'reference', 'clients', 'http'].map(
    (room) => `test/${room}/**/*.test.ts`,
  ),
  'test/auth/{identity-providers,outside-issuers,registry-keys,sign-in-attacks}.test.ts',
  'test/exchange/{apply,control,cases,xml-cases,dates,hostile-plans,site-groups,taken-back}.test.ts',
  'test/notify/{audit-follower,audit-sinks,figures,five-days,graph-kind,lanes,notifications}.test.ts',
  'test/notify/{partner-api,partner-flow,removed-tenant,webhooks}.test.ts',
  'test/bulk/{job,worked-example}.test.ts',
  'test/faults/{gdap,lists,requests}.test.ts',
  'test/witnesses/replay.test.ts',
  'test/worlds/{reset,snapshots,storm}.test.ts',
]

/**
 * But for those that have no store, or one of their own, and those about what is decided before the store is asked or
 * after it has answered: tokens, permissions, limits of requests, what clients repeat. A second run would be the same.
 */
const noStoreOfTheRun = [
  'clients/{faults,msal-browser,msal-credentials,partner-python,transparent}',
  'engine/delegated',
  'sharepoint/control',
  'http/{addresses,authority,bodies,deadlines,due,hostile,hosts,large-answers,live-answers,one-port,outages,secrets}',
  'http/{throttling,tracing}',
  'reference/conformance-page',
  'wire/{access-matrix,documented-permissions}',
  'witnesses/replay-notices',
  'workloads/{languages-and-text,gdap/states-page}',
].map((name) => `test/${name}.test.ts`)

/** And some of them with each table spread over several by tenant. */
const onPartitions = ['query', 'relations', 'concurrency', 'properties', 'batch', 'gdap/*'].map(
  (name) => `test/wire/${name}.test.ts`,
)

/**
 * `--project` asks for a part that is run often, and leaves out what is slow; whole runs, runs of named files and those
 * with `CI` set do not.
 */
const isPart =
  !process.env['CI'] &&
  process.argv.some((word) => word.startsWith('--project')) &&
  !process.argv.some((word) => /^(?:src|test)\b/.test(word))
const slow = { name: 'slow', description: 'Matrices, random walks and storms that take more than a second or two.' }
/** One more than the cores of a small machine: a third of the time of most suites is waiting. */
const maxWorkers = 3
const leavingOut = isPart ? { tagsFilter: ['!slow'] } : {}

/** Suites that also run without the cache of known addresses, which must not change an answer. */
const withoutAddressCache = ['addressing', 'batch', 'known-before', 'levels'].map((name) => `test/wire/${name}.test.ts`)

const project = (
  name: string,
  include: readonly string[],
  more: {
    exclude?: string[]
    env?: Record<string, string>
    isolate?: boolean
    maxConcurrency?: number
    expect?: { poll: { timeout: number } }
    retry?: typeof outOfTime | number
  } = {},
) => ({
  // Nothing is inherited, so that what is set up for a run is set up once, and not once for each project.
  resolve: { alias: floors },
  test: {
    name,
    include: [...include],
    pool: 'forks' as const,
    maxWorkers,
    // One process for many files: loading the source anew for each took longer than its tests.
    isolate: false,
    tags: [slow],
    ...leavingOut,
    testTimeout: 20_000,
    // One second, as Vitest has it, is short on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    retry: outOfTime,
    ...more,
    // Witnesses have packages of their own, some of which bring their tests.
    exclude: ['**/node_modules/**', '**/.venv/**', ...(more.exclude ?? [])],
  },
})

export default defineConfig({
  // For what is set up for a run.
  resolve: { alias: floors },
  test: {
    globalSetup: ['test/_support/certificates.ts', 'test/_support/postgres.ts'],
    maxWorkers,
    allowOnly: false,
    tags: [slow],
    ...leavingOut,
    sequence: { sequencer: LongestFirst },
    reporters: [['default', { summary: false }], new TotalsReporter()],
    projects: [
      project('unit', unit),
      project('sqlite', ['test/**/*.test.ts'], {
        // Witnesses have packages of their own, some of which bring their tests.
        exclude: [...unit, ...processes, ...witnesses, 'test/pages/**', 'test/postgres/**', '**/node_modules/**'],
      }),
      project('processes', processes, { exclude: [...unit, ...(leavesStormsOut ? storms : [])], isolate: true }),
      // A browser beside others takes its time.
      project('pages', pages, {
        exclude: [
          ...pagesOnPostgres,
          ...(process.env['RELATA_TEST_PICTURES'] === undefined ? pictures : []),
          ...(asksForPages ? [] : longPages),
        ],
        ...inBrowser,
      }),
      project('pages-postgres', asksForPages || isWhole ? pagesOnPostgres : [], {
        env: { RELATA_TEST_STORE: 'postgres' },
        ...inBrowser,
      }),
      project('witnesses', witnesses, { isolate: true, maxConcurrency: 2 }),
      project('postgres', onPostgres, { exclude: noStoreOfTheRun, env: { RELATA_TEST_STORE: 'postgres' } }),
      project('no-address-cache', withoutAddressCache, { env: { RELATA_TEST_ADDRESS_CACHE: 'off' } }),
      project('partitions', onPartitions, { env: { RELATA_TEST_STORE: 'postgres', RELATA_TEST_PARTITIONS: '8' } }),
    ],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['src/**/*.test.ts'] },
  },
})
