import type { Drawing } from '../pictures/drawing.ts'

/** Text made safe for HTML, in elements and in quoted attributes. */
export const escapeHtml = (text: string): string =>
  text.replace(
    /[&<>"']/g,
    (character) =>
      ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[character] ?? character,
  )

/** A table of two columns; names are row headers. */
export const table = (caption: string, rows: readonly (readonly [string, string])[]): string => `<table>
<caption>${escapeHtml(caption)}</caption>
<tbody>
${rows.map(([name, value]) => `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`).join('\n')}
</tbody>
</table>`

/** An element with a picture inside it, no file beside it. */
export const picture = ({ content, alt, caption, isWide }: Drawing): string => {
  const label = escapeHtml(alt)
  const image =
    content.type === 'png'
      ? `<img src="data:image/png;base64,${Buffer.from(content.bytes).toString('base64')}" alt="${label}">`
      : content.svg.replace('<svg ', `<svg role="img" aria-label="${label}" `)
  return `<figure class="${isWide ? 'wide' : 'half'}">
${image}
<figcaption>${escapeHtml(caption)}</figcaption>
</figure>`
}
