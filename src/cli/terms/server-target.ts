/** `relata terms` on a Relata server: its addresses below `/_relata/term-store`. */
import { setTimeout as wait } from 'node:timers/promises'
import { call, need } from '../remote/call.ts'
import type { Target } from '../remote/target.ts'
import { type ApplyOutcome, queryOf, type TermsOptions, type TermsTarget } from './terms-target.ts'

const root = '/_relata/term-store'
const pollMillis = 100

interface Job extends ApplyOutcome {
  readonly id: string
}

/** `tenant`: where no token says it. */
export function serverTarget(target: Target, token: string | undefined, tenant: string | undefined): TermsTarget {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  const more = tenant === undefined ? {} : { tenant }
  const lines = async (path: string): Promise<string> => (await need(target, { path, headers })).text()
  return {
    plan: async ({ name, bytes }, options) => {
      const path = `${root}/plan${queryOf(options, { ...more, file: name })}`
      return (await need(target, { method: 'POST', path, body: bytes, headers })).text()
    },
    apply: async (plan, allowRefused, onProgress) => {
      const wish: TermsOptions = new Map(allowRefused ? [['allowRefused', ['true']]] : [])
      const path = `${root}/apply${queryOf(wish, more)}`
      let job = await call<Job>(target, { method: 'POST', path, body: new TextEncoder().encode(plan), headers })
      while (job.state === 'running') {
        onProgress(job.done, job.total)
        await wait(pollMillis)
        job = await call<Job>(target, { path: `${root}/jobs/${job.id}${queryOf(new Map(), more)}`, headers })
      }
      return job
    },
    export: async (options) => {
      const answer = await need(target, { path: `${root}/export${queryOf(options, more)}`, headers })
      const fileName = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? 'taxonomy'
      const losses = Number(answer.headers.get('relata-losses') ?? 0)
      return { bytes: new Uint8Array(await answer.arrayBuffer()), fileName, losses }
    },
    validate: (options) => lines(`${root}/validate${queryOf(options, more)}`),
  }
}
