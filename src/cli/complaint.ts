/** What a command says where it fails: what is wrong, and in a line of its own what helps. */
import { StoreError, troubleOf } from '#base/errors.ts'
import { printable } from '#base/json.ts'

/** The first line says what is wrong, the next what helps. */
function wordsFor({ reason, cause }: StoreError): string {
  const { what, cure } = troubleOf(reason)
  return `${what}${cause instanceof Error ? ` (${cause.message})` : ''}\ntip: ${cure}`
}

/** SQLite's number for a full disk. */
const full = 13

export function hintFor(error: NodeJS.ErrnoException & { readonly errcode?: number }): string {
  const { code, message } = error
  if (code === 'ENOSPC' || error.errcode === full)
    return `${message}\ntip: the disk is full; free some space, or write to another one`
  if ((code === 'EACCES' || code === 'EPERM') && error.path !== undefined)
    return `${message}\ntip: give the user that runs this command access to ${error.path}, or name another place`
  if (['ENOTDIR', 'ENOENT', 'EROFS'].includes(code ?? '') && /^(mkdir|scandir)$/.test(error.syscall ?? ''))
    return `${message}\ntip: the location has to be a folder that is there or can be made; --location names another`
  if (error instanceof StoreError && error.kind === 'unavailable') return wordsFor(error)
  if (code === 'EADDRINUSE')
    return `${message}\ntip: another program uses this port; stop it, or use --port 0 to choose a free one`
  if (code === 'EACCES' && /listen/.test(message))
    return `${message}\ntip: ports below 1024 need administrator rights; use --port`
  if (code === 'EADDRNOTAVAIL' || (code === 'ENOTFOUND' && /getaddrinfo/.test(message)))
    return `${message}\ntip: --host takes an address of this machine; 0.0.0.0 stands for all of them`
  if (message.startsWith('cannot use the certificate '))
    return `${message}\ntip: --cert and --key name PEM files that belong together and that the user of the server can read`
  return message
}

export function complain(text: string): void {
  for (const line of text.split('\n'))
    process.stderr.write(`${line.startsWith('tip: ') ? '' : 'relata: '}${printable(line)}\n`)
}
