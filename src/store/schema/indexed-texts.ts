/** The texts of a collection as an index of words has them. */
import { isObject } from '#base/json.ts'
import { fold } from '#base/text/fold.ts'
import type { IndexedText } from '#base/text/search-keys.ts'
import type { WordIndex } from '#edm/props.ts'

export function indexedTexts(of: Pick<WordIndex, 'text' | 'space' | 'first'>, value: unknown): IndexedText[] {
  return (Array.isArray(value) ? value : []).flatMap((element) => {
    const text = isObject(element) ? element[of.text] : undefined
    if (!isObject(element) || typeof text !== 'string') return []
    return [{ text, space: fold(String(element[of.space] ?? '')), isFirst: element[of.first] === true }]
  })
}
