/** Secrets of a request that its answer repeats: what is wrong with a value, a refusal says with the value. */
import { isObject } from '#base/json.ts'
import { isSecretField, isSecretName, removed } from './secret-names.ts'

/** Shorter ones are words of any text. */
const shortest = 6

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number') return [`${value}`]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : []
}

function secretsOfJson(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(secretsOfJson)
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, one]) => (isSecretName(name) ? stringsIn(one) : secretsOfJson(one)))
}

function secretsOfForm(text: string): readonly string[] {
  return [...new URLSearchParams(text)].filter(([name]) => isSecretField(name.trim())).map(([, value]) => value)
}

function secretsIn(text: string): readonly string[] {
  try {
    return secretsOfJson(JSON.parse(text))
  } catch {
    return secretsOfForm(text)
  }
}

/** `sent`: the texts of the request, as they came. */
export function withoutSecretsOf(answer: string, sent: readonly string[]): string {
  const secrets = new Set(sent.flatMap(secretsIn).filter(({ length }) => length >= shortest))
  let shown = answer
  for (const secret of secrets) shown = shown.replaceAll(JSON.stringify(secret).slice(1, -1), removed('value'))
  return shown
}
