/**
 * Loaded before a command (`node --import`): kills it at the `RELATA_KILL_AT`th thing it does to a file below one of the
 * folders in `RELATA_KILL_IN`, to a database, or says to a server, before it is done. With 0 nobody is killed, and the number
 * of them is written to descriptor 3.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import { resolve } from 'node:path'
import sqlite from 'node:sqlite'

const at = Number(process.env.RELATA_KILL_AT)
const folders = process.env.RELATA_KILL_IN.split(':')
let done = 0

const isOurs = (path) => typeof path === 'string' && folders.some((folder) => resolve(path).startsWith(folder))

const step = () => {
  done += 1
  if (done === at) process.kill(process.pid, 'SIGKILL')
}

const wrap = (owner, name) => {
  const real = owner[name]
  owner[name] = function (...given) {
    if (given.some(isOurs)) step()
    return real.apply(this, given)
  }
}

for (const name of ['open', 'rename', 'link', 'copyFile', 'rm', 'unlink', 'chmod', 'writeFile', 'mkdir']) {
  wrap(fs.promises, name)
  wrap(fs, `${name}Sync`)
}
// Between the statements of one connection, too: SQLite writes by itself.
for (const name of ['exec', 'prepare', 'close']) {
  const real = sqlite.DatabaseSync.prototype[name]
  sqlite.DatabaseSync.prototype[name] = function (...given) {
    if (name !== 'prepare' || /^\s*(insert|update|delete|create|vacuum)/i.test(given[0])) step()
    return real.apply(this, given)
  }
}
for (const name of ['run', 'all', 'get']) {
  const real = sqlite.StatementSync.prototype[name]
  sqlite.StatementSync.prototype[name] = function (...given) {
    if (/^\s*(insert|update|delete|create|begin|commit)/i.test(this.sourceSQL)) step()
    return real.apply(this, given)
  }
}
const write = net.Socket.prototype.write
net.Socket.prototype.write = function (...given) {
  step()
  return write.apply(this, given)
}
syncBuiltinESMExports()
if (at === 0) process.on('exit', () => fs.writeSync(3, String(done)))
