/** What the pages are measured with: one set of many terms, and relationships that wait for the customer. */
import { setTimeout as pause } from 'node:timers/promises'

export const manyTerms = 30_000
const groupId = '9a9e5000-0000-4000-8000-000000000001'
export const setId = '9a9e5000-0000-4000-8000-000000000002'
const idOf = (at) => `9a9e5000-0000-4000-8000-${String(at + 10).padStart(12, '0')}`
export const nameOf = (at) => `Term ${String(at).padStart(5, '0')}`

/** One set with all its terms below it, by an import. */
export const fill = async (origin) => {
  const terms = Array.from({ length: manyTerms }, (_, at) => ({
    id: idOf(at),
    labels: [{ name: nameOf(at + 1), languageTag: 'en-US', isDefault: true }],
  }))
  const set = { id: setId, localizedNames: [{ name: 'Large', languageTag: 'en-US' }], children: terms }
  const groups = [{ id: groupId, displayName: 'Bench', sets: [set] }]
  const body = JSON.stringify({ format: 'relata-taxonomy/1', groups })
  const headers = { 'content-type': 'application/octet-stream' }
  const call = async (path, content) => {
    const answer = await fetch(`${origin}/_relata/term-store/${path}`, { method: 'POST', headers, body: content })
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
    return answer
  }
  const plan = await (await call('plan?file=large.json', body)).text()
  let job = await (await call('apply', plan)).json()
  while (!['done', 'failed', 'stopped'].includes(job.state)) {
    await pause(100)
    job = await (await fetch(`${origin}/_relata/term-store/jobs/${job.id}`)).json()
  }
  if (job.state !== 'done') throw new Error(`the import: ${JSON.stringify(job)}`)
}

export const post = async (origin, path, body, token) => {
  const answer = await fetch(`${origin}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

const relationships = '/v1.0/tenantRelationships/delegatedAdminRelationships'
const userAdministrator = 'fe930be7-5e62-47db-91af-98c3a49a38b1'

/** Makes relationships that wait for the customer. */
export const maker = (origin, token, tenant) => async (displayName) => {
  const body = {
    displayName,
    duration: 'P365D',
    customer: { tenantId: tenant.id },
    accessDetails: { unifiedRoles: [{ roleDefinitionId: userAdministrator }] },
  }
  const { id } = await post(origin, relationships, body, token)
  await post(origin, `${relationships}/${id}/requests`, { action: 'lockForApproval' }, token)
  return { id, customer: tenant.defaultDomain }
}
