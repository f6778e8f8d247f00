/** A field that finds a term of one set while its label is typed. */
import { Combobox, Option } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { key } from '../../data/keys.ts'
import { graph } from '../../data/plan.ts'
import { useRead } from '../../data/query.ts'
import { ask } from '../../data/send.ts'
import type { FoundTerm, GraphType, Term } from '../../data/types.ts'
import { nameIn } from '../groups.ts'

const restMs = 60
const most = 20

export function labelOf(term: Pick<Term, 'labels'> | undefined): string {
  return nameIn(term?.labels?.filter(({ isDefault }) => isDefault !== false))
}

/** The label of a term that is known by its id. */
export function useTermLabel(set: string | undefined, term: string | undefined): string {
  const { data } = useRead(
    'term',
    ['label', set, term],
    graph<Term>('GET', `/termStore/sets/${set}/terms/${term}`, { query: { $select: 'id,labels' } }),
    { enabled: set !== undefined && term !== undefined },
  )
  return labelOf(data)
}

interface TermFieldProps {
  readonly label: string
  readonly placeholder: string
  readonly set: string | undefined
  readonly term: string | undefined
  readonly size?: 'small' | 'medium'
  readonly onChoose: (term: string | undefined) => void
}

export function TermField({ label, placeholder, set, term, size = 'medium', onChoose }: TermFieldProps) {
  const known = useTermLabel(set, term)
  const [text, setText] = useState('')
  const [asked, setAsked] = useState('')
  useEffect(() => setText(known), [known])
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text.trim()), restMs)
    return () => clearTimeout(timer)
  }, [text])
  const { data } = useQuery({
    queryKey: key('search', 'field', set, asked),
    queryFn: ({ signal }) =>
      ask(
        graph<GraphType<'relata.searchResult'>>('POST', '/termStore/relata.search', {
          body: { text: asked, scopes: [{ set }], includeDeprecated: true, top: most },
        }),
        { signal },
      ),
    enabled: set !== undefined && asked !== '' && asked !== known,
  })
  const items = asked === '' ? [] : (data?.items ?? [])
  const pathOf = ({ path = [] }: FoundTerm): string => path.slice(0, -1).join(' › ')
  return (
    <Combobox
      freeform
      size={size}
      input={{ style: { minWidth: 0, width: '100%' } }}
      aria-label={label}
      placeholder={placeholder}
      value={text}
      selectedOptions={term === undefined ? [] : [term]}
      onChange={({ target }) => {
        const next = (target as HTMLInputElement).value
        setText(next)
        if (next === '') onChoose(undefined)
      }}
      onOptionSelect={(_, { optionValue, optionText = '' }) => {
        setText(optionText)
        onChoose(optionValue)
      }}
    >
      {items.map((item) => (
        <Option key={item.id} value={item.id ?? ''} text={item.label ?? ''}>
          {pathOf(item) === '' ? item.label : `${item.label} · ${pathOf(item)}`}
        </Option>
      ))}
    </Combobox>
  )
}
