import { CodecError } from "./codec-error";
import { scalarReader } from "./scalars";
import type { Shape } from "./shapes";

/**
 * Parameters of the query protocol as a tree: `Tags.member.1.Key=a` is `Tags` > `member` > `1` > `Key` with text `a`.
 */
export interface QueryNode {
  text?: string;
  readonly children: Map<string, QueryNode>;
}

export function queryTree(parameters: URLSearchParams): QueryNode {
  const root: QueryNode = { children: new Map() };
  for (const [key, value] of parameters) {
    let node = root;
    for (const part of key.split(".")) {
      let child = node.children.get(part);
      if (child === undefined) {
        child = { children: new Map() };
        node.children.set(part, child);
      }
      node = child;
    }
    node.text = value;
  }
  return root;
}

/**
 * Parameters that the schema does not know are passed over, as AWS does.
 * @throws CodecError
 */
export function readQuery(shape: Shape, node: QueryNode, path: string): unknown {
  switch (shape.kind) {
    case "structure": {
      const target: Record<string, unknown> = {};
      for (const member of shape.members) {
        const child = node.children.get(member.elementName);
        const memberPath = path === "" ? member.name : `${path}.${member.name}`;
        if (child !== undefined) target[member.name] = readQuery(member.shape, child, memberPath);
        else if (member.required) {
          throw new CodecError("missing", `${memberPath} is missing`, memberPath);
        }
      }
      return target;
    }
    case "list":
      return indexed(node.children.get(shape.itemName) ?? node).map(([index, child]) =>
        readQuery(shape.item, child, `${path}.${index}`),
      );
    case "map": {
      const target: Record<string, unknown> = {};
      for (const [index, entry] of indexed(node.children.get("entry") ?? node)) {
        const key = entry.children.get(shape.keyName)?.text;
        const value = entry.children.get(shape.valueName);
        if (key === undefined || value === undefined) {
          throw new CodecError("malformed", `${path}.${index} is no entry`, path);
        }
        target[key] = readQuery(shape.value, value, `${path}.${key}`);
      }
      return target;
    }
    default: {
      const text = node.text ?? "";
      const value = scalarReader(shape, "date-time")(text);
      if (value === undefined) {
        throw new CodecError("type", `${path} is no ${shape.kind}`, path, text);
      }
      return value;
    }
  }
}

/** Children `1`, `2`, ... in that order. An empty list is sent as the name with an empty value. */
function indexed(node: QueryNode): (readonly [number, QueryNode])[] {
  return [...node.children]
    .filter(([key]) => /^\d+$/.test(key))
    .map(([key, child]) => [Number(key), child] as const)
    .sort(([left], [right]) => left - right);
}
