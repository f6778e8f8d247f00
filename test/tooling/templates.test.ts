/** The files in `.github/`: that they are what the code host reads, and agree with the project. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { root } from '../crash/built-server.ts'
import { pageAt } from '../docs/paste.ts'

interface Step {
  readonly run?: string
  readonly uses?: string
}
interface Job {
  readonly strategy: { readonly matrix: { readonly node?: readonly number[]; readonly system?: readonly string[] } }
  readonly steps: readonly Step[]
}
interface Field {
  readonly type: string
  readonly id?: string
  readonly attributes: { readonly label?: string }
}

const workflow: { jobs: Record<string, Job> } = parse(pageAt('.github/workflows/ci.yml'))
const commandsOf = (job: Job | undefined): string[] => job?.steps.flatMap(({ run }) => run ?? []) ?? []

it('runs the two commands on Linux, with the oldest Node that is supported and newer ones', () => {
  const job = workflow.jobs['test']
  expect(commandsOf(job)).toEqual(['node .ci/first-request.js', 'npm test'])
  const oldest = /\d+/.exec(JSON.parse(pageAt('package.json')).engines.node)?.[0]
  expect(job?.strategy.matrix.node).toEqual([Number(oldest), 24, 26])
})

it('runs the unit tests and a first request on other systems', () => {
  const job = workflow.jobs['other-systems']
  expect(job?.strategy.matrix.system).toEqual(['macos-latest', 'windows-latest'])
  expect(commandsOf(job)).toEqual(['node .ci/first-request.js', 'npm run test:unit'])
})

it('has scripts for the commands it runs', () => {
  const { scripts } = JSON.parse(pageAt('package.json'))
  const commands = Object.values(workflow.jobs).flatMap(commandsOf)
  const named = commands.flatMap((command) => /^npm (?:run )?(\S+)$/.exec(command)?.[1] ?? [])
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([])
})

it.each(readdirSync(join(root, '.github/ISSUE_TEMPLATE')).filter((name) => name !== 'config.yml'))(
  'asks in %s for what is needed, each once',
  (name) => {
    const form = parse(pageAt(`.github/ISSUE_TEMPLATE/${name}`))
    const fields: Field[] = form.body
    expect(form).toMatchObject({ name: expect.any(String), description: expect.any(String) })
    const ids = fields.flatMap(({ type, id }) => (type === 'markdown' ? [] : [id]))
    expect(ids).not.toContain(undefined)
    expect(new Set(ids).size).toBe(ids.length)
  },
)
