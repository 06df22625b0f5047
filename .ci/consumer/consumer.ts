import * as autograd from '@vae/autograd'
import * as testing from '@vae/autograd/testing'
import * as data from '@vae/data'
import * as node from '@vae/data/node'
import * as metrics from '@vae/metrics'
import * as models from '@vae/models'
import * as tensor from '@vae/tensor'
import * as train from '@vae/train'
import * as wasm from '@vae/wasm'

/** Every public entry point, so that a compiler reads all their declarations. */
export const entryPoints = [tensor, autograd, testing, wasm, models, metrics, data, node, train]
