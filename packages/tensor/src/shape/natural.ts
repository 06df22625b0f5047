/**
 * Arithmetic on natural-number literal types, by the schoolbook method on digit strings.
 *
 * The cost grows with the number of digits, not with the size of the numbers, so products up to 2^53 stay
 * cheap (about 300 instantiations for an addition, 1,200 for a large product), and TypeScript memoises each
 * pair of operands. Intermediate numbers are digit strings with the units first, since carries travel
 * upwards; `Reverse` converts.
 */
export type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9'
export type Carry = '0' | '1'

/** Row r holds carry and digit of r + 0 … r + 9; row 10 serves a nine with a carry. */
export type SumTable = [
  ['00', '01', '02', '03', '04', '05', '06', '07', '08', '09'],
  ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10'],
  ['02', '03', '04', '05', '06', '07', '08', '09', '10', '11'],
  ['03', '04', '05', '06', '07', '08', '09', '10', '11', '12'],
  ['04', '05', '06', '07', '08', '09', '10', '11', '12', '13'],
  ['05', '06', '07', '08', '09', '10', '11', '12', '13', '14'],
  ['06', '07', '08', '09', '10', '11', '12', '13', '14', '15'],
  ['07', '08', '09', '10', '11', '12', '13', '14', '15', '16'],
  ['08', '09', '10', '11', '12', '13', '14', '15', '16', '17'],
  ['09', '10', '11', '12', '13', '14', '15', '16', '17', '18'],
  ['10', '11', '12', '13', '14', '15', '16', '17', '18', '19'],
]

/** Row r + 1 holds borrow and digit of r − 0 … r − 9; row 0 serves a zero from which one was borrowed. */
export type DifferenceTable = [
  ['19', '18', '17', '16', '15', '14', '13', '12', '11', '10'],
  ['00', '19', '18', '17', '16', '15', '14', '13', '12', '11'],
  ['01', '00', '19', '18', '17', '16', '15', '14', '13', '12'],
  ['02', '01', '00', '19', '18', '17', '16', '15', '14', '13'],
  ['03', '02', '01', '00', '19', '18', '17', '16', '15', '14'],
  ['04', '03', '02', '01', '00', '19', '18', '17', '16', '15'],
  ['05', '04', '03', '02', '01', '00', '19', '18', '17', '16'],
  ['06', '05', '04', '03', '02', '01', '00', '19', '18', '17'],
  ['07', '06', '05', '04', '03', '02', '01', '00', '19', '18'],
  ['08', '07', '06', '05', '04', '03', '02', '01', '00', '19'],
  ['09', '08', '07', '06', '05', '04', '03', '02', '01', '00'],
]

/** Row r holds the two digits of r · 0 … r · 9. */
export type ProductTable = [
  ['00', '00', '00', '00', '00', '00', '00', '00', '00', '00'],
  ['00', '01', '02', '03', '04', '05', '06', '07', '08', '09'],
  ['00', '02', '04', '06', '08', '10', '12', '14', '16', '18'],
  ['00', '03', '06', '09', '12', '15', '18', '21', '24', '27'],
  ['00', '04', '08', '12', '16', '20', '24', '28', '32', '36'],
  ['00', '05', '10', '15', '20', '25', '30', '35', '40', '45'],
  ['00', '06', '12', '18', '24', '30', '36', '42', '48', '54'],
  ['00', '07', '14', '21', '28', '35', '42', '49', '56', '63'],
  ['00', '08', '16', '24', '32', '40', '48', '56', '64', '72'],
  ['00', '09', '18', '27', '36', '45', '54', '63', '72', '81'],
]

/** `RowOfSum[carry][digit]` and `RowOfDifference[borrow][digit]`: the row of the table that a digit takes. */
export type RowOfSum = [
  ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'],
]
export type RowOfDifference = [
  ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'],
  ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
]

/** The digits of A in the opposite order. */
export type Reverse<A extends string, Out extends string = ''> = A extends `${infer Head}${infer Tail}`
  ? Reverse<Tail, `${Head}${Out}`>
  : Out

export type StripZeros<A extends string> = A extends `0${infer Tail}`
  ? Tail extends ''
    ? '0'
    : StripZeros<Tail>
  : A

/** A digit string, highest digit first, as a number type. */
export type ToNumber<A extends string> = StripZeros<A> extends `${infer N extends number}` ? N : never

/** A + B + carry, units first. */
export type AddDigits<
  A extends string,
  B extends string,
  C extends Carry = '0',
  Out extends string = '',
> = A extends `${infer a extends Digit}${infer ATail}`
  ? B extends `${infer b extends Digit}${infer BTail}`
    ? SumTable[RowOfSum[C][a]][b] extends `${infer c extends Carry}${infer digit}`
      ? AddDigits<ATail, BTail, c, `${Out}${digit}`>
      : never
    : C extends '0'
      ? `${Out}${A}`
      : AddDigits<A, '1', '0', Out>
  : C extends '0'
    ? `${Out}${B}`
    : B extends ''
      ? `${Out}1`
      : AddDigits<B, '1', '0', Out>

/** A − B − borrow, units first; never when that is negative. */
export type SubtractDigits<
  A extends string,
  B extends string,
  C extends Carry = '0',
  Out extends string = '',
> = B extends `${infer b extends Digit}${infer BTail}`
  ? A extends `${infer a extends Digit}${infer ATail}`
    ? DifferenceTable[RowOfDifference[C][a]][b] extends `${infer c extends Carry}${infer digit}`
      ? SubtractDigits<ATail, BTail, c, `${Out}${digit}`>
      : never
    : never
  : C extends '0'
    ? `${Out}${A}`
    : A extends ''
      ? never
      : SubtractDigits<A, '1', '0', Out>

/** A · digit + carry, units first. */
export type TimesDigit<
  A extends string,
  B extends Digit,
  C extends Digit = '0',
  Out extends string = '',
> = A extends `${infer a extends Digit}${infer ATail}`
  ? ProductTable[a][B] extends `${infer tens extends Digit}${infer units extends Digit}`
    ? SumTable[units][C] extends `${infer overflow extends Carry}${infer digit}`
      ? SumTable[RowOfSum[overflow][tens]]['0'] extends `0${infer carry extends Digit}`
        ? TimesDigit<ATail, B, carry, `${Out}${digit}`>
        : never
      : never
    : never
  : C extends '0'
    ? Out
    : `${Out}${C}`

/** A · B with A units first and B highest digit first, by Horner's rule; units first. */
export type MultiplyDigits<
  A extends string,
  B extends string,
  Out extends string = '',
> = B extends `${infer b extends Digit}${infer BTail}`
  ? MultiplyDigits<A, BTail, b extends '0' ? `0${Out}` : AddDigits<`0${Out}`, TimesDigit<A, b>>>
  : Out

/**
 * How often B goes into A (0 to 9) and what remains, by repeated subtraction; never for B = 0, and for the digits of
 * `number`, which TypeScript puts in for type parameters when it looks for the bounds of a type.
 */
export type QuotientDigit<
  A extends string,
  B extends string,
  Count extends 0[] = [],
> = Count['length'] extends 10
  ? never
  : SubtractDigits<A, B> extends infer Rest extends string
    ? [Rest] extends [never]
      ? [Count['length'], A]
      : QuotientDigit<Rest, B, [...Count, 0]>
    : never

/** Without leading zeros, units first; zero is the empty string. */
export type TrimDigits<A extends string> =
  StripZeros<Reverse<A>> extends infer T extends string ? (T extends '0' ? '' : Reverse<T>) : never

/** Long division of A (highest digit first) by B (units first): quotient, and remainder units first. */
export type DivideDigits<
  A extends string,
  B extends string,
  Rest extends string = '',
  Out extends string = '',
> = A extends `${infer a}${infer ATail}`
  ? QuotientDigit<`${a}${Rest}`, B> extends [infer q extends number, infer r extends string]
    ? DivideDigits<ATail, B, TrimDigits<r>, `${Out}${q}`>
    : never
  : [Out, Rest]

export type AddNatural<A extends number, B extends number> = ToNumber<
  Reverse<AddDigits<Reverse<`${A}`>, Reverse<`${B}`>>>
>

/** A − B; never when B is larger. */
export type SubtractNatural<A extends number, B extends number> = ToNumber<
  Reverse<SubtractDigits<Reverse<`${A}`>, Reverse<`${B}`>>>
>

export type MultiplyNatural<A extends number, B extends number> = ToNumber<
  Reverse<MultiplyDigits<Reverse<`${A}`>, `${B}`>>
>

/** ⌊A / B⌋ for B > 0. */
export type DivideNatural<A extends number, B extends number> = ToNumber<
  DivideDigits<`${A}`, Reverse<`${B}`>>[0]
>

/** A mod B for B > 0. */
export type RemainderNatural<
  A extends number,
  B extends number,
> = ToNumber<`0${Reverse<DivideDigits<`${A}`, Reverse<`${B}`>>[1]>}`>
