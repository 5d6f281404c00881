/** Numbers and times as people read them. Pure. */

/** `12,345` */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** `1 version`, `2 versions` */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** `1.5 MiB` */
export function bytes(value: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let index = 0;
  let scaled = value;
  while (scaled >= 1024 && index < units.length - 1) {
    scaled /= 1024;
    index++;
  }
  return `${index === 0 ? count(scaled) : scaled.toFixed(1)} ${units[index]}`;
}

/** `450 ms`, `12 s`, `3 min 20 s`, `2 h 5 min` */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `USD 0.2521`: four places, since jobs cost parts of a cent; what is less than that, and something, is not shown as nothing. */
export function formatUsd(amount: number): string {
  if (amount > 0 && amount < 0.000_05) return "< USD 0.0001";
  return `USD ${amount.toFixed(amount < 1 ? 4 : 2)}`;
}

/** So much of a value is shown. */
const SHOWN_CHARACTERS = 300;

/** A text in part, where it is long. @param limit characters; default: 300 */
export function cut(text: string, limit = SHOWN_CHARACTERS): string {
  if (text.length <= limit) return text;
  // Half of a character that has two units is none.
  return `${text.slice(0, limit).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
