import { readFileSync } from "node:fs";

/** Of `utime` and `stime` in /proc: Linux counts them in hundredths of a second towards programs, whatever its own clock. */
const TICKS_PER_SECOND = 100;

/**
 * User and system time that a process has taken so far, all threads, in seconds. NaN where there is no /proc.
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function cpuSecondsOf(pid: number): number {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return NaN;
    throw error;
  }
  // The program's name, in brackets, may hold spaces and brackets: the fields are counted from its end, at state.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
