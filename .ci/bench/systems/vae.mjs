import { readFileSync } from 'node:fs'
import { conv2d, key, leaves, matmul, unflatten } from '../../../packages/tensor/dist/index.js'
import { wasmEngine } from '../../../packages/wasm/dist/index.js'
import { inputsUnder } from '../inputs.mjs'
import { residualBlock } from '../models/residual-block.mjs'
import { resultSize } from '../works/conv.mjs'
import { host, resident } from './vae/resident.mjs'
import { adam, chain } from './vae/streams.mjs'
import { training } from './vae/training.mjs'

const manifest = new URL('../../../packages/wasm/package.json', import.meta.url)

const works = {
  gemm: (engine, { n }, { a, b }) => resident(engine, matmul, [host(a), host(b)], [n, n]),
  conv: (engine, { stride, padding, groups, ...sizes }, { x, w }) => {
    const f = (image, kernel) => conv2d(image, kernel, { stride, padding, groups })
    const size = resultSize({ stride, padding, ...sizes })
    return resident(engine, f, [host(x), host(w)], [sizes.batch, sizes.outputs, size, size])
  },
  'residual-block': (engine, sizes, { x, ...rest }) => {
    const block = residualBlock(sizes)
    const tree = block.init(key(0))
    const given = inputsUnder(rest, 'params')
    const operands = leaves(tree).map(({ path }) => host(given[path]))
    const f = (image, ...params) => block.apply(unflatten(tree, params))(image)
    return resident(engine, f, [host(x), ...operands], x.shape)
  },
  training,
  chain,
  adam,
}

export const prepare = async ({ kind, sizes, inputs }, { threads, portable }) => {
  const engine = await wasmEngine({ threads, relaxed: !portable })
  const { version } = JSON.parse(readFileSync(manifest, 'utf8'))
  return { ...works[kind](engine, sizes, inputs), version: `${version} with ${engine.features}`, threads }
}
