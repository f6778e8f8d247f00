/** A part that cannot be drawn shows why; the rest of the page lives on. */
import { Component, type ReactNode } from 'react'
import { Problem } from '../Problem.tsx'

export class Boundary extends Component<{ readonly children: ReactNode }, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: undefined }

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error }
  }

  override render(): ReactNode {
    return this.state.error === undefined ? this.props.children : <Problem error={this.state.error} />
  }
}
