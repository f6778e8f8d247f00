/**
 * A process that reads files of terms, plans and writes them for the server that started it, one piece of work at a time. It
 * is killed where that takes too long, and ends by itself where it takes too much memory; it ends when the server does.
 */
import { endWithParent } from '#store/side-process.ts'
import { failureReply, type WorkCall, type WorkReply } from './messages.ts'
import { localWork, type Work } from './work.ts'

function reply(said: WorkReply): void {
  process.send?.(said, undefined, undefined, (error) => {
    if (error !== null) process.exit(1)
  })
}

function serve(): void {
  let work: Work = localWork()
  process.on('message', (message: WorkCall) => {
    if ('fresh' in message) {
      work = localWork()
      return
    }
    const { call, given } = message
    const answer = (work[call] as (one: typeof given) => Promise<unknown>)(given)
    answer.then(
      (value) => reply({ value }),
      (error: unknown) => reply(failureReply(error)),
    )
  })
  reply({ ready: true })
  endWithParent()
}

serve()
