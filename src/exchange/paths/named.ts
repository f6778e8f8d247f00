/**
 * Groups and sets that a file names line by line: an id identifies where both have one, else the name does. A file may
 * name a hundred thousand of them.
 */
import { matchingForm } from '../doc/doc-index.ts'

export interface NamedRecord {
  readonly name: string
  readonly id?: string | undefined
}

interface Entry<T> {
  readonly record: T
  readonly at: number
}

/** A class, because its indexes have to stay in step. */
export class NamedRecords<T extends NamedRecord> {
  readonly all: T[] = []
  private readonly byId = new Map<string, Entry<T>>()
  private readonly byName = new Map<string, Entry<T>>()
  /** Those without an id. */
  private readonly bare = new Map<string, Entry<T>>()

  add(record: T): void {
    const entry = { record, at: this.all.length }
    this.all.push(record)
    addFirst(this.byName, matchingForm(record.name), entry)
    if (record.id === undefined) addFirst(this.bare, matchingForm(record.name), entry)
    else addFirst(this.byId, record.id, entry)
  }

  /** A record without an id gets this one. */
  identify(record: T & { id: string | undefined }, id: string): void {
    const form = matchingForm(record.name)
    const entry = this.bare.get(form)
    record.id = id
    if (entry?.record !== record) return
    this.bare.delete(form)
    addFirst(this.byId, id, entry)
  }

  /** The first with that id or name. */
  withIdOrName(id: string | undefined, name: string): T | undefined {
    return earlier(id === undefined ? undefined : this.byId.get(id), this.byName.get(matchingForm(name)))
  }

  /** The first that has the id; where one of both has none, the name. */
  same(id: string | undefined, name: string): T | undefined {
    const form = matchingForm(name)
    return id === undefined ? this.byName.get(form)?.record : earlier(this.byId.get(id), this.bare.get(form))
  }
}

function addFirst<T>(index: Map<string, Entry<T>>, key: string, entry: Entry<T>): void {
  if (!index.has(key)) index.set(key, entry)
}

function earlier<T>(one: Entry<T> | undefined, other: Entry<T> | undefined): T | undefined {
  if (one === undefined || other === undefined) return (one ?? other)?.record
  return (one.at <= other.at ? one : other).record
}
