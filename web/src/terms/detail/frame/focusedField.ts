/** `?focus=label de-DE`: a problem leads to the field that mends it, as soon as its tab is there. */
import { useEffect } from 'react'
import { useView } from '../../../kit/view.ts'

const everyMs = 50
const tries = 60

export function useFocusedField(field: string | undefined): void {
  const { set } = useView()
  useEffect(() => {
    if (field === undefined) return
    let left = tries
    const timer = setInterval(() => {
      const place = document.querySelector<HTMLElement>(`#detail-panel [data-field="${CSS.escape(field)}"]`)
      const found = place?.matches('input, textarea, button, a')
        ? place
        : place?.querySelector<HTMLElement>('[role="combobox"], input, textarea, button, a')
      left -= 1
      if (found === null || found === undefined) {
        if (left === 0) set({ focus: undefined })
        return
      }
      found.focus()
      set({ focus: undefined })
    }, everyMs)
    return () => clearInterval(timer)
  }, [field, set])
}
