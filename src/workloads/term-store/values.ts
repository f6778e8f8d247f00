/** What the term store's entities hold: its enums and complex types, as term-store.md §1 lists them. */
import { complex, complexType, enumType, flag, text, type Version } from '#edm/props.ts'
import type { TextForm } from '#edm/text-form.ts'

export const ns = 'microsoft.graph.termStore'
const v1Only: readonly Version[] = ['v1.0']

export const relationType = enumType(`${ns}.relationType`, 'How a term is shared.', [
  'pin',
  'reuse',
  { name: 'unknownFutureValue', published: v1Only },
])

export const termGroupScope = enumType(`${ns}.termGroupScope`, 'Who sees a group.', [
  'global',
  'system',
  'siteCollection',
  { name: 'unknownFutureValue', published: v1Only },
])

/** How names and labels are stored: term-store.md §4.1. */
export const nameForm: TextForm = { blanks: 'single', instead: { '&': '＆' } }

export const localizedName = complexType(`${ns}.localizedName`, 'The name of a set in one language.', {
  name: text({ doc: 'The name.', fold: true, form: nameForm }),
  languageTag: text({ doc: 'BCP 47 tag of the language.', fold: true, sample: 'en-US' }),
})

export const localizedLabel = complexType(`${ns}.localizedLabel`, 'A label of a term in one language.', {
  name: text({ doc: 'The label.', fold: true, form: nameForm }),
  isDefault: flag({ doc: 'Whether it is the default label of its language; the others are synonyms.' }),
  languageTag: text({ doc: 'BCP 47 tag of the language.', fold: true, sample: 'en-US' }),
})

export const localizedDescription = complexType(
  `${ns}.localizedDescription`,
  'The description of a term in one language.',
  {
    description: text({ doc: 'The description.' }),
    languageTag: text({ doc: 'BCP 47 tag of the language.', fold: true, sample: 'en-US' }),
  },
)

const identity = complexType('microsoft.graph.identity', 'A person or an application.', {
  displayName: text({ doc: 'Name, as the token had it.' }),
  id: text({ doc: 'Id of the user, or of the application as a client.' }),
})

/** Left out of the workload’s complex types, as Graph has no member of the type on any of ours. */
export const identitySet = complexType('microsoft.graph.identitySet', 'Who did something.', {
  application: complex(identity, { doc: 'An application.' }),
  user: complex(identity, { doc: 'A person.' }),
})

const asked = { returned: 'asked', published: false, readOnly: true } as const

export const authors = {
  createdBy: complex(identitySet, { ...asked, doc: 'Who made it; null: the service, or before this was kept.' }),
  lastModifiedBy: complex(identitySet, { ...asked, doc: 'Who changed it last.' }),
}
