/** The database, for `relata doctor`: whether this version can use it as it is. */
import { existsSync } from 'node:fs'
import type { Config } from '#app/config.ts'
import { databaseFile } from '#store/sqlite/store.ts'
import { nameOf, needSchema } from '../data/schema.ts'
import type { Diagnosis } from './diagnosis.ts'

const what = 'database'

export async function databaseDiagnosis(config: Config): Promise<Diagnosis> {
  const { inMemory, location, databaseUrl } = config
  if (inMemory) return { what, how: 'good', text: 'in memory, new at each start' }
  if (databaseUrl === undefined && !existsSync(databaseFile(location)))
    return { what, how: 'good', text: `${databaseFile(location)} is made at the start` }
  try {
    const { name, schema } = await needSchema({ location, databaseUrl })
    if (schema.applied.length === 0) return { what, how: 'good', text: `${name} is empty, and filled at the start` }
    return schema.pending.length === 0
      ? { what, how: 'good', text: `${name} is up to date: ${schema.applied.at(-1)}` }
      : {
          what,
          how: 'warn',
          text: `${name} is of an earlier version; the next start runs ${schema.pending.join(', ')}`,
          tip: 'relata backup keeps it as it is',
        }
  } catch (error) {
    const [text = '', ...more] = (error instanceof Error ? error.message : String(error)).split('\n')
    const tip = more.find((line) => line.startsWith('tip: '))?.slice('tip: '.length)
    const name = nameOf({ location, databaseUrl })
    return {
      what,
      how: 'bad',
      text: text.includes(name) ? text : `${name}: ${text}`,
      tip:
        tip ??
        (databaseUrl === undefined
          ? 'relata restore puts a backup in its place'
          : 'check --database-url, and that PostgreSQL runs'),
    }
  }
}
