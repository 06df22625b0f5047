/** The documented limit under which a right program is refused, if there is one. */
export const limitOf = () => undefined
