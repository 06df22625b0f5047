import { numbers, plain, record, value } from '../arguments.mjs'
import { eitherWay } from './axes.mjs'

const names = ['sum', 'mean', 'max', 'min', 'variance', 'logSumExp']

const keepDims = [[], [record({ keepDims: plain(true) })], [record({ keepDims: plain(false) })]]

/** Reductions over lists of axes. */
export const reductions = names.map((name) => ({
  name,
  weight: name === 'sum' ? 4 : 2,
  arguments: (x, { draw }) => {
    const rank = x.dims.length
    const axes = draw.some(draw.shuffle(x.dims.map((_, axis) => axis)), 0.4)
    return [value(x), numbers(axes.map((axis) => eitherWay(axis, rank, draw))), ...draw.pick(keepDims)]
  },
}))
