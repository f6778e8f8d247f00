/** Loads what the frame needs only after the start, with its texts: from one place, as each names all files that it needs. */
import { loadTexts } from '../i18n/t.ts'

export const loadMore = async () => (await Promise.all([import('./after-start.ts'), loadTexts('frame')]))[0]
