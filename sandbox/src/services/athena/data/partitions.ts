import type { CatalogTable, Partition } from "../catalog/tables";
import type { Caller, ListedObject } from "../run/caller";
import { visibleObjects } from "./locations";
import { projectionsOf } from "./projection";

/** A partition with the objects in it, or a whole table that has none. */
export interface TablePart {
  /** In the order of the partition keys. */
  readonly values: readonly string[];
  /** Files of data, or of links to them. */
  readonly objects: () => readonly ListedObject[];
}

/**
 * The parts of a table: those that the catalog has, or those that a projection makes and that there is something in.
 * @throws QueryFailed
 */
export function partsOf(caller: Caller, table: CatalogTable, nowEpochMs: number): TablePart[] {
  if (table.partitionKeys.length === 0) {
    return [{ values: [], objects: () => visibleObjects(caller, table.location) }];
  }
  const projections = projectionsOf(table, nowEpochMs);
  if (projections !== undefined) {
    const template = table.properties.get("storage.location.template") ?? folderTemplate(table);
    return foundParts(caller, table, template).filter(({ values }) =>
      values.every((value, index) => projections[index]?.(value) === true),
    );
  }
  return [...table.partitions.values()].map(({ values, location }) => ({
    values,
    objects: () => visibleObjects(caller, location),
  }));
}

/** Partitions that `MSCK REPAIR TABLE` finds: folders named `key=value`. @throws QueryFailed */
export function foundPartitions(caller: Caller, table: CatalogTable): Partition[] {
  const template = folderTemplate(table);
  return foundParts(caller, table, template).map(({ values }) => ({
    values,
    location: filled(template, table, values.map(encodeURIComponent)),
  }));
}

function folderTemplate(table: CatalogTable): string {
  return table.location + table.partitionKeys.map(({ name }) => `${name}=\${${name}}/`).join("");
}

/** Where a partition lies that was added without a location. */
export function defaultLocation(table: CatalogTable, values: readonly string[]): string {
  return filled(folderTemplate(table), table, values);
}

function filled(template: string, table: CatalogTable, values: readonly string[]): string {
  return table.partitionKeys.reduce(
    (text, { name }, index) => text.replaceAll(`\${${name}}`, values[index] ?? ""),
    template,
  );
}

/** Objects where the template puts partitions, by the values in their paths. */
function foundParts(caller: Caller, table: CatalogTable, template: string): TablePart[] {
  const base = template.slice(0, template.indexOf("${") < 0 ? undefined : template.indexOf("${"));
  const folder = base.slice(0, base.lastIndexOf("/") + 1);
  const { names, pattern } = templatePattern(template);
  const parts = new Map<string, { values: string[]; found: ListedObject[] }>();
  for (const object of visibleObjects(caller, folder)) {
    const match = pattern.exec(`s3://${object.bucket}/${object.key}`);
    if (match === null) continue;
    const values = table.partitionKeys.map(({ name }) =>
      decoded(match[names.indexOf(name) + 1] ?? ""),
    );
    const key = values.join("/");
    const part = parts.get(key);
    if (part === undefined) parts.set(key, { values, found: [object] });
    else part.found.push(object);
  }
  return [...parts.values()].map(({ values, found }) => ({ values, objects: () => found }));
}

function templatePattern(template: string): { readonly names: string[]; readonly pattern: RegExp } {
  const names: string[] = [];
  const folder = template.endsWith("/") ? template : `${template}/`;
  const source = folder.replace(/\$\{(\w+)\}|[^$]+|\$/g, (part, name: string | undefined) => {
    if (name === undefined) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    names.push(name.toLowerCase());
    return "([^/]+)";
  });
  return { names, pattern: new RegExp(`^${source}`, "i") };
}

/** Hive writes what does not belong into a path as `%3A`. */
function decoded(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_all, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
}
