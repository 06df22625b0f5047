/** A text whose part between `<!-- marker -->` and the next `<!-- end -->` is replaced by `content`. */
export const replaceBetween = (text, marker, content) =>
  text.replace(
    new RegExp(`(<!-- ${marker} -->\n)[^]*?(\\n<!-- end -->)`),
    (_, start, end) => `${start}\n${content}\n${end}`,
  )
