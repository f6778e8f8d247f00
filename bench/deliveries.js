/**
 * Events to one receiver of this machine, which is a process of its own: registered by a request as its users do it, signed,
 * in order by 5,000 keys, each with a row of its own, on disk. Usage: deliveries.js [--form FORM] [--json]. Prints one row;
 * exits with 1 when it was slower than the goal, when not all was settled, or when a signature was not good.
 */
import { fork } from 'node:child_process'
import { createHmac, verify, X509Certificate } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const keys = 5_000
const batch = 1_000
/** How many requests the receiver keeps, from all over the run, to be verified after it. */
const kept = 100
const eventName = 'granular-admin-relationship-activated'

const forms = {
  webhook: { what: 'a webhook, signed with HMAC', count: Number(process.env.BENCH_DELIVERIES ?? 100_000), goal: 2_000 },
  'partner-center': {
    what: "a webhook of Partner Center's, signed with RSA",
    count: Number(process.env.BENCH_PARTNER_DELIVERIES ?? 20_000),
    goal: 1_200,
  },
}

/** The receiver: counts events, each once, and hands over what it has kept when it has all. */
const receive = (count) => {
  const seen = new Set()
  const requests = []
  const every = Math.max(1, Math.floor(count / kept))
  const server = createServer((request, response) => {
    const { headers } = request
    const id = headers['relata-event-id'] ?? headers['webhook-id']
    const keeps = seen.size % every === 0
    const parts = []
    request.on('data', (part) => parts.push(part))
    request.on('end', () => {
      response.writeHead(204).end()
      if (keeps) requests.push({ headers, body: Buffer.concat(parts).toString() })
      seen.add(id)
      if (seen.size === count) process.send({ requests })
    })
  })
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
}

const asked = async (address, body, headers = {}) => {
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${address} answers ${answer.status}: ${await answer.text()}`)
  return answer.json()
}

const register = {
  webhook: (origin, url) => asked(`${origin}/_relata/webhooks`, { url, events: [eventName] }),
  'partner-center': async (origin, url) => {
    const { tokenFrom } = await import('./side.js')
    const token = await tokenFrom(new URL(origin).port, 'https://api.partnercenter.microsoft.com/.default')
    const wish = { WebhookUrl: url, WebhookEvents: [eventName] }
    return asked(`${origin}/webhooks/v1/registration`, wish, { authorization: `Bearer ${token}` })
  },
}

/** How many of the requests that were kept have a good signature. */
const verified = {
  webhook: (requests, { secret }) => {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
    return requests.filter(({ headers, body }) => {
      const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
      return headers['webhook-signature'] === `v1,${createHmac('sha256', key).update(content).digest('base64')}`
    }).length
  },
  'partner-center': async (requests) => {
    const certificates = new Map()
    let good = 0
    for (const { headers, body } of requests) {
      const address = headers['x-ms-certificate-url']
      if (!certificates.has(address))
        certificates.set(address, new X509Certificate(await (await fetch(address)).text()).publicKey)
      const [word, signature] = headers.authorization.split(' ')
      const isGood = verify(
        'sha256',
        Buffer.from(body),
        certificates.get(address),
        Buffer.from(signature ?? '', 'base64'),
      )
      if (word === 'Signature' && isGood) good += 1
    }
    return good
  },
}

const send = async (form) => {
  const { what, count, goal } = forms[form]
  const { startServer } = await import('../dist/app/compose.js')
  const { defaultConfig } = await import('../dist/app/config.js')
  const { wellKnown } = await import('../dist/app/seed/seed-data.js')
  const { bucketOf, randomIds } = await import('../dist/base/ids.js')
  const { outboxEvent } = await import('../dist/workloads/directory/audit.js')
  const { delivery, deliveryTarget } = await import('../dist/workloads/events/types.js')
  const { contoso } = wellKnown
  const child = fork(fileURLToPath(import.meta.url), ['--form', form, '--receive'], { env: process.env })
  const { port } = await new Promise((resolve) => child.once('message', resolve))
  const location = await mkdtemp(join(tmpdir(), 'relata-deliveries-'))
  const server = await startServer({ ...defaultConfig, location, port: 0, silent: true })
  const { store, deliveries, clock } = server.parts
  try {
    const at = clock.now().toISOString()
    const origin = `http://127.0.0.1:${new URL(server.origin).port}`
    const registered = await register[form](origin, `http://127.0.0.1:${port}/`)
    const [target] = await store.read(contoso, (tx) => tx.find(deliveryTarget, {}))
    await store.write(contoso, (tx) => tx.update(deliveryTarget, target.id, { state: 'paused' }))
    await deliveries.changed(contoso)
    const facts = JSON.stringify({
      changeType: 'updated',
      entity: 'delegatedAdminRelationship',
      after: { status: 'active' },
    })
    for (let from = 0; from < count; from += batch)
      await store.write(contoso, async (tx) => {
        for (let number = from; number < Math.min(count, from + batch); number += 1) {
          const orderingKey = `relationship-${number % keys}`
          await tx.insert(outboxEvent, {
            id: randomIds.mint(),
            eventName,
            resourceName: 'GranularAdminRelationship',
            resourcePath: `/granularAdminRelationships/${orderingKey}`,
            subjectId: orderingKey,
            changedDateTime: at,
            orderingKey,
            bucket: bucketOf(orderingKey),
            facts,
          })
        }
      })
    await store.write(contoso, (tx) => tx.update(deliveryTarget, target.id, { state: 'active' }))
    const done = new Promise((resolve) => child.once('message', resolve))
    const before = process.cpuUsage()
    const began = performance.now()
    await deliveries.changed(contoso)
    const { requests } = await done
    const seconds = (performance.now() - began) / 1_000
    const { user, system } = process.cpuUsage(before)
    // Of the server alone; on a machine that does other things as well it says more than the rate.
    const cpu = (user + system) / count
    const isSettled = async () =>
      (await store.read(contoso, (tx) => tx.countEach(delivery, { targetId: target.id }, 'state', ['delivered']))).get(
        'delivered',
      ) === count
    for (let turn = 0; turn < 100 && !(await isSettled()); turn += 1) await new Promise((next) => setTimeout(next, 50))
    const good = await verified[form](requests, registered)
    const isWhole = (await isSettled()) && good === requests.length && good > 0
    const perSecond = count / seconds
    return { what, count, seconds, perSecond, cpu, goal, isWhole, verified: good, kept: requests.length }
  } finally {
    await server.close()
    child.kill()
    await rm(location, { recursive: true, force: true })
  }
}

const { values } = parseArgs({
  options: {
    form: { type: 'string', default: 'webhook' },
    json: { type: 'boolean', default: false },
    receive: { type: 'boolean', default: false },
  },
})
if (forms[values.form] === undefined) throw new Error(`--form is one of ${Object.keys(forms).join(', ')}`)
if (values.receive) receive(forms[values.form].count)
else {
  const result = await send(values.form)
  const { what, count, perSecond, cpu, goal, isWhole, verified: good, kept: all } = result
  if (values.json) console.log(JSON.stringify(result))
  else
    console.log(
      `${count} events to ${what}: ${Math.round(perSecond)}/s, ${Math.round(cpu)} µs of processor each, ${good} of ${all} signatures good${isWhole ? '' : ', NOT ALL SETTLED'}`,
    )
  if (!isWhole || perSecond < goal) process.exitCode = 1
}
