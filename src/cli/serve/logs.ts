/** `relata logs`: what a server that was started with --detach has printed. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { isSame, lastLogged, listStates, type ServerState } from './server-state.ts'

const lookMillis = 100
const pieceBytes = 64 * 1024

export interface LogsWish {
  readonly location: string
  readonly origin: string | undefined
  /** Undefined: all. */
  readonly lines: number | undefined
  readonly follow: boolean
}

function chosen({ location, origin }: LogsWish): ServerState & { readonly log: string } {
  const running = listStates(location).filter(({ url }) => origin === undefined || url === origin)
  if (running.length > 1)
    throw new Error(
      `several servers run on ${location}; name one with --url: ${running.map(({ url }) => url).join(', ')}`,
    )
  const state = running[0] ?? lastLogged(location)
  if (state?.log !== undefined) return { ...state, log: state.log }
  throw new Error(
    state === undefined
      ? `no server runs on ${location}, and none that was started with --detach ran on it last`
      : `the server at ${state.url} prints where it was started; relata logs shows what one prints that relata start --detach started\ntip: relata requests --follow shows the requests of any stand-in`,
  )
}

/** From this byte to the end of what is there. Returns where that is. */
function copyFrom(file: number, start: number, write: (piece: Buffer) => void): number {
  const piece = Buffer.alloc(pieceBytes)
  let at = start
  for (;;) {
    const count = readSync(file, piece, 0, pieceBytes, at)
    if (count === 0) return at
    write(Buffer.from(piece.subarray(0, count)))
    at += count
  }
}

/** Where the last lines begin. */
function startOf(file: number, lines: number): number {
  const { size } = fstatSync(file)
  const newline = 10
  let at = size
  let seen = 0
  while (at > 0) {
    const length = Math.min(pieceBytes, at)
    const piece = Buffer.alloc(length)
    readSync(file, piece, 0, length, at - length)
    for (let place = length - 1; place >= 0; place--) {
      // The line break at the very end belongs to the last line.
      if (piece[place] !== newline || at - length + place === size - 1) continue
      seen += 1
      if (seen === lines) return at - length + place + 1
    }
    at -= length
  }
  return 0
}

/** With `follow` it resolves when the server has ended. */
export async function printLogs(wish: LogsWish): Promise<void> {
  const state = chosen(wish)
  const file = openSync(state.log, 'r')
  const write = (piece: Buffer): void => {
    process.stdout.write(piece)
  }
  try {
    let at = copyFrom(file, wish.lines === undefined ? 0 : startOf(file, wish.lines), write)
    while (wish.follow) {
      const runs = isSame(state) !== false
      at = copyFrom(file, at, write)
      if (!runs) return
      await sleep(lookMillis)
    }
  } finally {
    closeSync(file)
  }
}
