/** The bytes of a Buffer as a plain array, without a copy: a Buffer's own `slice` and `toString` mean other things. */
export const plainBytes = ({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)
