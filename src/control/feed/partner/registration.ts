/** A partner's registration for webhooks, as its API shows it, and the body that makes one: events.md §2.3. */
import { AppError } from '#base/errors.ts'
import { isObject } from '#base/json.ts'
import type { OwnRequest } from '#base/own-address.ts'
import { jsonIn } from '../../request.ts'
import { nameFault } from '../event-names.ts'

/** What a body says. */
export interface RegistrationWish {
  /** Byte for byte. */
  readonly webhookUrl: string
  /** Known names, each once. */
  readonly webhookEvents: readonly string[]
  readonly signatureTokenToMsSignatureHeader: boolean
  readonly properties?: Readonly<Record<string, string>>
}

export interface PartnerRegistration extends RegistrationWish {
  readonly subscriberId: string
  /** As rows hold instants. */
  readonly lastModified: string
}

const written = ['webhookUrl', 'webhookEvents', 'signatureTokenToMsSignatureHeader', 'properties'] as const
/** Clients send back what they have read. */
const passedOver = ['subscriberId', 'lastModifiedTimestamp', 'links', 'attributes'] as const
type Written = (typeof written)[number]

const urlMost = 2048
const eventsMost = 64
const propertiesMost = 20
const propertyMost = 1024

/** Seven digits of a second, as .NET writes them. */
export function sevenDigits(instant: string): string {
  return new Date(instant).toISOString().replace('Z', '0000')
}

export function shownRegistration({ lastModified, ...facts }: PartnerRegistration): Readonly<Record<string, unknown>> {
  const { webhookUrl, webhookEvents, signatureTokenToMsSignatureHeader, subscriberId, properties } = facts
  return {
    webhookUrl,
    webhookEvents,
    signatureTokenToMsSignatureHeader,
    subscriberId,
    lastModifiedTimestamp: `${sevenDigits(lastModified)}Z`,
    ...(properties === undefined ? {} : { properties }),
  }
}

function invalid(message: string, target: string): AppError {
  return new AppError('invalid', message, { target })
}

interface Members {
  readonly known: Readonly<Partial<Record<Written, unknown>>>
  /** Names of members that mean nothing here. */
  readonly ignored: readonly string[]
}

/** The members by their names in camel case, in whatever case they are written. */
function membersIn(value: Readonly<Record<string, unknown>>): Members {
  const found = new Map<string, unknown>()
  const ignored: string[] = []
  for (const [name, member] of Object.entries(value)) {
    const known = [...written, ...passedOver].find((one) => one.toLowerCase() === name.toLowerCase())
    if (known === undefined) ignored.push(name)
    else if (found.has(known)) throw invalid(`'${known}' is there twice, written in two ways.`, known)
    else found.set(known, member)
  }
  return { known: Object.fromEntries(found), ignored }
}

function urlIn(value: unknown): string {
  if (typeof value !== 'string' || value === '')
    throw invalid("'WebhookUrl' is the address that events are sent to.", 'webhookUrl')
  if (value.length > urlMost) throw invalid(`'WebhookUrl' is longer than ${urlMost} characters.`, 'webhookUrl')
  return value
}

function eventsIn(value: unknown, names: readonly string[]): string[] {
  const target = 'webhookEvents'
  if (!Array.isArray(value) || value.length === 0)
    throw invalid("'WebhookEvents' is a list of names of events.", target)
  for (const name of value) {
    const fault = nameFault(name, names)
    if (fault !== undefined) throw invalid(fault, target)
  }
  const each = [...new Set(value as string[])]
  if (each.length > eventsMost) throw invalid(`'WebhookEvents' has more than ${eventsMost} names.`, target)
  return each
}

function flagIn(value: unknown): boolean {
  if (value === undefined || value === null) return false
  if (typeof value === 'boolean') return value
  const name = 'signatureTokenToMsSignatureHeader'
  throw invalid(`'${name}' is true or false.`, name)
}

function propertiesIn(value: unknown): Readonly<Record<string, string>> | undefined {
  if (value === undefined || value === null) return undefined
  const entries = isObject(value) ? Object.entries(value) : undefined
  const isGood = entries?.every(
    ([name, text]) => name.length <= propertyMost && typeof text === 'string' && text.length <= propertyMost,
  )
  if (entries !== undefined && isGood === true && entries.length <= propertiesMost)
    return Object.fromEntries(entries) as Readonly<Record<string, string>>
  throw invalid(
    `'Properties' is an object of at most ${propertiesMost} texts, each of at most ${propertyMost} characters.`,
    'properties',
  )
}

/** `names`: of the events there are. Throws `invalid` for the first fault, with the member as target. */
export function registrationIn(
  request: OwnRequest,
  names: readonly string[],
): { readonly wish: RegistrationWish; readonly ignored: readonly string[] } {
  const wanted = 'The body is a JSON object with WebhookUrl and WebhookEvents.'
  const value = jsonIn(request, wanted)
  if (!isObject(value)) throw new AppError('invalid', `The request body is not a JSON object. ${wanted}`)
  const { known, ignored } = membersIn(value)
  const texts = propertiesIn(known.properties)
  const wish = {
    webhookUrl: urlIn(known.webhookUrl),
    webhookEvents: eventsIn(known.webhookEvents, names),
    signatureTokenToMsSignatureHeader: flagIn(known.signatureTokenToMsSignatureHeader),
    ...(texts === undefined ? {} : { properties: texts }),
  }
  return { wish, ignored }
}
