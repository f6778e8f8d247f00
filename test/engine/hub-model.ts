/** A small model with tags, derived types, second faces and late enum members, and an engine over it in memory. */
import { fixedClock } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import { randomIds } from '#base/ids.ts'
import { entityType, many, one, type Workload } from '#edm/define.ts'
import { modelOf } from '#edm/model.ts'
import { type Actor, behaviour } from '#edm/ports.ts'
import { choice, complex, complexType, duration, enumType, instant, text, whole } from '#edm/props.ts'
import { constant } from '#edm/query.ts'
import { makeEngine } from '#engine/handle.ts'
import type { PlainResponse } from '#engine/request.ts'
import { draftMigration } from '#store/schema/draft.ts'
import { openStore } from '#store/store.ts'
import { databaseOfRun } from '../_support/database.ts'

const phase = enumType('hub.phase', 'How far it is.', ['idea', 'running', 'unknownFutureValue', 'paused'])
const owner = complexType('hub.owner', 'Who owns it.', {
  name: text({ doc: 'Name.' }),
  phase: choice(phase, { doc: 'Phase.' }),
})
const oldOwner = complexType('hub.oldOwner', 'The same, as it was.', owner.props, { typed: true })
const step = complexType('hub.step', 'A step.', {
  label: text({ doc: 'Label.' }),
  by: complex(oldOwner, { doc: 'By.' }),
})

const thing = entityType('hub.thing', {
  doc: 'Anything.',
  source: 'test',
  abstract: true,
  props: { id: text({ nullable: false, readOnly: true, doc: 'Id.' }) },
  navs: {},
})

const can = { list: 'docs', get: 'docs', create: 'docs', update: 'docs', delete: 'docs' } as const
const all = { own: { branches: [constant(true)], bind: {} } }

const hub = entityType('hub.hub', {
  doc: 'The hub.',
  source: 'test',
  base: thing,
  props: {},
  navs: {
    projects: many('hub.project', { doc: 'Projects.', contained: true, scopes: all, can, startsContext: true }),
    notes: many('hub.note', { doc: 'Notes.', contained: true, scopes: all, can, startsContext: true }),
  },
})

export const project = entityType('hub.project', {
  doc: 'A project.',
  source: 'test',
  base: thing,
  dialect: 'graph',
  tag: 'required',
  typed: true,
  scopes: { read: ['Hub.Read'], write: ['Hub.Write'] },
  props: {
    displayName: text({ nullable: false, required: true, fold: true, doc: 'Name.' }),
    phase: choice(phase, { initial: 'idea', doc: 'Phase.' }),
    length: duration({ doc: 'How long.' }),
    owner: complex(owner, { doc: 'Owner.' }),
    steps: complex(step, { collection: true, doc: 'Steps.' }),
    madeDateTime: instant({ doc: 'When.' }),
    votes: whole({ nullable: false, initial: 0, readOnly: true, doc: 'Votes.' }),
    isDraft: text({ returned: 'never', published: false, doc: 'Kept only.' }),
  },
  navs: {
    tasks: many('hub.task', { inverse: 'project', contained: true, doc: 'Tasks.', can, startsContext: true }),
    files: many('hub.task', { inverse: 'project', contained: true, doc: 'The same, plainly.', can: { list: 'docs' } }),
  },
  indexes: [{ keys: ['displayName'], unique: true }],
})

export const bigProject = entityType('hub.bigProject', {
  doc: 'A project with a sponsor.',
  source: 'test',
  base: project,
  // Its sponsor is known to the rules alone.
  creatable: false,
  props: {
    sponsor: text({ nullable: false, readOnly: true, doc: 'Sponsor.' }),
    size: whole({ doc: 'Size.' }),
  },
  navs: {},
})

/** Two faces must not be mistaken for two kinds. */
export const oldProject = entityType('old.hub.project', {
  doc: 'A project as it was shown before.',
  source: 'test',
  base: thing,
  over: project,
  typed: true,
  props: {
    displayName: text({ nullable: false, doc: 'Name.' }),
    owner: complex(oldOwner, { doc: 'Owner.' }),
  },
  navs: {},
})

export const task = entityType('hub.task', {
  doc: 'A task.',
  source: 'test',
  base: thing,
  dialect: 'graph',
  tag: 'optional',
  props: { title: text({ doc: 'Title.' }) },
  navs: { project: one('hub.project', { stored: true, held: true, doc: 'Its project.', can: { get: 'docs' } }) },
})

const note = entityType('hub.note', {
  doc: 'A note, without a tag.',
  source: 'test',
  base: thing,
  props: { title: text({ doc: 'Title.' }) },
  navs: {},
})

export const hubWorkload: Workload = {
  enums: [phase],
  complexes: [owner, oldOwner, step],
  entities: [thing, hub, project, bigProject, oldProject, task, note],
  roots: [
    { kind: 'singleton', name: 'hub', target: 'hub.hub', doc: 'The hub.', can: { get: 'docs' } },
    { kind: 'set', name: 'oldProjects', target: 'old.hub.project', doc: 'Projects.', can },
  ],
}

export const hubModels = { 'v1.0': modelOf('v1.0', [hubWorkload]), beta: modelOf('beta', [hubWorkload]) }

/** What the rules of this model did, in order. */
export const heard: string[] = []

const projectRules = behaviour(project, {
  beforeCreate: async ({ ids }, { draft }) => {
    heard.push('create')
    return { row: { ...draft, id: draft.id ?? ids.mint() } as never }
  },
  beforeUpdate: async (_, { patch, defer, at }) => {
    heard.push(`update ${at.id}`)
    if (patch.displayName === 'wrong state') throw new AppError('notAllowed', 'Not in this state.')
    if (patch.displayName !== 'later') return patch
    defer({ nav: 'tasks', id: 'op 1', up: 0 })
    return {}
  },
  remove: async ({ tx }, { at }) => {
    heard.push('remove')
    await tx.remove(project, at.id)
  },
})

const taskRules = behaviour(task, {
  beforeUpdate: async ({ tx }, { patch, defer, at }) => {
    if (patch.title === 'later') {
      defer({ nav: 'tasks', id: 'op2', up: 1 })
      return {}
    }
    // A rule that writes the row itself changes its tag as well.
    await tx.update(task, at.id, { title: `${patch.title}!` })
    return {}
  },
})

const tenant = '11111111-1111-4111-8111-111111111111'

export const startHub = async () => {
  const models = Object.values(hubModels)
  const migration = draftMigration(models, 'init', [])?.migration
  const clock = fixedClock(new Date('2026-01-05T09:00:00.123Z'))
  const store = await openStore({
    models,
    ...(await databaseOfRun()),
    clock,
    migrations: migration === undefined ? [] : [migration],
  })
  await store.addTenant(tenant)
  await store.write(tenant, (tx) => tx.insert(hub, { id: 'hub' }))
  const faults: unknown[] = []
  const handle = makeEngine({
    models: hubModels,
    store,
    behaviours: [projectRules, taskRules],
    clock,
    ids: randomIds,
    secret: new Uint8Array(32),
    strict: false,
    silentCreates: new Set(),
    report: (error) => faults.push(error),
  })
  const send = async (
    method: string,
    target: string,
    body?: unknown,
    headers: Record<string, string> = {},
    permissions = ['Hub.Read', 'Hub.Write'],
    // biome-ignore lint/suspicious/noExplicitAny: tests read answers of any shape
  ): Promise<PlainResponse & { json: any }> => {
    const [path = '', query = ''] = target.split('?')
    const actor: Actor = { kind: 'app', tenantId: tenant, permissions: new Set(permissions) }
    const answer = await handle({
      method,
      version: 'v1.0',
      path,
      query: query.replaceAll(' ', '%20'),
      headers: { 'content-type': 'application/json', ...headers },
      body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
      origin: 'https://host',
      requestId: 'r',
      clientRequestId: 'c',
      actor,
    })
    return { ...answer, json: answer.body?.startsWith('{') === true ? JSON.parse(answer.body) : undefined }
  }
  return {
    clock,
    store,
    faults,
    send,
    inTenant: <T>(work: Parameters<typeof store.write<T>>[1]) => store.write(tenant, work),
    close: async () => {
      await handle.close()
      await store.close()
    },
  }
}
