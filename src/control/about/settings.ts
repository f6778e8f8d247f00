/** `GET /_relata/settings`: what the server runs with, and where each value is set. In a registry an operator may ask. */
import { type AddressHandler, jsonAnswer, type OwnRequest } from '#base/own-address.ts'
import { byMethod, parametersIn } from '../request.ts'

export interface ShownSetting {
  /** As in a configuration file. */
  readonly name: string
  readonly flag: string
  readonly variable: string
  /** What it is for. */
  readonly text: string
  /** Null: nothing is set, or the value is no plain one. Secrets are not shown. */
  readonly value: string | number | boolean | null
  /** The flag, the variable, or the file and the name in it. Absent: it is the default. */
  readonly from?: string
  /** Of that file. */
  readonly line?: number
}

export interface SettingsParts {
  list(): readonly ShownSetting[]
  /** Throws unless an operator asks. Absent: nobody needs to be one. */
  readonly needOperator?: (request: OwnRequest) => Promise<unknown>
}

export function settingsHandler({ list, needOperator }: SettingsParts): AddressHandler {
  return byMethod(
    {
      GET: async (request) => {
        await needOperator?.(request)
        parametersIn(request.query, [])
        return jsonAnswer({ value: list() })
      },
    },
    needOperator,
  )
}
