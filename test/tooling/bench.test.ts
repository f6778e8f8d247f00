/** The bench is plain JavaScript over the built source, which no type check reads: what it imports must be there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from './run-tool.ts'

const files = ['bench', 'bench/parts', 'bench/peers', 'scripts'].flatMap((folder) =>
  readdirSync(join(root, folder)).flatMap((name) => (name.endsWith('.js') ? [`${folder}/${name}`] : [])),
)

/** Import of a built module, with the names that are taken from it. */
const built = /import \{([^}]+)\} from '(?:\.\.\/)+dist\/([^']+)\.js'/g

it.each(files)('%s imports what the source exports', (file) => {
  const missing = [...readFileSync(join(root, file), 'utf8').matchAll(built)].flatMap(([, names = '', module]) => {
    const source = join(root, 'src', `${module}.ts`)
    if (!existsSync(source)) return [`src/${module}.ts`]
    const text = readFileSync(source, 'utf8')
    const wanted = names.split(',').map((name) => name.trim().split(' as ')[0] ?? '')
    const isExported = (name: string) => new RegExp(`^export [^\\n]*\\b${name}\\b`, 'm').test(text)
    return wanted.filter((name) => name !== '' && !isExported(name)).map((name) => `${name} of src/${module}.ts`)
  })
  expect(missing).toEqual([])
})
