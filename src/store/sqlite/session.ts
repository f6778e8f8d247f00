/** A connection with its prepared statements: each text is prepared once, compiled queries remember theirs. */

import type { Value } from '../schema/layout.ts'
import type { Connection, RawRow, Statement } from './driver.ts'
import { storeErrorOf } from './sqlite.ts'

/** A statement text that remembers its prepared form on each connection of a store: one text for one store. */
export interface Text {
  readonly text: string
  readonly prepared: (Statement | undefined)[]
}

export function textOf(text: string): Text {
  return { text, prepared: [] }
}

/** All throw `StoreError`. */
export interface Session {
  get(text: Text, values: readonly Value[]): RawRow | undefined
  all(text: Text, values: readonly Value[]): RawRow[]
  run(text: Text, values: readonly Value[]): number
  close(): void
}

/** `number` tells the connections of one store apart, counting from zero. */
export function sessionOf(connection: Connection, number: number): Session {
  const statementOf = (text: Text): Statement => {
    const ready = text.prepared[number]
    if (ready !== undefined) return ready
    const statement = connection.prepare(text.text)
    text.prepared[number] = statement
    return statement
  }
  return {
    get: (text, values) => {
      try {
        return statementOf(text).get(values)
      } catch (error) {
        throw storeErrorOf(error)
      }
    },
    all: (text, values) => {
      try {
        return statementOf(text).all(values)
      } catch (error) {
        throw storeErrorOf(error)
      }
    },
    run: (text, values) => {
      try {
        return statementOf(text).run(values)
      } catch (error) {
        throw storeErrorOf(error)
      }
    },
    close: () => connection.close(),
  }
}
