/** In place of SharePoint's own library, which is not free: the little that the control uses of it. */
export class Guid {
  #text
  constructor(text) {
    this.#text = text.toLowerCase()
  }
  static empty = new Guid('00000000-0000-0000-0000-000000000000')
  static parse(text) {
    const [plain] = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/i.exec(String(text)) ?? []
    if (plain === undefined) throw new Error(`not a GUID: ${text}`)
    return new Guid(plain)
  }
  equals(other) {
    return String(other) === this.#text
  }
  toString() {
    return this.#text
  }
}
