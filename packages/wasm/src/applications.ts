import { type Application, isStructured, type PrimitiveApplication, type ValueId } from '@vae/autograd'

/** Whether an application is one of a plain primitive. */
export const isOf = <P extends PrimitiveApplication['primitive']>(
  application: Application | undefined,
  primitive: P,
): application is PrimitiveApplication & { readonly primitive: P } =>
  application !== undefined && !isStructured(application) && application.primitive === primitive

/** The application that makes each value. */
export const makersOf = (applications: readonly Application[]): ReadonlyMap<ValueId, Application> =>
  new Map(applications.flatMap((one) => one.results.map((id) => [id, one] as const)))
