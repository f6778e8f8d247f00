/** A partner with 9,000 customers: its lists, and a template applied to all of them by the command, as people do it. */
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { count } from '../figures.js'
import { cpuTimes, programFile, startProgram } from '../program.js'

const root = '/v1.0/tenantRelationships/delegatedAdminRelationships'
const most = { millis: 50, seconds: 60 }
const samples = 200
const quantile = (values, share) => [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN

const filterOf = (text) => `$filter=${encodeURIComponent(text)}`
const day = 86_400_000

/** What the pages count, and more: relationships by the time that is left. */
const overview = (now) => {
  const at = (days) => new Date(now + days * day).toISOString()
  const filters = [1, 7, 30].map((days, place, all) => {
    const from = place === 0 ? 0 : all[place - 1]
    return `status eq 'active' and endDateTime gt ${at(from)} and endDateTime le ${at(days)}`
  })
  const all = [...filters, `status eq 'active' and endDateTime gt ${at(30)}`, "status eq 'approvalPending'"]
  return all.map((filter, place) => ({
    id: String(place),
    method: 'GET',
    url: `${root.slice(5)}/$count?${filterOf(filter)}`,
  }))
}

const requestsOf = (ids, now) => ({
  list: () => [`${root}?$top=50&$count=true&$orderby=displayName`],
  'filter by customer': (turn) => [
    `${root}?${filterOf(`status eq 'active' and customer/tenantId eq '${ids[(turn * 37) % ids.length]}'`)}`,
  ],
  'those that end next, a page': () => [
    `${root}?$top=50&$orderby=endDateTime&${filterOf(`status eq 'active' and endDateTime le ${new Date(now + 60 * day).toISOString()}`)}`,
  ],
  'overview of what ends when': () => ['/v1.0/$batch', JSON.stringify({ requests: overview(now) })],
})

const measured = async (origin, token, make) => {
  const millis = []
  for (let turn = 0; turn < samples; turn += 1) {
    const [path, body] = make(turn)
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    const began = performance.now()
    const answer = await fetch(`${origin}${path}`, { method: body === undefined ? 'GET' : 'POST', headers, body })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`)
    millis.push(performance.now() - began)
  }
  return millis
}

const post = async (origin, path, body) => {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${origin}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

const customersOf = async (origin, token) => {
  const ids = []
  for (let next = `${origin}/v1.0/tenantRelationships/delegatedAdminCustomers?$select=id&$top=300`; next; ) {
    const page = await (await fetch(next, { headers: { authorization: `Bearer ${token}` } })).json()
    ids.push(...page.value.map(({ id }) => id))
    next = page['@odata.nextLink']
  }
  return ids
}

const applied = async (origin, dir) => {
  const began = performance.now()
  const args = [programFile, 'gdap', 'apply', '--dir', dir, '--yes', '--json', '--to', origin]
  const child = spawn(process.execPath, args)
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  let err = ''
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  const last = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '{}')
  if (code !== 0) throw new Error(`apply ended with ${code}: ${JSON.stringify(last).slice(0, 500)} ${err}`)
  return { seconds: (performance.now() - began) / 1000, steps: last.total }
}

const writeDirectory = async (dir, ids) => {
  await mkdir(join(dir, 'templates'), { recursive: true })
  await writeFile(join(dir, 'settings.yaml'), 'format: relata-gdap/1\nprefix: bench\n')
  await writeFile(join(dir, 'templates/desk.yaml'), 'name: desk\nroles: [Security Reader, Helpdesk Administrator]\n')
  const lines = ids.map((id) => `${id},,desk,,,present`)
  await writeFile(
    join(dir, 'customers.csv'),
    ['CustomerTenantId,CustomerName,Template,DurationDays,AutoExtendDays,State', ...lines, ''].join('\n'),
  )
}

export const partnersPart = async (report) => {
  const location = await mkdtemp(join(tmpdir(), 'relata-bench-'))
  const dir = await mkdtemp(join(tmpdir(), 'relata-bench-dir-'))
  const server = await startProgram(location, ['--seed', 'msp-9k'])
  const origin = `http://localhost:${server.port}`
  try {
    const given = { tenant: 'contoso.example', app: '4e1a7a00-0000-4000-8000-00000000a99d' }
    const { accessToken } = await post(origin, '/_relata/tokens', given)
    const ids = await customersOf(origin, accessToken)
    const cpu = async () => (await cpuTimes(server.pid)).reduce((sum, micros) => sum + micros, 0)
    for (const [name, make] of Object.entries(requestsOf(ids, Date.now()))) {
      // The first ones compile.
      await measured(origin, accessToken, make)
      const before = await cpu()
      const millis = await measured(origin, accessToken, make)
      const micros = ((await cpu()) - before) / samples
      const p99 = quantile(millis, 0.99)
      report({
        what: `${name}, of ${count(ids.length)} customers`,
        ours: `${quantile(millis, 0.5).toFixed(1)} ms`,
        p99: p99.toFixed(1),
        cpu: count(micros),
        goal: `p99 ≤ ${most.millis} ms`,
        isMet: p99 <= most.millis,
      })
    }
    await writeDirectory(dir, ids)
    const before = await cpu()
    const { seconds, steps } = await applied(origin, dir)
    const spent = ((await cpu()) - before) / 1_000_000
    report({
      what: `relata gdap apply: a template to ${count(ids.length)} customers`,
      ours: `${seconds.toFixed(1)} s`,
      beside: `${count(steps / seconds)} writes a second, with reading and planning; the server took ${spent.toFixed(1)} s of a core`,
      goal: `≤ ${most.seconds} s`,
      isMet: seconds <= most.seconds,
    })
  } finally {
    await server.stop()
    await rm(location, { recursive: true, force: true })
    await rm(dir, { recursive: true, force: true })
  }
}
