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

/** An element with a picture of bytes inside it, no file beside it. */
export const picture = (
  png: Uint8Array,
  alt: string,
  caption: string,
  width: 'half' | 'wide' = 'half',
): string => `<figure class="${width}">
<img src="data:image/png;base64,${Buffer.from(png).toString('base64')}" alt="${escapeHtml(alt)}">
<figcaption>${escapeHtml(caption)}</figcaption>
</figure>`
