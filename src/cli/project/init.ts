/** `relata init`: a configuration file, and `.relata/` in .gitignore. What is there already stays as it is. */
import { existsSync } from 'node:fs'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findConfigFile } from '#app/settings/config-file.ts'

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

const schema = './node_modules/relata/generated/config-1.schema.json'

function jsonText(hasPackage: boolean): string {
  const settings = { ...(hasPackage ? { $schema: schema } : {}), port: 4365, location: '.relata', seed: 'default' }
  return `${JSON.stringify(settings, null, 2)}\n`
}

function yamlText(hasPackage: boolean): string {
  const line = hasPackage ? `# yaml-language-server: $schema=${schema}\n` : ''
  return `${line}port: 4365\nlocation: .relata\nseed: default\n`
}

/** Returns whether the file was changed. */
async function ignore(file: string): Promise<boolean> {
  const text = existsSync(file) ? await readFile(file, 'utf8') : ''
  if (/^\/?\.relata\/?\s*$/m.test(text)) return false
  await appendFile(file, `${text === '' || text.endsWith('\n') ? '' : '\n'}.relata/\n`)
  return true
}

export async function runInit(folder: string, isYaml: boolean): Promise<void> {
  const known = findConfigFile(folder)
  if (known === undefined) {
    const hasPackage = existsSync(join(folder, 'node_modules', 'relata'))
    const name = isYaml ? 'relata.config.yaml' : 'relata.config.json'
    await writeFile(join(folder, name), isYaml ? yamlText(hasPackage) : jsonText(hasPackage), { flag: 'wx' })
    say(`wrote ${name}`)
  } else say(`${known} is there already`)
  say((await ignore(join(folder, '.gitignore'))) ? 'added .relata/ to .gitignore' : '.gitignore has .relata/ already')
  say('relata start starts the server; relata exec -- CMD runs a command with one of its own')
}
