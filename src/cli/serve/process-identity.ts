/** Which process an id stands for: systems give the id of one that has ended to another, so an id alone says little. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Field 22 of `/proc/PID/stat` is when the process began; its second field is a name that may hold anything but `)` at last. */
const beganAt = 19

function linuxIdentity(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // A process that has ended stays until its parent has asked how.
  if (fields[0] === 'Z') return undefined
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[beganAt]}`
}

/** The same for one process as long as it runs, and for no other; undefined: there is none, or the system does not say. */
export function identityOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return linuxIdentity(pid)
    if (process.platform === 'win32') return undefined
    const began = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env: { LC_ALL: 'C' } })
    return began.trim() === '' ? undefined : began.trim()
  } catch {
    return undefined
  }
}
