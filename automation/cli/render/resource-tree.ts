import type { EventTable } from "../../events";
import { changeLines, placeWords, resourceLine } from "./resource-words";
import { fitted } from "./screen";
import { count } from "./words";

type Resource = EventTable["resource"];

interface Node {
  /** Absent for a parent of which nothing was told: it stays as it is. */
  resource?: Resource;
  readonly children: string[];
}

/** What one preview or deployment has told of its resources, each below its parent. */
export class ResourceTree {
  readonly #nodes = new Map<string, Node>();
  readonly #roots: string[] = [];

  get isEmpty(): boolean {
    return this.#nodes.size === 0;
  }

  /** Whether it is of a plan, which nobody has carried out. */
  get isPlan(): boolean {
    return this.#resources().some(({ operation }) => operation === "preview");
  }

  add(resource: Resource): void {
    const { parent, urn } = resource;
    const known = this.#nodes.get(urn);
    if (known !== undefined) {
      known.resource = resource;
      return;
    }
    if (parent !== undefined && !this.#nodes.has(parent)) this.#place(parent, undefined);
    this.#place(urn, parent, resource);
  }

  clear(): void {
    this.#nodes.clear();
    this.#roots.length = 0;
  }

  /** All of it, for good: where a place does not fit beside its resource, it has a line of its own. */
  lines(columns: number): readonly string[] {
    return this.#walk((urn, { resource }, depth) => {
      const indent = "  ".repeat(depth + 1);
      if (resource === undefined) return [fitted(`${indent}  ${nameOf(urn)}`, columns)];
      const line = indent + resourceLine(resource);
      const place = placeWords(resource);
      const beside = place === "" ? line : `${line} ${place}`;
      const own =
        beside.length <= columns
          ? [beside]
          : [fitted(line, columns), fitted(`${indent}    ${place}`, columns)];
      // A value is broken by the terminal rather than cut: somebody is about to agree to it.
      return [...own, ...changeLines(resource).map((change) => `${indent}    ${change}`)];
    });
  }

  /** While it goes on: what fits a screen, with how far it is in the last line. */
  liveLines(columns: number, rows: number): readonly string[] {
    const line = (resource: Resource, depth: number): string =>
      `${"  ".repeat(depth + 1)}${resourceLine(resource)} ${placeWords(resource)}`.trimEnd();
    const whole = this.#walk((urn, { resource }, depth) => [
      resource === undefined ? `${"  ".repeat(depth + 2)}${nameOf(urn)}` : line(resource, depth),
    ]);
    const room = Math.max(1, rows - 2);
    const isOpen = ({ state }: Resource): boolean => state === "started" || state === "failed";
    const open = this.#resources().filter(isOpen);
    const shown = whole.length <= room ? whole : open.map((one) => line(one, 0)).slice(-room);
    return [...shown, this.#progressLine()].map((text) => fitted(text, columns));
  }

  #progressLine(): string {
    const resources = this.#resources();
    const number = (state: Resource["state"]): number =>
      resources.filter((one) => one.state === state).length;
    const words = [
      ["planned", number("planned")],
      ["done", number("done")],
      ["under way", number("started")],
      ["failed", number("failed")],
    ] as const;
    const told = words.flatMap(([word, of]) => (of === 0 ? [] : [`${count(of)} ${word}`]));
    return `  ${resources[0]?.operation ?? ""}: ${told.join(", ")}`;
  }

  #place(urn: string, parent: string | undefined, resource?: Resource): void {
    const siblings = parent === undefined ? this.#roots : this.#nodes.get(parent)?.children;
    siblings?.push(urn);
    this.#nodes.set(urn, { children: [], ...(resource && { resource }) });
  }

  #resources(): readonly Resource[] {
    return [...this.#nodes.values()].flatMap(({ resource }) => resource ?? []);
  }

  #walk(lines: (urn: string, node: Node, depth: number) => readonly string[]): readonly string[] {
    const told: string[] = [];
    const walk = (urns: readonly string[], depth: number): void => {
      for (const urn of urns) {
        const node = this.#nodes.get(urn);
        if (node === undefined) continue;
        told.push(...lines(urn, node, depth));
        walk(node.children, depth + 1);
      }
    };
    walk(this.#roots, 0);
    return told;
  }
}

/** The name that a program gave a resource, the last part of its URN. */
function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}
