/** `_api/contextinfo`: what clients ask for before they write (exchange.md §13.6). */
import { createHash } from 'node:crypto'
import type { Actor } from '#edm/ports.ts'
import type { RestTarget } from '../address/target.ts'
import type { RestAnswer, RestRequest } from '../request.ts'
import { type AnswerForm, jsonAnswer } from './form.ts'

const timeoutSeconds = 1800
/** The version of SharePoint's client library that the form of the answer is taken from. */
const libraryVersion = '16.0.26121.12012'

/** In SharePoint's form. It is checked nowhere: the bearer token says who asks. */
function digestOf(actor: Actor, now: Date): string {
  const facts = JSON.stringify([actor.tenantId, actor.appId, actor.userId, now.getTime()])
  const hex = createHash('sha512').update(facts).digest('hex').toUpperCase()
  const [, day, month, year, time] = now.toUTCString().split(' ')
  return `0x${hex},${day} ${month} ${year} ${time} -0000`
}

export function contextInfo(
  { origin }: Pick<RestRequest, 'origin'>,
  { site }: RestTarget,
  actor: Actor,
  now: Date,
  form: AnswerForm,
): RestAnswer {
  const collection = site
    .split('/')
    .filter((segment) => segment !== '')
    .slice(0, 2)
    .join('/')
  const at = (path: string): string => (path === '' ? origin : `${origin}/${path}`)
  const info = {
    FormDigestTimeoutSeconds: timeoutSeconds,
    FormDigestValue: digestOf(actor, now),
    LibraryVersion: libraryVersion,
    SiteFullUrl: at(collection),
    WebFullUrl: at(site.replaceAll(/\/+/g, '/')),
  }
  if (!form.isVerbose) return jsonAnswer(form, 200, { ...info, SupportedSchemaVersions: [] })
  const answer = jsonAnswer(form, 200, {
    d: { GetContextWebInformation: { ...info, SupportedSchemaVersions: { results: [] } } },
  })
  return { ...answer, headers: { ...answer.headers, 'Content-Type': 'application/json;odata=verbose;charset=utf-8' } }
}
