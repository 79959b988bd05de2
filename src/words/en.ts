import { errors } from './en/errors.ts'
import { forms } from './en/forms.ts'
import { layout } from './en/layout.ts'
import { refusals } from './en/refusals.ts'

/** Every sentence that people read on a page or in an email, by screen. Views know it as `words`. */
export const words = { layout, errors, forms, refusals }
