/** What the page of the test calls. */
import { ModernTaxonomyPicker } from '@pnp/spfx-controls-react/lib/controls/modernTaxonomyPicker/ModernTaxonomyPicker'
import { createElement } from 'react'
import { render } from 'react-dom'

window.showPicker = (props) => {
  render(createElement(ModernTaxonomyPicker, props), document.getElementById('root'))
}
