/** `?mend=label.de-DE`: the field that a finding leads to gets the focus as soon as it is there, once. */
import { useEffect } from 'react'
import { useView } from '../../../kit/view.ts'
import { selectorOf } from './mending.ts'

/** Tabs are loaded when first shown; what does not come by then is not there. */
const longestMs = 10_000

export function useMendedField(): void {
  const { view, set } = useView()
  const mend = view['mend']
  useEffect(() => {
    if (mend === undefined) return
    const selector = selectorOf(mend)
    const seek = (): boolean => {
      const field = selector === undefined ? null : document.querySelector<HTMLElement>(selector)
      if (field === null) return false
      field.focus()
      set({ mend: undefined })
      return true
    }
    if (seek()) return
    const observer = new MutationObserver(() => {
      if (seek()) observer.disconnect()
    })
    observer.observe(document.body, { childList: true, subtree: true })
    const timer = setTimeout(() => observer.disconnect(), longestMs)
    return () => {
      observer.disconnect()
      clearTimeout(timer)
    }
  }, [mend, set])
}
