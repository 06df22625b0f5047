import * as layers from '../../packages/models/dist/index.js'
import * as tensor from '../../packages/tensor/dist/index.js'

/** What generated programs name, from the built packages: operations as such, and `layers.linear`. */
export const library = { ...tensor, layers }

/** Import statements for what `text` names. */
export const importsFor = (text) => {
  const words = new Set(text.match(/[A-Za-z]\w*/g))
  const used = Object.keys(tensor).filter((word) => words.has(word))
  return [
    `import { ${used.join(', ')} } from '@vae/tensor'`,
    ...(words.has('layers') ? ["import * as layers from '@vae/models'"] : []),
  ]
}
