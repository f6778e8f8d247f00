/** Subscriptions to change notifications: events.md §3.1, §3.2. Graph’s own type; what may be watched is in `rules/watched.ts`. */
import { entityType, type Root, type Workload } from '#edm/define.ts'
import { flag, instant, text } from '#edm/props.ts'
import { constant, equal, member, param } from '#edm/query.ts'
import { entity } from '../common.ts'
import { groupScopes, userScopes } from '../directory/objects.ts'
import { readPermissions } from '../gdap/types.ts'
import { store } from '../term-store/types.ts'

/** Shows the subscriptions of all applications. */
export const readsAll = 'Subscription.Read.All'
/** Whoever may read something that can be watched; the rules ask for the permission of what is watched. */
const watchers = [
  ...new Set([...userScopes.read, ...groupScopes.read, ...readPermissions, ...(store.scopes?.read ?? [])]),
]

const column = { returned: 'never', published: false, readOnly: true } as const

export const subscription = entityType('microsoft.graph.subscription', {
  staysHere: true,
  doc: 'A wish to be told of changes of a resource, at an address.',
  source: 'https://learn.microsoft.com/graph/api/resources/subscription',
  base: entity,
  keys: 'guids',
  dialect: 'capital',
  unknownMembers: 'refuse',
  // Graph asks whether all names are "camelCased properly".
  memberCase: 'exact',
  readOnlyMembers: 'refuse',
  scopes: { read: [...watchers, readsAll], write: watchers },
  page: { size: 100, most: 100 },
  props: {
    resource: text({
      nullable: false,
      required: true,
      sample: 'users',
      doc: 'Relative address of what is watched.',
    }),
    applicationId: text({ readOnly: true, doc: 'The application that made it.' }),
    changeType: text({
      nullable: false,
      required: true,
      sample: 'updated,deleted',
      doc: 'Of created, updated and deleted those that are told of, with commas between.',
    }),
    clientState: text({
      sample: 'only-we-know',
      doc: 'A text of at most 128 characters that comes with each notification. Shown when the subscription is made, and never again.',
    }),
    notificationUrl: text({
      nullable: false,
      required: true,
      sample: 'https://receiver.example/notifications',
      doc: 'Where notifications are sent to.',
    }),
    notificationQueryOptions: text({ doc: 'Not served: null.' }),
    lifecycleNotificationUrl: text({
      sample: 'https://receiver.example/life-cycle',
      doc: 'Where it is told what becomes of the subscription itself.',
    }),
    expirationDateTime: instant({
      nullable: false,
      required: true,
      doc: 'When it ends; it can be put off before.',
    }),
    creatorId: text({ readOnly: true, doc: 'The user or, without one, the application that made it.' }),
    includeResourceData: flag({ sample: false, doc: 'Whether notifications bring the changed resource, encrypted.' }),
    latestSupportedTlsVersion: text({ initial: 'v1_2', sample: 'v1_2', doc: 'v1_2 or v1_3.' }),
    encryptionCertificate: text({ sample: null, doc: 'Certificate, base64, that the resource is encrypted for.' }),
    encryptionCertificateId: text({ sample: null, doc: 'A name by which the receiver knows the certificate.' }),
    notificationUrlAppId: text({ doc: 'Not served: null.' }),
    watched: text({ ...column, nullable: false, doc: 'Which kind of resource is watched.' }),
    watchedId: text({ ...column, doc: 'Id of the resource; null: all of the kind.' }),
    creatorKind: text({ ...column, nullable: false, doc: 'app or user.' }),
    permissions: text({ ...column, nullable: false, collection: true, doc: 'Those of the token that let it be read.' }),
    followed: text({
      ...column,
      nullable: false,
      collection: true,
      doc: 'What of the creator the directory knows, and is asked again: account, grants.',
    }),
    siteCollectionId: text({
      ...column,
      doc: 'The site collection from which the term store is seen; null: from all.',
    }),
    dueDateTime: instant({ ...column, doc: 'Since when it waits to be reauthorised; null: it does not.' }),
    missedDateTime: instant({ ...column, doc: 'When it was last told that notifications were missed.' }),
    lifecycleTargetId: text({ ...column, doc: 'Id of the target for what becomes of it; null: nobody is told.' }),
  },
  navs: {},
  indexes: [{ keys: ['applicationId'] }, { keys: ['creatorId'] }],
  actions: {
    reauthorize: {
      doc: 'Goes on with a subscription whose creator was to be asked again.',
      scopes: watchers,
      evidence: 'docs',
      params: {},
    },
  },
})

const roots: readonly Root[] = [
  {
    kind: 'set',
    name: 'subscriptions',
    target: subscription.name,
    doc: 'Subscriptions to change notifications.',
    can: { list: 'docs', get: 'docs', create: 'docs', update: 'docs', delete: 'docs' },
    // Keys are found by the rules: each application has its own, and knows of no other.
    scopes: {
      keyed: { branches: [constant(false)], bind: {} },
      own: {
        branches: [equal(member('applicationId'), param('application'))],
        bind: {},
      },
      all: { branches: [constant(true)], bind: {} },
    },
  },
]

export const subscriptions: Workload = { enums: [], complexes: [], entities: [subscription], roots }
