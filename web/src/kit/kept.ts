/**
 * What this browser keeps, for one tab or for all. Storage may be refused or full, and may hold what another version has
 * written: then it is as if nothing were kept.
 */
type Where = 'tab' | 'browser'

function storageOf(where: Where): Storage {
  return where === 'tab' ? sessionStorage : localStorage
}

export function keptText(where: Where, name: string): string | undefined {
  try {
    return storageOf(where).getItem(name) ?? undefined
  } catch {
    return undefined
  }
}

/** `undefined` forgets it. */
export function keepText(where: Where, name: string, text: string | undefined): void {
  try {
    if (text === undefined) storageOf(where).removeItem(name)
    else storageOf(where).setItem(name, text)
  } catch {
    // It is forgotten with the page.
  }
}

/** Of any shape. */
export function kept(where: Where, name: string): unknown {
  try {
    return JSON.parse(keptText(where, name) ?? 'null')
  } catch {
    return null
  }
}

export function keep(where: Where, name: string, value: unknown): void {
  keepText(where, name, value === undefined ? undefined : JSON.stringify(value))
}

/** Whether these members are texts. `a.b` is the member b of a. */
export function hasTexts(value: unknown, ...paths: readonly string[]): boolean {
  const at = (path: string): unknown =>
    path.split('.').reduce((of: unknown, name) => (Object(of) as Record<string, unknown>)[name], value)
  return value !== null && paths.every((path) => typeof at(path) === 'string')
}

/** Those of a list whose members `texts` are texts. */
export function keptList<T>(where: Where, name: string, ...texts: readonly string[]): readonly T[] {
  const value = kept(where, name)
  return Array.isArray(value) ? value.filter((one): one is T => hasTexts(one, ...texts)) : []
}
