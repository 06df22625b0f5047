export { batchTape } from './batching.ts'
export { checkpoint } from './checkpoint.ts'
export type { Compilation, Signature } from './compilation.ts'
export { type AnyFunction, type Compiled, type CompileOptions, compileWith } from './compile.ts'
export { cond } from './cond.ts'
export { customVjp, type WithResiduals } from './custom-vjp.ts'
export type { Donation, Engine, Executable, LoadOptions } from './engine.ts'
export { foldConstants } from './fold-constants.ts'
export { jvp, linearize, type ValueAndLinear } from './forward.ts'
export { type RecordedFunction, type RecordFunctionOptions, recordFunction } from './function.ts'
export {
  type Auxiliary,
  grad,
  type Loss,
  type NotScalar,
  type ScalarLoss,
  type ValueAndGrad,
  valueAndGrad,
} from './grad.ts'
export { hessian, hvp } from './hessian.ts'
export { applyIdentities } from './identities.ts'
export { inlineStructured } from './inline.ts'
export { evaluate, interpret } from './interpret.ts'
export { type Derivatives, type Jacobian, jacobian, jacobianForward, jacobianReverse } from './jacobian.ts'
export { jvpTape } from './jvp.ts'
export { type Parts, splitTape } from './partial.ts'
export { type Profile, type ProfiledStep, showProfile } from './profile.ts'
export { type InputSpec, type Recording, type RecordOptions, record } from './recorder.ts'
export { referenceEngine } from './reference-engine.ts'
export { bindStructured, replay } from './replay.ts'
export { type ValueAndPullback, vjp } from './reverse.ts'
export { type Applied, type Replacement, type Rule, rewrite, type Site } from './rewrite.ts'
export { type BatchingContext, type BatchingRule, batchingRules } from './rules/batching.ts'
export { type JvpContext, type JvpRule, jvpRules, type Tangent } from './rules/jvp.ts'
export { type VjpContext, type VjpRule, vjpRules } from './rules/vjp.ts'
export { type Scanned, type ScanOptions, type Step, scan } from './scan.ts'
export { show } from './show.ts'
export { type GraphFormat, showGraph } from './show-graph.ts'
export { removeDeadCode, shareCommonSubexpressions, simplify } from './simplify.ts'
export { type Stage, type Stopwatch, stopwatch } from './stopwatch.ts'
export { isStructured } from './structured/table.ts'
export type {
  Application,
  PrimitiveApplication,
  Structured,
  StructuredApplication,
  StructuredParameters,
  Tape,
  TapeConstant,
  TapeInput,
  ValueId,
} from './tape.ts'
export { vjpTape } from './vjp.ts'
export { type Batched, vmap } from './vmap.ts'
