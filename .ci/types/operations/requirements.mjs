/** What an operation asks of the tensor that it is applied to. */
export const isFloat = ({ dtype }) => dtype === 'f32'

export const hasRank =
  (least, most = Number.POSITIVE_INFINITY) =>
  (x) =>
    isFloat(x) && x.dims.length >= least && x.dims.length <= most
