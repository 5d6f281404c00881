import type { RequestLogEntry } from "../pipeline/request-log";

/**
 * A request as one line for a person:
 * `12:00:00.050 source/user/admin s3 PutObject records/2026/a.txt 200 3 ms`
 * @param accountNames by account id
 */
export function logLine(entry: RequestLogEntry, accountNames: ReadonlyMap<string, string>): string {
  const words = [
    new Date(entry.epochMs).toISOString().slice(11, 23),
    who(entry, accountNames),
    entry.service,
    entry.operation ?? `${entry.method} ${entry.rawPath}`,
    where(entry),
    entry.statusCode === 0 ? "no answer" : String(entry.statusCode),
    entry.errorCode,
    entry.fault === undefined ? undefined : `[fault: ${entry.fault}]`,
    `${entry.durationMs} ms`,
  ];
  return words.filter((word) => word !== undefined).join(" ");
}

function who(entry: RequestLogEntry, accountNames: ReadonlyMap<string, string>): string {
  const { accountId, principalArn } = entry;
  if (accountId === undefined) return principalArn ?? "unknown";
  // `arn:aws:sts::111111111111:assumed-role/reader/session`
  const name = principalArn?.split(":").slice(5).join(":");
  return `${accountNames.get(accountId) ?? accountId}/${name ?? ""}`;
}

function where({ bucket, key }: RequestLogEntry): string | undefined {
  if (bucket === undefined) return undefined;
  // Keys may hold line breaks and what moves a terminal's cursor.
  const shown = key === undefined ? bucket : `${bucket}/${key}`;
  return /^[\x21-\x7e\u00a1-\uffff]+$/.test(shown) ? shown : JSON.stringify(shown);
}
