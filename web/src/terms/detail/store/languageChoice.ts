/** Languages that are offered for a term store: Microsoft has numbers for them. Others can be typed; the server knows all. */
export const offered: readonly string[] = (
  'ar-SA bg-BG ca-ES cs-CZ cy-GB da-DK de-AT de-CH de-DE el-GR en-AU en-CA en-GB en-IE en-IN en-US es-ES es-MX et-EE eu-ES ' +
  'fi-FI fr-BE fr-CA fr-CH fr-FR ga-IE gl-ES he-IL hi-IN hr-HR hu-HU id-ID is-IS it-CH it-IT ja-JP kk-KZ ko-KR lt-LT lv-LV ' +
  'ms-MY mt-MT nb-NO nl-BE nl-NL nn-NO pl-PL pt-BR pt-PT ro-RO ru-RU sk-SK sl-SI sv-FI sv-SE th-TH tr-TR uk-UA vi-VN ' +
  'zh-CN zh-HK zh-TW'
).split(' ')

/** In the language of the pages, with its country. */
export function languageTitle(tag: string, pageLanguage: string): string {
  try {
    return new Intl.DisplayNames([pageLanguage], { type: 'language' }).of(tag) ?? tag
  } catch {
    return tag
  }
}

export function matching(text: string, taken: readonly string[], pageLanguage: string): readonly string[] {
  const wanted = text.trim().toLocaleLowerCase()
  return offered.filter(
    (tag) =>
      !taken.includes(tag) &&
      (wanted === '' ||
        tag.toLowerCase().startsWith(wanted) ||
        languageTitle(tag, pageLanguage).toLocaleLowerCase().includes(wanted)),
  )
}

const form = /^[a-z]{2,3}(-[a-z\d]{2,8})*$/i

/** Whether a text may be a tag; the server has the last word. */
export function isTag(text: string): boolean {
  return form.test(text.trim())
}
