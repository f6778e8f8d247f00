/**
 * From the commit of an event to its request at a receiver of this machine, one after another on a server that does nothing
 * else. Usage: lag.js [URL] [--json]. With the address of an empty schema in PostgreSQL another process than the server
 * commits, so that the server hears of it by NOTIFY. Prints one row; exits with 1 when the goal was missed.
 */
import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const count = Number(process.env.BENCH_LAG_EVENTS ?? 500)
/** The first ones load the deliverer, claim its lanes and open its connection. */
const warmUp = 50
const pauseMillis = 10
const goals = { inProcess: 100, byNotify: 250 }
const eventName = 'granular-admin-relationship-activated'

/** The receiver: says of each request when it began, by the clock that processes of a machine share. */
const receive = () => {
  const server = createServer((request, response) => {
    const at = process.hrtime.bigint().toString()
    request.resume().on('end', () => {
      response.writeHead(204).end()
      process.send({ at })
    })
  })
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
}

const messageOf = (child) => new Promise((resolve) => child.once('message', resolve))

/** A server and a store whose writes it tells of: its own, or that of this process, which sends nothing itself. */
const serverOn = async (location, databaseUrl) => {
  const { defaultConfig } = await import('../dist/app/config.js')
  if (databaseUrl === undefined) {
    const { startServer } = await import('../dist/app/compose.js')
    const server = await startServer({ ...defaultConfig, location, port: 0, silent: true })
    const { store, clock } = server.parts
    return { port: new URL(server.origin).port, store, clock, close: () => server.close() }
  }
  const child = fork(fileURLToPath(new URL('relata.js', import.meta.url)), [location, databaseUrl])
  const { port } = await messageOf(child)
  const { openParts } = await import('../dist/app/parts.js')
  const parts = await openParts({ ...defaultConfig, databaseUrl, report: console.error })
  await parts.deliveries.close()
  const close = async () => {
    await parts.close()
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.disconnect()
    await ended
  }
  return { port, store: parts.store, clock: parts.clock, close }
}

const measure = async (databaseUrl) => {
  const { wellKnown } = await import('../dist/app/seed/seed-data.js')
  const { bucketOf, randomIds } = await import('../dist/base/ids.js')
  const { outboxEvent } = await import('../dist/workloads/directory/audit.js')
  const child = fork(fileURLToPath(import.meta.url), ['--receive'], { env: process.env })
  const told = () => messageOf(child)
  const { port } = await told()
  const location = await mkdtemp(join(tmpdir(), 'relata-lag-'))
  const { port: serverPort, store, clock, close } = await serverOn(location, databaseUrl)
  try {
    const answer = await fetch(`http://127.0.0.1:${serverPort}/_relata/webhooks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url: `http://127.0.0.1:${port}/`, events: [eventName] }),
    })
    if (!answer.ok) throw new Error(await answer.text())
    const millis = []
    for (let number = 0; number < warmUp + count; number += 1) {
      const orderingKey = `relationship-${number}`
      const come = told()
      await store.write(wellKnown.contoso, (tx) =>
        tx.insert(outboxEvent, {
          id: randomIds.mint(),
          eventName,
          resourceName: 'GranularAdminRelationship',
          resourcePath: `/granularAdminRelationships/${orderingKey}`,
          subjectId: orderingKey,
          changedDateTime: clock.now().toISOString(),
          orderingKey,
          bucket: bucketOf(orderingKey),
        }),
      )
      const committed = process.hrtime.bigint()
      const { at } = await come
      if (number >= warmUp) millis.push(Math.max(0, Number(BigInt(at) - committed) / 1e6))
      await pause(pauseMillis)
    }
    millis.sort((one, other) => one - other)
    const goal = databaseUrl === undefined ? goals.inProcess : goals.byNotify
    return { count, p50: millis[Math.floor(count / 2)], p99: millis[Math.floor(count * 0.99)], goal }
  } finally {
    await close()
    child.kill()
    await rm(location, { recursive: true, force: true })
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, receive: { type: 'boolean', default: false } },
})
if (values.receive) receive()
else {
  const result = await measure(positionals[0])
  if (values.json) console.log(JSON.stringify(result))
  else console.log(`${result.count} events: p50 ${result.p50.toFixed(1)} ms, p99 ${result.p99.toFixed(1)} ms`)
  if (result.p99 > result.goal) process.exitCode = 1
}
