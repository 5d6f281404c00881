/** True when `pattern` (`s3:ObjectCreated:*`) takes the event (`ObjectCreated:Put`). */
export function takesEvent(pattern: string, name: string): boolean {
  const bare = pattern.replace(/^s3:/, "");
  return bare.endsWith("*") ? name.startsWith(bare.slice(0, -1)) : bare === name;
}
