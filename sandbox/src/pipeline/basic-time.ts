/** The same moment as an HTTP date, in the form that signatures name; undefined when it is no date. */
export function basicTimeOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const epochMs = Date.parse(text);
  if (Number.isNaN(epochMs)) return undefined;
  return `${new Date(epochMs).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
}

const BASIC_TIME = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;

/** The time that was read last: a client's requests of one second have the same. */
let lastText = "";
let lastEpochMs: number | undefined;

/** `20260730T120000Z` in milliseconds since the epoch. */
export function parseBasicTime(text: string): number | undefined {
  if (text === lastText) return lastEpochMs;
  lastText = text;
  lastEpochMs = readBasicTime(text);
  return lastEpochMs;
}

function readBasicTime(text: string): number | undefined {
  const match = BASIC_TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  return Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second);
}
