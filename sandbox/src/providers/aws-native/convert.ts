import type { CheckFailure } from "../model";
import { isObject, propertyPath, type Properties } from "../values";
import { sdkName } from "./names";
import type { TypeData, TypeNode } from "./type-data";

type Path = readonly (string | number)[];

/** A type's data read in both directions between Pulumi's and CloudFormation's names. */
export class Converter {
  constructor(private readonly data: TypeData) {}

  /** Properties in CloudFormation's names. Documents (policies) pass untouched. */
  toCfn(properties: Properties): Properties {
    return this.rename(this.data, properties, "toCfn", []) as Properties;
  }

  /** Properties in Pulumi's names. */
  fromCfn(properties: Properties): Properties {
    return this.rename(this.data, properties, "fromCfn", []) as Properties;
  }

  /** Names that the type does not have, by path. */
  unknownNames(properties: Properties): CheckFailure[] {
    const failures: CheckFailure[] = [];
    this.rename(this.data, properties, "toCfn", [], (path) => {
      failures.push({
        property: propertyPath(path),
        reason: `${this.data.typeName} does not have the property ${propertyPath(path)}`,
      });
    });
    return failures;
  }

  /** True for a list at that place, in Pulumi's names, whose order means nothing. */
  isUnordered(path: Path): boolean {
    let node: TypeNode | undefined = this.data;
    for (const segment of path) {
      if (node === undefined) return false;
      node = typeof segment === "number" ? this.resolve(node).items : this.member(node, segment);
    }
    return node !== undefined && this.resolve(node).insertionOrder === false;
  }

  private member(node: TypeNode, name: string): TypeNode | undefined {
    const entry = Object.entries(this.propertiesOf(node)).find(([cfn]) => sdkName(cfn) === name);
    return entry?.[1];
  }

  private rename(
    node: TypeNode,
    value: unknown,
    direction: "toCfn" | "fromCfn",
    path: Path,
    onUnknown?: (path: Path) => void,
  ): unknown {
    const resolved = this.resolve(node);
    if (Array.isArray(value)) {
      const items = resolved.items ?? {};
      return value.map((item, index) =>
        this.rename(items, item, direction, [...path, index], onUnknown),
      );
    }
    const properties = this.propertiesOf(resolved);
    if (!isObject(value) || Object.keys(properties).length === 0) return value;
    const result: Record<string, unknown> = {};
    const names = new Map(
      Object.keys(properties).map((cfn) =>
        direction === "toCfn" ? ([sdkName(cfn), cfn] as const) : ([cfn, sdkName(cfn)] as const),
      ),
    );
    for (const [name, member] of Object.entries(value)) {
      const renamed = names.get(name);
      if (renamed === undefined) {
        onUnknown?.([...path, name]);
        continue;
      }
      const child = properties[direction === "toCfn" ? renamed : name] ?? {};
      result[renamed] = this.rename(child, member, direction, [...path, name], onUnknown);
    }
    return result;
  }

  private propertiesOf(node: TypeNode): Readonly<Record<string, TypeNode>> {
    const resolved = this.resolve(node);
    return Object.assign(
      {},
      ...(resolved.oneOf ?? []).map((alternative) => alternative.properties ?? {}),
      resolved.properties ?? {},
    ) as Readonly<Record<string, TypeNode>>;
  }

  private resolve(node: TypeNode): TypeNode {
    const name = node.$ref?.replace("#/definitions/", "");
    if (name === undefined) return node;
    return this.data.definitions?.[name] ?? {};
  }
}
