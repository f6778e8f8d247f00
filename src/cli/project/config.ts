/** `relata config validate` and `relata config schema`: what a start would run with, and where each setting comes from. */
import { type Environment, type Flags, listSources, settingsByOption } from '#app/config.ts'
import { type ConfigFile, schemaOf } from '#app/settings/config-file.ts'
import { printable, printableJson } from '#base/json.ts'
import { checkedConfig } from '../command-settings.ts'

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Throws `WrongUsage` with all that is wrong. */
export async function validateConfig(
  { flags, environment, file }: { flags: Flags; environment: Environment; file: ConfigFile | undefined },
  isJson: boolean,
): Promise<void> {
  await checkedConfig(flags, environment, file)
  const sources = listSources(flags, environment, file)
  if (isJson) {
    const settings = Object.entries(sources).map(([name, { text, from }]) => ({ name, value: text, from }))
    say(printableJson({ file: file?.name ?? null, valid: true, settings }))
    return
  }
  say(file === undefined ? 'no configuration file; flags and variables are valid' : `${file.name} is valid`)
  const width = Math.max(0, ...Object.keys(sources).map((name) => name.length))
  for (const [name, { text, from }] of Object.entries(sources))
    say(printable(`  ${name.padEnd(width)}  ${text}  (${from})`))
}

export function printConfigSchema(): void {
  say(JSON.stringify(schemaOf(settingsByOption), null, 2))
}
