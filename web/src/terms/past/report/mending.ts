/** Where a finding is mended: the tab of the detail that has the field, and the field. Pure. */
import type { View } from '../../../kit/view.ts'

type Field = 'label' | 'description' | 'tagging' | 'deprecation' | 'contact' | 'property'

const places: readonly { readonly rules: RegExp; readonly tab: string; readonly field?: Field }[] = [
  { rules: /^missing-description$/, tab: 'general', field: 'description' },
  { rules: /label|translation|synonym|language|set-name|sibling/, tab: 'general', field: 'label' },
  { rules: /^deprecated/, tab: 'usage', field: 'deprecation' },
  { rules: /^unused$/, tab: 'usage', field: 'tagging' },
  { rules: /orphan/, tab: 'usage' },
  { rules: /^contact/, tab: 'usage', field: 'contact' },
  { rules: /^(?:notation|uri|mapping|exact|property|reference|related)/, tab: 'advanced', field: 'property' },
]

/** What the address of the detail says: `?tab=general&mend=label.de-DE`. */
export function mendingOf(rule: string, languageTag: string | null | undefined): View {
  const { tab = 'general', field } = places.find(({ rules }) => rules.test(rule)) ?? {}
  const mend = field === 'label' && languageTag ? `label.${languageTag}` : field
  return { tab, ...(mend === undefined ? {} : { mend }) }
}

/** Sections of the tab "Usage" have no names that are the same in all languages: they are known by their order. */
const selectors: Readonly<Record<Field, string>> = {
  label: 'input[lang]',
  description: 'textarea',
  tagging: 'section:nth-of-type(1) input',
  deprecation: 'section:nth-of-type(2) input',
  contact: 'input[type="email"]',
  property: 'input',
}

/** Finds the field in the panel of the detail; undefined: there is none of that name. */
export function selectorOf(mend: string): string | undefined {
  const [field = '', tag] = mend.split('.', 2)
  if (!Object.hasOwn(selectors, field)) return undefined
  const isTag = tag !== undefined && /^[\w-]+$/.test(tag)
  return `#detail-panel ${isTag ? `input[lang="${tag}"]` : selectors[field as Field]}`
}
