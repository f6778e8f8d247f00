/**
 * `check-house.js [DIR]`: whether the source keeps the plan of the house (house/plan.js). Prints one line per fault,
 * `rule: file: what`, and exits with 1 where there is any. With a DIR, for tests, any number of files will do.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { rulesOf } from './house/rules.js'
import { readHouse } from './house/source.js'

const [dir] = process.argv.slice(2)
const root = dir ?? '.'
if (!existsSync(join(root, 'src'))) {
  console.error(`check-house: no folder ${join(root, 'src')}`)
  process.exit(1)
}

const files = readHouse(root)
const rules = rulesOf(root, files, dir === undefined ? {} : { least: 0 })
const named = Object.entries(rules)
const faults = named.flatMap(([rule, found]) => found.map((fault) => `${rule}: ${fault}`))
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exit(1)
console.log(`house: ${files.length} files keep ${named.length} rules`)
