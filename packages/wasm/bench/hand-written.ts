// Loops as one would write them by hand, in AssemblyScript, against which bench/fusion.mjs measures those that the
// engine generates. All arrays lie in the imported memory.
import { erf } from '../assembly/error-function'
import { exp, log1p, sigmoid } from '../assembly/math'

/** z = x + s · y: what memory gives. J. McCalpin, STREAM (1995). */
export function triad(x: usize, y: usize, z: usize, s: f32, n: i32): void {
  const scale = f32x4.splat(s)
  for (const end = x + ((<usize>n) << 2); x < end; x += 64) {
    v128.store(z, f32x4.add(v128.load(x), f32x4.mul(v128.load(y), scale)))
    v128.store(z, f32x4.add(v128.load(x, 16), f32x4.mul(v128.load(y, 16), scale)), 16)
    v128.store(z, f32x4.add(v128.load(x, 32), f32x4.mul(v128.load(y, 32), scale)), 32)
    v128.store(z, f32x4.add(v128.load(x, 48), f32x4.mul(v128.load(y, 48), scale)), 48)
    y += 64
    z += 64
  }
}

function affineOf(x: v128, a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.pmax(f32x4.splat(0), f32x4.add(f32x4.mul(a, x), b)), c)
}

/** y = relu(a · x + b) + c. */
export function affine(x: usize, y: usize, a: f32, b: f32, c: f32, n: i32): void {
  const va = f32x4.splat(a),
    vb = f32x4.splat(b),
    vc = f32x4.splat(c)
  for (const end = x + ((<usize>n) << 2); x < end; x += 64) {
    v128.store(y, affineOf(v128.load(x), va, vb, vc))
    v128.store(y, affineOf(v128.load(x, 16), va, vb, vc), 16)
    v128.store(y, affineOf(v128.load(x, 32), va, vb, vc), 32)
    v128.store(y, affineOf(v128.load(x, 48), va, vb, vc), 48)
    y += 64
  }
}

/** One step of Adam on parameters p with moments m and v; `mw` and `vw` correct their bias. */
export function adam(p: usize, m: usize, v: usize, g: usize, rate: f32, mw: f32, vw: f32, n: i32): void {
  const vrate = f32x4.splat(rate),
    vmw = f32x4.splat(mw),
    vvw = f32x4.splat(vw)
  for (const end = p + ((<usize>n) << 2); p < end; p += 16) {
    const gradient = v128.load(g)
    const mean = f32x4.add(f32x4.mul(v128.load(m), f32x4.splat(0.9)), f32x4.mul(gradient, f32x4.splat(0.1)))
    const power = f32x4.mul(f32x4.mul(gradient, gradient), f32x4.splat(0.001))
    const variance = f32x4.add(f32x4.mul(v128.load(v), f32x4.splat(0.999)), power)
    v128.store(m, mean)
    v128.store(v, variance)
    const root = f32x4.add(f32x4.sqrt(f32x4.div(variance, vvw)), f32x4.splat(1e-8))
    v128.store(p, f32x4.sub(v128.load(p), f32x4.mul(f32x4.div(f32x4.div(mean, vmw), root), vrate)))
    m += 16
    v += 16
    g += 16
  }
}

/** x · Φ(x). */
export function gelu(x: usize, y: usize, n: i32): void {
  for (const end = x + ((<usize>n) << 2); x < end; x += 16) {
    const value = v128.load(x)
    const phi = f32x4.add(erf(f32x4.mul(value, f32x4.splat(<f32>Math.SQRT1_2))), f32x4.splat(1))
    v128.store(y, f32x4.mul(f32x4.mul(value, f32x4.splat(0.5)), phi))
    y += 16
  }
}

/** x · sigmoid(x). */
export function silu(x: usize, y: usize, n: i32): void {
  for (const end = x + ((<usize>n) << 2); x < end; x += 16) {
    const value = v128.load(x)
    v128.store(y, f32x4.mul(value, sigmoid(value)))
    y += 16
  }
}

function lowHalf(x: v128): v128 {
  return f64x2.promote_low_f32x4(x)
}

function highHalf(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1))
}

function total(a: v128, b: v128): f32 {
  const sum = f64x2.add(a, b)
  return <f32>(f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1))
}

/** For each row of logits and pixels, Σ x · logit − log(1 + e^logit). Columns are a multiple of 4. */
export function bernoulli(logits: usize, pixels: usize, to: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    let low = f64x2.splat(0),
      high = low
    for (const end = logits + ((<usize>columns) << 2); logits < end; logits += 16) {
      const logit = v128.load(logits)
      const near = log1p(exp(f32x4.neg(f32x4.abs(logit))))
      const softplus = f32x4.add(f32x4.max(logit, f32x4.splat(0)), near)
      const term = f32x4.sub(f32x4.mul(v128.load(pixels), logit), softplus)
      low = f64x2.add(low, lowHalf(term))
      high = f64x2.add(high, highHalf(term))
      pixels += 16
    }
    store<f32>(to, total(low, high))
    to += 4
  }
}

/** For each row, Σ ½ (μ² + σ² − (log σ² + 1)). Columns are a multiple of 4. */
export function kl(mean: usize, logVar: usize, to: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    let low = f64x2.splat(0),
      high = low
    for (const end = mean + ((<usize>columns) << 2); mean < end; mean += 16) {
      const mu = v128.load(mean),
        log = v128.load(logVar)
      const moment = f32x4.add(f32x4.mul(mu, mu), exp(log))
      const term = f32x4.mul(f32x4.sub(moment, f32x4.add(log, f32x4.splat(1))), f32x4.splat(0.5))
      low = f64x2.add(low, lowHalf(term))
      high = f64x2.add(high, highHalf(term))
      logVar += 16
    }
    store<f32>(to, total(low, high))
    to += 4
  }
}

/** e^x / Σ e^x of each row, by way of the largest. Columns are a multiple of 4. */
export function softmax(x: usize, y: usize, rows: i32, columns: i32): void {
  const bytes = (<usize>columns) << 2
  for (let row = 0; row < rows; row++) {
    let largest = v128.load(x)
    for (let at: usize = 16; at < bytes; at += 16) largest = f32x4.max(largest, v128.load(x + at))
    largest = f32x4.max(largest, v128.shuffle<i64>(largest, largest, 1, 0))
    largest = f32x4.max(largest, v128.shuffle<f32>(largest, largest, 1, 0, 3, 2))
    let low = f64x2.splat(0),
      high = low
    for (let at: usize = 0; at < bytes; at += 16) {
      const weight = exp(f32x4.sub(v128.load(x + at), largest))
      v128.store(y + at, weight)
      low = f64x2.add(low, lowHalf(weight))
      high = f64x2.add(high, highHalf(weight))
    }
    const sum = f32x4.splat(total(low, high))
    for (let at: usize = 0; at < bytes; at += 16) v128.store(y + at, f32x4.div(v128.load(y + at), sum))
    x += bytes
    y += bytes
  }
}
