/**
 * `/_relata/issuers`: the external issuers whose tokens are accepted, and whether they can be reached;
 * `/_relata/issuers/check`: who a token would be, or why it is refused. In a registry both ask for an operator.
 */
import { AppError } from '#base/errors.ts'
import { type AddressHandler, jsonAnswer, type OwnRequest } from '#base/own-address.ts'
import { byMethod, readMembers, textMember } from '../request.ts'

export interface IssuersParts {
  /** Values for JSON. */
  list(): Promise<readonly unknown[]>
  /** The token is in no error, log or cache. */
  check(token: string): Promise<unknown>
  /** Throws unless an operator asks. Absent: nobody needs to be one. */
  readonly needOperator?: (request: OwnRequest) => Promise<unknown>
}

const longestToken = 65_536

export function issuersHandler({ list, needOperator }: IssuersParts): AddressHandler {
  return byMethod({
    GET: async (request) => {
      await needOperator?.(request)
      return jsonAnswer({ issuers: await list() })
    },
  })
}

export function issuerCheckHandler({ check, needOperator }: IssuersParts): AddressHandler {
  return byMethod(
    {
      POST: async (request) => {
        await needOperator?.(request)
        const token = textMember(readMembers(request, ['token']), 'token')?.replace(/^bearer +/i, '')
        if (token === undefined)
          throw new AppError('invalid', "'token' is needed: the token to check.", { target: 'token' })
        if (token.length > longestToken)
          throw new AppError('invalid', `'token' is longer than ${longestToken} characters.`, { target: 'token' })
        return jsonAnswer(await check(token))
      },
    },
    needOperator,
  )
}
