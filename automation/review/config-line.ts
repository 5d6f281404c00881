import { isCollection, isMap, isSeq, LineCounter, parseDocument, type Node } from "yaml";

/** A way into the config: names of members, and items of lists by their `name`. */
export type ConfigPath = readonly string[];

/**
 * The line of a stack file, from 1, where a key stands; the nearest place above it where the file does not say the key itself.
 * @param path as in `["vaults", "primary", "lock", "retention"]`
 */
export function configLine(yamlText: string, path: ConfigPath): number {
  const lines = new LineCounter();
  const document = parseDocument(yamlText, { lineCounter: lines });
  const [section = "", ...members] = path;
  let line = 1;
  let node: unknown = document.contents;
  for (const member of ["config", `lockstep:${section}`, ...members]) {
    const found = step(node, member);
    if (found === undefined) return line;
    line = lines.linePos(found.offset).line;
    node = found.value;
  }
  return line;
}

function step(
  node: unknown,
  member: string,
): { readonly offset: number; readonly value: unknown } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => String(key) === member);
    return pair === undefined
      ? undefined
      : { offset: offsetOf(pair.key as Node), value: pair.value };
  }
  if (!isSeq(node)) return undefined;
  const item = node.items.find((one) => isMap(one) && one.get("name") === member);
  return isCollection(item) ? { offset: offsetOf(item), value: item } : undefined;
}

function offsetOf(node: Node): number {
  return node.range?.[0] ?? 0;
}
