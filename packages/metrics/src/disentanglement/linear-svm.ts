/** Labels 1 and −1 of values with the cost of each label. */
export interface TwoClasses {
  readonly values: Float64Array
  readonly positive: (row: number) => boolean
  readonly costs: { readonly positive: number; readonly negative: number }
}

/** A score of values: weight · x + bias. */
export interface LinearScore {
  readonly weight: number
  readonly bias: number
}

/**
 * The linear support vector machine of one feature with squared hinge loss: the minimum of ½ (w² + b²) + Σ cost · max(0, 1
 * − y (w x + b))², by Newton's method with halved steps. It is what scikit-learn's `LinearSVC` minimises, whose bias is
 * penalised too.
 *
 * @see C.-J. Hsieh et al., "A dual coordinate descent method for large-scale linear SVM" (ICML 2008), equation 2
 */
export const linearSvm = ({ values, positive, costs }: TwoClasses): LinearScore => {
  const evaluate = (weight: number, bias: number) => {
    let value = 0.5 * (weight * weight + bias * bias)
    // Gradient and Hessian.
    let [gw, gb, hww, hwb, hbb] = [weight, bias, 1, 0, 1]
    for (let row = 0; row < values.length; row++) {
      const x = values[row]!
      const y = positive(row) ? 1 : -1
      const slack = 1 - y * (weight * x + bias)
      if (slack <= 0) continue
      const cost = y > 0 ? costs.positive : costs.negative
      value += cost * slack * slack
      gw -= 2 * cost * y * slack * x
      gb -= 2 * cost * y * slack
      hww += 2 * cost * x * x
      hwb += 2 * cost * x
      hbb += 2 * cost
    }
    return { value, gw, gb, hww, hwb, hbb }
  }
  let [weight, bias] = [0, 0]
  let here = evaluate(weight, bias)
  const enough = 1e-10 * Math.hypot(here.gw, here.gb)
  for (let iteration = 0; iteration < 100 && Math.hypot(here.gw, here.gb) > enough; iteration++) {
    const determinant = here.hww * here.hbb - here.hwb * here.hwb
    const dw = -(here.hbb * here.gw - here.hwb * here.gb) / determinant
    const db = -(here.hww * here.gb - here.hwb * here.gw) / determinant
    let size = 1
    let next = evaluate(weight + dw, bias + db)
    while (!(next.value < here.value) && size > 1e-9) {
      size /= 2
      next = evaluate(weight + size * dw, bias + size * db)
    }
    if (!(next.value < here.value)) break
    weight += size * dw
    bias += size * db
    here = next
  }
  return { weight, bias }
}
