/** Seconds of CPU that the work takes. What else the machine does at the time does not count. */
export function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user / 1e6;
}
