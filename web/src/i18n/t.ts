/**
 * Texts of the pages by key, in English and German. Each slice has files of its own, which are loaded with it:
 * `i18n/en/terms.json`. Values may hold `{name}` and one kind of plural, `{n, plural, one {# term} other {# terms}}`.
 */
import { useSyncExternalStore } from 'react'
import { keepText, keptText } from '../kit/kept.ts'
import type adminEn from './en/admin.json'
import type detailEn from './en/detail.json'
import type eventsEn from './en/events.json'
import type explorerEn from './en/explorer.json'
import type frameEn from './en/frame.json'
import type gdapEn from './en/gdap.json'
import type requestsEn from './en/requests.json'
import shellEn from './en/shell.json'
import type sidesEn from './en/sides.json'
import type standInEn from './en/standin.json'
import type templatesEn from './en/templates.json'
import type termpagesEn from './en/termpages.json'
import type treeEn from './en/tree.json'

export type TextKey =
  | keyof typeof shellEn
  | keyof typeof treeEn
  | keyof typeof frameEn
  | keyof typeof detailEn
  | keyof typeof termpagesEn
  | keyof typeof sidesEn
  | keyof typeof gdapEn
  | keyof typeof requestsEn
  | keyof typeof standInEn
  | keyof typeof explorerEn
  | keyof typeof eventsEn
  | keyof typeof adminEn
  | keyof typeof templatesEn

/** Files of texts. */
export type Slice =
  | 'shell'
  | 'frame'
  | 'tree'
  | 'detail'
  | 'termpages'
  | 'gdap'
  | 'sides'
  | 'requests'
  | 'standin'
  | 'explorer'
  | 'events'
  | 'admin'
  | 'templates'
export const languages = ['en', 'de'] as const
export type Language = (typeof languages)[number]
export type TextValues = Readonly<Record<string, string | number>>

const files = import.meta.glob<Record<string, string>>('./{en,de}/*.json', { import: 'default' })
const storageKey = 'relata.language'

/** English stands in for what another language lacks. */
const texts: Record<Language, Record<string, string>> = { en: { ...shellEn }, de: {} }
const loaded = new Set<Slice>(['shell'])
let language: Language = 'en'
let version = 0
const listeners = new Set<() => void>()

function isLanguage(text: string): text is Language {
  return (languages as readonly string[]).includes(text)
}

function preferred(): Language {
  const asked = new URLSearchParams(location.search).get('ui') ?? keptText('browser', storageKey)
  const all = [...(asked === undefined ? [] : [asked]), ...navigator.languages].map((tag) =>
    tag.slice(0, 2).toLowerCase(),
  )
  return all.find(isLanguage) ?? 'en'
}

async function load(slice: Slice, of: Language): Promise<void> {
  const file = files[`./${of}/${slice}.json`]
  if (file !== undefined) Object.assign(texts[of], await file())
}

/** Before a slice is shown. */
export async function loadTexts(slice: Slice): Promise<void> {
  loaded.add(slice)
  await Promise.all([load(slice, 'en'), language === 'en' ? undefined : load(slice, language)])
}

export async function setLanguage(next: Language, isKept = true): Promise<void> {
  await Promise.all([...loaded].map((slice) => load(slice, next)))
  language = next
  if (isKept) keepText('browser', storageKey, next)
  document.documentElement.lang = next
  version += 1
  for (const listener of listeners) listener()
}

export async function beginTexts(): Promise<void> {
  await setLanguage(preferred(), false)
  // Chosen in another tab.
  addEventListener('storage', ({ key, newValue }) => {
    if (key === storageKey && newValue !== null && isLanguage(newValue)) void setLanguage(newValue, false)
  })
}

export function currentLanguage(): Language {
  return language
}

/** Renders again when the language changes. Pages call it once at the top. */
export function useLanguage(): Language {
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => version,
  )
  return language
}

/** Keeps what is made for a language: to make a format takes longer than to use it a hundred times. */
export function forLanguage<Format>(make: (language: Language) => Format): () => Format {
  const made = new Map<Language, Format>()
  return () => {
    const known = made.get(language) ?? make(language)
    made.set(language, known)
    return known
  }
}

const pluralRules = forLanguage((of) => new Intl.PluralRules(of))
export const numberFormat = forLanguage((of) => new Intl.NumberFormat(of))

const plural = /\{(\w+), plural,((?: \w+ \{[^{}]*\})+)\}/g

function filled(text: string, values: TextValues): string {
  const chosen = text.replace(plural, (_, name: string, forms: string) => {
    const n = Number(values[name])
    const found = Object.fromEntries(
      [...forms.matchAll(/ (\w+) \{([^{}]*)\}/g)].map(([, form, words]) => [form, words]),
    )
    return (found[pluralRules().select(n)] ?? found['other'] ?? '').replaceAll('#', numberFormat().format(n))
  })
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name]
    if (value === undefined) return whole
    return typeof value === 'number' ? numberFormat().format(value) : value
  })
}

export function t(key: TextKey, values: TextValues = {}): string {
  return filled(texts[language][key] ?? texts.en[key] ?? key, values)
}

/** For texts whose key is made of a value, such as a status: undefined where there is none. */
export function maybeText(key: string, values: TextValues = {}): string | undefined {
  const text = texts[language][key] ?? texts.en[key]
  return text === undefined ? undefined : filled(text, values)
}
