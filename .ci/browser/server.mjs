import { once } from 'node:events'
import { createServer } from 'node:http'

/** What makes a page cross-origin isolated, which shared memory needs. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

const types = { js: 'text/javascript', html: 'text/html' }

/** Serves texts by path, such as `{ '/page.html': '…' }`, on this machine alone. */
export const serve = async (files) => {
  const server = createServer(({ url }, response) => {
    const body = files[url]
    const type = types[url.split('.').at(-1)]
    response.writeHead(body === undefined ? 404 : 200, { ...isolation, 'Content-Type': type ?? 'text/plain' })
    response.end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }
}
