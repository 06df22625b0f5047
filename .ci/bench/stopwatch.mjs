/**
 * Starts to measure; the result tells the milliseconds so far without those in which other programs had the core: the
 * shorter of wall time and the processor time of all threads.
 */
export const stopwatch = () => {
  const [before, begin] = [process.cpuUsage(), performance.now()]
  return () => {
    const wall = performance.now() - begin
    const { user, system } = process.cpuUsage(before)
    return Math.min(wall, (user + system) / 1000)
  }
}
