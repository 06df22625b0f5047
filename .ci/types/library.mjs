import * as models from '../../packages/models/dist/index.js'
import * as tensor from '../../packages/tensor/dist/index.js'

/** The built packages as a user imports them: what generated programs name and run. */
export const modules = { '@vae/tensor': tensor, '@vae/models': models }

/** Everything that they export, by name. */
export const library = Object.assign({}, ...Object.values(modules))

/** Import statements for the exported values that `text` names. */
export const importsFor = (text) => {
  const words = new Set(text.match(/[A-Za-z]\w*/g))
  return Object.entries(modules).flatMap(([name, exported]) => {
    const used = Object.keys(exported).filter((word) => words.has(word))
    return used.length === 0 ? [] : [`import { ${used.join(', ')} } from '${name}'`]
  })
}
