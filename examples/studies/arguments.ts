/** The whole number that an option gives. Throws a sentence for anything else, or where it is out of range. */
export const wholeNumber = (
  option: string,
  text: string,
  { least = 1, most = Number.POSITIVE_INFINITY }: { readonly least?: number; readonly most?: number } = {},
): number => {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  const range = most === Number.POSITIVE_INFINITY ? `of ${least} or more` : `from ${least} to ${most}`
  throw new Error(`--${option}: expected a whole number ${range}, got ${text}`)
}

/** Those of the known names that are asked for, or all of them. Throws a sentence for what is not known. */
export const chosen = <Name extends string>(
  kind: string,
  names: readonly string[],
  known: readonly Name[],
): readonly Name[] => {
  const stranger = names.find((name) => !known.some((one) => one === name))
  if (stranger !== undefined) throw new Error(`there is no ${kind} ${stranger}, but ${known.join(', ')}`)
  return names.length === 0 ? known : known.filter((name) => names.includes(name))
}
