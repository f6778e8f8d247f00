/** A body as a folding tree, with a field that finds words in it: Enter goes on, Shift+Enter back, Esc empties the field. */
import { Button, Input, makeStaticStyles, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { t } from '../../i18n/t.ts'
import { announce } from '../../kit/announce.ts'
import { ChevronDownRegular, ChevronUpRegular, SearchRegular } from '../../kit/icons.ts'
import { useShared } from '../../kit/styles.ts'
import { JsonView } from '../../kit/values/JsonView.tsx'
import { currentName, findIn, foundName, markFound, show, unmark } from './find-in.ts'

const useMarks = makeStaticStyles({
  [`::highlight(${foundName})`]: {
    backgroundColor: tokens.colorPaletteYellowBackground2,
    color: tokens.colorNeutralForeground1,
  },
  [`::highlight(${currentName})`]: {
    backgroundColor: tokens.colorBrandBackground,
    color: tokens.colorNeutralForegroundOnBrand,
  },
})

const useStyles = makeStyles({
  field: { maxWidth: '260px', minWidth: 0, flexGrow: 1 },
  count: { whiteSpace: 'nowrap' },
})

interface Found {
  readonly ranges: readonly Range[]
  readonly at: number
}

const nothing: Found = { ranges: [], at: 0 }

export function SearchedBody({ text, what }: { readonly text: string; readonly what: string }) {
  useMarks()
  const styles = useStyles()
  const shared = useShared()
  const body = useRef<HTMLDivElement>(null)
  const [words, setWords] = useState('')
  const [{ ranges, at }, setFound] = useState(nothing)
  useEffect(() => unmark, [])
  const go = (next: Found): void => {
    setFound(next)
    markFound(next.ranges, next.at)
    const range = next.ranges[next.at]
    if (range !== undefined) show(range)
  }
  const search = (value: string): void => {
    setWords(value)
    const found = body.current === null ? [] : findIn(body.current, value)
    go({ ranges: found, at: 0 })
    if (value !== '') announce(t('requests.found', { n: found.length }))
  }
  const step = (by: 1 | -1): void => {
    if (ranges.length === 0) return
    const next = (at + by + ranges.length) % ranges.length
    go({ ranges, at: next })
    announce(t('requests.foundAt', { at: next + 1, n: ranges.length }))
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') step(event.shiftKey ? -1 : 1)
    else if (event.key === 'Escape' && words !== '') search('')
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const count = words === '' ? '' : t('requests.foundAt', { at: ranges.length === 0 ? 0 : at + 1, n: ranges.length })
  return (
    <>
      <div className={shared.row}>
        <Input
          className={styles.field}
          size="small"
          type="search"
          contentBefore={<SearchRegular />}
          aria-label={t('requests.findIn', { what })}
          placeholder={t('requests.find')}
          value={words}
          onChange={(_, { value }) => search(value)}
          onKeyDown={onKeyDown}
        />
        {words !== '' && (
          <>
            <span className={mergeClasses(shared.small, shared.soft, shared.numbers, styles.count)}>{count}</span>
            <Button
              size="small"
              appearance="subtle"
              icon={<ChevronUpRegular />}
              aria-label={t('requests.findBefore')}
              disabledFocusable={ranges.length === 0}
              onClick={() => step(-1)}
            />
            <Button
              size="small"
              appearance="subtle"
              icon={<ChevronDownRegular />}
              aria-label={t('requests.findNext')}
              disabledFocusable={ranges.length === 0}
              onClick={() => step(1)}
            />
          </>
        )}
      </div>
      <div ref={body}>
        <JsonView text={text} what={what} />
      </div>
    </>
  )
}
