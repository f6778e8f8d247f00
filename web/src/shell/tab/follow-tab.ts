/** What the tab itself tells: its title has how many requests failed unseen, and where it was is remembered. */

import { control } from '../../data/plan.ts'
import { ask } from '../../data/send.ts'
import { isOwnRequestId } from '../../data/wire/own.ts'
import { failedUnseen, lastSeen, noteFailed, noteSeen, onFailed } from './failed.ts'
import { rememberPlace } from './places-visited.ts'

interface Logged {
  readonly value: readonly { readonly sequence?: number; readonly clientRequestId?: string }[]
  readonly held: number
  readonly dropped: number
}

const everyMs = 10_000
const mostCounted = 99
const restMs = 500

function plainTitle(): string {
  return document.title.replace(/^\(\d+\) /, '')
}

function applyTitle(): void {
  const count = failedUnseen()
  const wanted = count === 0 ? plainTitle() : `(${count}) ${plainTitle()}`
  if (document.title !== wanted) document.title = wanted
}

/** `Coriander · Relata` without the name of the pages. */
function remember(): void {
  const { pathname, search } = location
  rememberPlace({ address: `${pathname}${search}`, title: plainTitle().replace(/ · Relata$/, '') })
}

async function look(): Promise<void> {
  const from = lastSeen()
  const query = { status: '0,4xx,5xx', since: from, top: mostCounted }
  const { value, held, dropped } = await ask(control<Logged>('GET', '/requests', { query }))
  if (from !== lastSeen()) return
  // Since a reset the log counts from the beginning.
  if (held + dropped < from) noteSeen(0, 0)
  else noteFailed(value.filter(({ clientRequestId }) => !isOwnRequestId(clientRequestId)).length)
}

/** Who comes back to the tab is told at once. */
function nextLook(): Promise<void> {
  return new Promise((done) => {
    const look = (): void => {
      clearTimeout(timer)
      removeEventListener('focus', look)
      done()
    }
    const timer = setTimeout(look, everyMs)
    addEventListener('focus', look)
  })
}

async function lookForEver(): Promise<void> {
  // What was before the tab was opened is no news.
  const { held, dropped } = await ask(control<Logged>('GET', '/requests', { query: { top: 1 } }))
  if (lastSeen() === 0) noteSeen(held + dropped, 0)
  for (;;) {
    await nextLook()
    // A page that shows the log counts by itself.
    if (!location.pathname.startsWith('/requests')) await look().catch(() => undefined)
  }
}

let isFollowed = false

export function followTab(hasLog: boolean): void {
  if (isFollowed) return
  isFollowed = true
  let resting: ReturnType<typeof setTimeout> | undefined
  const titled = (): void => {
    applyTitle()
    clearTimeout(resting)
    resting = setTimeout(remember, restMs)
  }
  const title = document.querySelector('title')
  if (title !== null) new MutationObserver(titled).observe(title, { childList: true })
  onFailed(applyTitle)
  titled()
  // A server that does not answer is told of elsewhere.
  if (hasLog) lookForEver().catch(() => undefined)
}
