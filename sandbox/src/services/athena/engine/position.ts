/** `line 1:8`, as Trino writes where something stands. */
export function positionOf(query: string, offset: number): string {
  const before = query.slice(0, offset);
  const line = before.split("\n").length;
  const column = offset - (before.lastIndexOf("\n") + 1) + 1;
  return `line ${line}:${column}`;
}
