import { describe, expect, it } from 'vitest'
import { addressesOf, isUnencrypted, shownAddress } from '#store/postgres/connect/addresses.ts'
import { type Config, defaultConfig, listenHosts, originFor, readConfig, settings, variableOf } from './config.ts'

function accepts(flags: Parameters<typeof readConfig>[0], environment: Parameters<typeof readConfig>[1] = {}): Config {
  const outcome = readConfig(flags, environment)
  if ('faults' in outcome) throw new Error(outcome.faults.join('\n'))
  return outcome.config
}

function refuses(flags: Parameters<typeof readConfig>[0], environment: Parameters<typeof readConfig>[1] = {}) {
  const outcome = readConfig(flags, environment)
  return 'faults' in outcome ? outcome.faults : []
}

describe('settings', () => {
  it('have defaults that make a working server', () => {
    expect(accepts({})).toEqual({ ...defaultConfig, sources: {} })
    expect(defaultConfig).toEqual({
      port: 4365,
      host: '127.0.0.1',
      location: '.relata',
      inMemory: false,
      databaseUrl: undefined,
      readUrl: undefined,
      workers: 1,
      databaseConnections: 10,
      databasePartitions: 0,
      strict: false,
      strictBodies: false,
      transparent: false,
      listing: 'strict',
      relationStatus: 201,
      enforce: [],
      searchUmlauts: true,
      limits: { terms: 1_000_000, sets: 1000, termsPerSet: 30_000 },
      silent: false,
      logLevel: 'info',
      metrics: false,
      pages: true,
      output: 'text',
      cert: undefined,
      key: undefined,
      httpOnly: false,
      control: 'loopback',
      allowedHost: [],
      trustedProxy: [],
      publicUrl: undefined,
      certificateNames: [],
      requestTimeout: 30,
      rateLimit: undefined,
      auditRetention: 30,
      auditSink: [],
      eventRetention: 7,
      deliveryAllow: [],
      deliveryCa: undefined,
      deliveryPorts: [],
      deliverySchedule: undefined,
      graphThrottling: undefined,
      partnerCenterResources: undefined,
      partnerCenterSigner: 'local',
      webhookSigningCertificate: undefined,
      webhookSigningKey: undefined,
      historyDays: 365,
      recycleBinDays: 30,
      historyPeople: true,
      seed: 'default',
      clock: undefined,
      ids: undefined,
      faults: [],
      registry: false,
      corsOrigin: undefined,
      explain: false,
      passwordGrant: false,
      auth: 'enforce',
      issuers: [],
      openRegistry: false,
      siteScopes: false,
      iriBase: undefined,
      gdap: {
        latencySeconds: {
          activation: 0,
          termination: 0,
          expiry: 0,
          assignment: 0,
          removal: 0,
          operation: 0,
          request: 0,
          lock: 0,
        },
        stuck: [],
        failing: [],
        trustAnyGroup: false,
        trustAnyRole: false,
        adminAgents: true,
      },
    })
    expect(Object.isFrozen(defaultConfig) && Object.isFrozen(defaultConfig.limits)).toBe(true)
  })

  it('name origins by a word, or one by one', () => {
    const corsOrigin = (text: string) => accepts({ corsOrigin: text }).corsOrigin
    expect(['local', 'ANY', '*', 'none'].map(corsOrigin)).toEqual(['local', 'any', 'any', 'none'])
    expect(corsOrigin('https://App.example, http://[::1]:80')).toEqual(['https://app.example', 'http://[::1]:80'])
    expect(accepts({}, { RELATA_CORS_ORIGIN: 'any' }).corsOrigin).toBe('any')
    for (const wrong of ['app.example', 'https://app.example/', 'local,any', 'https://a,,https://b', 'ftp://a'])
      expect(refuses({ corsOrigin: wrong })[0], wrong).toMatch(/^--cors-origin: .* is not an origin/)
  })

  it('come from flags before the environment before the defaults', () => {
    const environment = {
      RELATA_PORT: '2',
      PORT: '3',
      HOST: 'h',
      RELATA_STRICT: 'yes',
      RELATA_MAX_TERMS: '7',
      RELATA_SEED: '',
    }
    expect(accepts({ port: '1' }, environment)).toMatchObject({
      port: 1,
      host: '127.0.0.1',
      strict: true,
      seed: 'default',
      limits: { terms: 7 },
    })
    expect(accepts({}, environment)).toMatchObject({ port: 2 })
    // Other programs set these for themselves, as conda does: only RELATA_… counts (C8).
    expect(accepts({}, { PORT: '0', HOST: 'x86_64-conda-linux-gnu' })).toMatchObject({ port: 4365, host: '127.0.0.1' })
    expect(accepts({ relationCreateStatus: '204', inMemory: true })).toMatchObject({
      relationStatus: 204,
      inMemory: true,
    })
    expect(accepts({ inMemoryPersistence: true })).toMatchObject({ inMemory: true })
  })

  it('each have a variable of their own', () => {
    const variables = Object.values(settings).map(variableOf)
    expect(variables).toContain('RELATA_RELATION_CREATE_STATUS')
    expect(new Set(variables).size).toBe(Object.keys(settings).length)
  })

  it('are refused all at once, each by the name it came from', () => {
    const faults = refuses(
      { port: '65536', listing: 'x', maxSets: '0', relationCreateStatus: '200', location: ' ', cert: 'c' },
      { RELATA_STRICT: 'maybe', RELATA_HOST: ' ', RELATA_MAX_TERMS: '1e3', RELATA_LOG_LEVEL: 'constructor' },
    )
    expect(faults).toEqual([
      "--port: '65536' is not a whole number from 0 to 65535",
      "RELATA_HOST: ' ' is empty",
      "--location: ' ' is empty",
      "RELATA_STRICT: 'maybe' is neither true nor false",
      "--listing: 'x' is not one of strict, natural",
      "--relation-create-status: '200' is not one of 201, 204",
      "RELATA_MAX_TERMS: '1e3' is not a whole number from 1 to 1000000000",
      "--max-sets: '0' is not a whole number from 1 to 1000000000",
      "RELATA_LOG_LEVEL: 'constructor' is not one of error, warn, info, debug",
      '--cert needs --key, and --key needs --cert',
    ])
    expect(refuses({}, { RELATA_IN_MEMORY: 'constructor' })).toHaveLength(1)
    expect(refuses({ cert: 'c', key: 'k', httpOnly: true })).toEqual([
      '--http-only cannot be used with --cert or --key',
    ])
  })
})

describe('databases', () => {
  const secret = 'postgres://relata:s3cret@one:5433,two/db'

  it('may be several servers in one address, which is shown without its password', () => {
    const url = `${secret}?target_session_attrs=read-write`
    expect(accepts({ databaseUrl: url, readUrl: 'postgres://three/db' })).toMatchObject({ databaseUrl: url })
    expect(shownAddress(url)).toBe('postgres://one:5433,two/db')
    expect(addressesOf(`${url}&application_name=x`)).toEqual([
      'postgres://relata:s3cret@one:5433/db?application_name=x',
      'postgres://relata:s3cret@two/db?application_name=x',
    ])
    expect(addressesOf('postgres://one/db')).toEqual(['postgres://one/db'])
    expect(isUnencrypted('postgres://localhost,127.0.0.1/db')).toBe(false)
    expect(isUnencrypted('postgres://localhost,one/db')).toBe(true)
    expect(isUnencrypted('postgres://one/db?sslmode=disable')).toBe(true)
    expect(isUnencrypted('postgres://one,two/db?sslmode=require')).toBe(false)
    expect(addressesOf('postgres://[::1]:5432,one/db?a=b&target_session_attrs=primary')).toEqual([
      'postgres://[::1]:5432/db?a=b',
      'postgres://one/db?a=b',
    ])
  })

  it('are refused without showing what was given', () => {
    for (const databaseUrl of [
      secret.replace('5433', 'x'),
      'mysql://s3cret@one/db',
      's3cret',
      'postgres://s3cret@a b/',
    ]) {
      const faults = refuses({ databaseUrl })
      expect(faults).toHaveLength(1)
      expect(faults[0]).not.toContain('s3cret')
    }
    expect(refuses({ databaseUrl: `${secret}?target_session_attrs=standby` })).toEqual([
      '--database-url: the value asks for target_session_attrs other than read-write',
    ])
    for (const databaseUrl of ['postgres://u:s3cret@one:1/relata,two:2', 'postgres://u:s3cret@one/relata,two:2/relata'])
      expect(refuses({ databaseUrl })).toEqual([
        '--database-url: the value has a comma after the database: all hosts stand before it, as in postgres://user:password@one:5432,two:5433/database',
      ])
  })

  it('of the certificate are for the one that Relata makes', () => {
    const [fault, ...more] = refuses({ certificateNames: 'a.example', cert: 'a.crt', key: 'a.key' })
    expect(fault).toMatch(/^--certificate-names is for the certificate that Relata makes, and --cert names another/)
    expect(more).toEqual([])
    expect(refuses({ httpOnly: true }, { RELATA_CERTIFICATE_NAMES: 'a.example' })).toHaveLength(1)
  })

  it('and processes are not combined where that makes no sense', () => {
    expect(refuses({ workers: '2', inMemory: true })).toEqual([
      '--in-memory cannot be used with --workers: each worker would have its own data',
    ])
    expect(refuses({}, { RELATA_READ_URL: secret })).toEqual(['--read-url needs --database-url'])
    expect(refuses({ workers: '0' })).toHaveLength(1)
  })
})

describe('addresses', () => {
  it.each([
    ['127.0.0.1', false, 'https://localhost:1', ['127.0.0.1', '::1']],
    ['localhost', true, 'http://localhost:1', ['127.0.0.1', '::1']],
    ['0.0.0.0', false, 'https://localhost:1', ['0.0.0.0']],
    ['fe80::1', false, 'https://[fe80::1]:1', ['fe80::1']],
    ['terms.example', false, 'https://terms.example:1', ['terms.example']],
  ])('for the host %s are told and bound', (host, httpOnly, origin, hosts) => {
    const config = { ...defaultConfig, host, httpOnly }
    expect(originFor(config, 1)).toBe(origin)
    expect(listenHosts(config)).toEqual(hosts)
  })
})
