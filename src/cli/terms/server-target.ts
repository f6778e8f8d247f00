/** `relata terms` on a Relata server: its addresses below `/_relata/term-store`. */
import { setTimeout as wait } from 'node:timers/promises'
import { WrongUsage } from '../command-settings.ts'
import { type CallWish, call, need, ServerRefusal } from '../remote/call.ts'
import type { Target } from '../remote/target.ts'
import { type ApplyOutcome, queryOf, type TermsOptions, type TermsTarget } from './terms-target.ts'

const root = '/_relata/term-store'
const pollMillis = 100

interface Job extends ApplyOutcome {
  readonly id: string
}

/** What a person does about it: what is wrong with options is wrong usage, and a token is in a variable. */
function explained(error: unknown, token: string | undefined, isFile: boolean): unknown {
  if (!(error instanceof ServerRefusal)) return error
  const { status, message } = error
  if (status === 400 && !isFile) return new WrongUsage(message)
  if (status === 413) return new Error(`${message}\ntip: split the file, such as by sets`)
  if (status !== 401) return error
  const how = token === undefined ? 'which is not set' : 'as it is now'
  return new Error(`${message}\ntip: the access token is taken from the variable RELATA_TOKEN, ${how}`)
}

/** `tenant`: where no token says it. */
export function serverTarget(target: Target, token: string | undefined, tenant: string | undefined): TermsTarget {
  const ask = (wish: CallWish): Promise<Response> =>
    need(target, wish).catch((error: unknown) => {
      throw explained(error, token, wish.path.startsWith(`${root}/apply`))
    })
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  const more = tenant === undefined ? {} : { tenant }
  const lines = async (path: string): Promise<string> => (await ask({ path, headers })).text()
  return {
    plan: async ({ name, bytes }, options) => {
      const path = `${root}/plan${queryOf(options, { ...more, file: name })}`
      return (await ask({ method: 'POST', path, body: bytes, headers })).text()
    },
    apply: async (plan, allowRefused, onProgress) => {
      const wish: TermsOptions = new Map(allowRefused ? [['allowRefused', ['true']]] : [])
      const path = `${root}/apply${queryOf(wish, more)}`
      let job = (await (
        await ask({ method: 'POST', path, body: new TextEncoder().encode(plan), headers })
      ).json()) as Job
      while (job.state === 'running') {
        onProgress(job.done, job.total)
        await wait(pollMillis)
        job = await call<Job>(target, { path: `${root}/jobs/${job.id}${queryOf(new Map(), more)}`, headers })
      }
      return job
    },
    export: async (options) => {
      const answer = await ask({ path: `${root}/export${queryOf(options, more)}`, headers })
      const fileName = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? 'taxonomy'
      const losses = Number(answer.headers.get('relata-losses') ?? 0)
      return { bytes: new Uint8Array(await answer.arrayBuffer()), fileName, losses }
    },
    validate: (options) => lines(`${root}/validate${queryOf(options, more)}`),
  }
}
