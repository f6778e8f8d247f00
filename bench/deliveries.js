/**
 * 100,000 events to one receiver of this machine, which is a process of its own: signed, in order by 5,000 keys, each with a
 * row of its own, on disk. Prints one row, with `--json` as an object; exits with 1 when it was slower than the goal.
 */
import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const count = Number(process.env.BENCH_DELIVERIES ?? 100_000)
const goal = 2_000
const keys = 5_000
const batch = 1_000

/** The receiver: counts, and says when it has all. */
const receive = () => {
  let received = 0
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      response.writeHead(204).end()
      received += 1
      if (received === count) process.send({ done: true })
    })
  })
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
}

const send = async () => {
  const { defaultConfig } = await import('../dist/app/config.js')
  const { openParts } = await import('../dist/app/parts.js')
  const { wellKnown } = await import('../dist/app/seed/seed-data.js')
  const { bucketOf } = await import('../dist/base/ids.js')
  const { targetsOn } = await import('../dist/notify/targets.js')
  const { makeSecret } = await import('../dist/notify/kinds/webhook/signing.js')
  const { outboxEvent } = await import('../dist/workloads/directory/audit.js')
  const { delivery, deliveryTarget } = await import('../dist/workloads/events/types.js')
  const { contoso } = wellKnown
  const child = fork(fileURLToPath(import.meta.url), ['--receive'], { env: process.env })
  const { port } = await new Promise((resolve) => child.once('message', resolve))
  const location = await mkdtemp(join(tmpdir(), 'relata-deliveries-'))
  const parts = await openParts({ ...defaultConfig, database: location, report: console.error })
  const { store, ids } = parts
  const at = parts.clock.now().toISOString()
  try {
    const settings = { mode: 'structured', signing: 'hmac', batch: false, headers: {}, origin: 'https://bench.example' }
    const secret = JSON.stringify({ current: makeSecret('hmac') })
    const draft = { id: ids.mint(), kind: 'webhook', url: `http://127.0.0.1:${port}/`, events: ['*'], settings, secret }
    const target = await store.write(contoso, async (tx) => {
      const row = await targetsOn(store).add(tx, draft, at)
      await tx.update(deliveryTarget, row.id, { state: 'paused' })
      return row
    })
    const facts = JSON.stringify({
      changeType: 'updated',
      entity: 'delegatedAdminRelationship',
      after: { status: 'active' },
    })
    for (let from = 0; from < count; from += batch)
      await store.write(contoso, async (tx) => {
        for (let number = from; number < from + batch; number += 1) {
          const orderingKey = `relationship-${number % keys}`
          await tx.insert(outboxEvent, {
            id: ids.mint(),
            eventName: 'granular-admin-relationship-activated',
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
    const began = performance.now()
    await parts.deliveries.changed(contoso)
    await done
    const seconds = (performance.now() - began) / 1_000
    const isSettled = async () =>
      (await store.read(contoso, (tx) => tx.countEach(delivery, { targetId: target.id }, 'state', ['delivered']))).get(
        'delivered',
      ) === count
    for (let turn = 0; turn < 100 && !(await isSettled()); turn += 1) await new Promise((next) => setTimeout(next, 50))
    return { count, seconds, perSecond: count / seconds, goal, isWhole: await isSettled() }
  } finally {
    await parts.close()
    child.kill()
    await rm(location, { recursive: true, force: true })
  }
}

if (process.argv.includes('--receive')) receive()
else {
  const result = await send()
  if (process.argv.includes('--json')) console.log(JSON.stringify(result))
  else
    console.log(`${result.count} events: ${Math.round(result.perSecond)}/s${result.isWhole ? '' : ', NOT ALL SETTLED'}`)
  if (!result.isWhole || result.perSecond < goal) process.exitCode = 1
}
