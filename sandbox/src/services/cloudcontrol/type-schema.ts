import Ajv, { type ValidateFunction } from "ajv";
import { isDeepStrictEqual } from "node:util";
import { mistakesMessage } from "./model-mistakes";
import type { ResourceModel } from "./resource-type";

/** A CloudFormation resource type as plain data (`sandbox/cfn`). */
export interface TypeDefinition {
  readonly typeName: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly primaryIdentifier: readonly string[];
  readonly createOnlyProperties?: readonly string[];
  readonly readOnlyProperties?: readonly string[];
  readonly writeOnlyProperties?: readonly string[];
}

/** What CloudFormation's type data says about models of one type. */
export class TypeSchema {
  private validator: ValidateFunction | undefined;

  constructor(readonly definition: TypeDefinition) {}

  /** What is wrong with a model, in CloudFormation's words; undefined when it is right. */
  mistakes(model: ResourceModel): string | undefined {
    // Compiled when it is asked for: most of the types never are, and it would be a good part of a start.
    this.validator ??= compile(this.definition);
    if (this.validator(model)) return undefined;
    return mistakesMessage(this.validator.errors ?? []);
  }

  /** Read-only properties that the model has, as pointers (`/properties/Arn`). */
  readOnlyIn(model: ResourceModel): string[] {
    return (this.definition.readOnlyProperties ?? []).filter(
      (pointer) => valuesAt(model, pointer).length > 0,
    );
  }

  /**
   * Write-only properties that a patch touches by another operation than `add`, as the patch names them: there is
   * nothing at these places of what was read.
   */
  writeOnlyNotAdded(patch: readonly { op?: unknown; path?: unknown }[]): string[] {
    return patch.flatMap(({ op, path }) => {
      const isWriteOnly = (this.definition.writeOnlyProperties ?? []).some((pointer) =>
        startsWith(String(path).split("/").slice(1), segments(pointer)),
      );
      return op !== "add" && isWriteOnly ? [String(path)] : [];
    });
  }

  /** Create-only properties that differ between two models. */
  changedCreateOnly(current: ResourceModel, desired: ResourceModel): string[] {
    return this.changed(this.definition.createOnlyProperties, current, desired).filter(
      // What a read does not give back cannot be told from a change when it is not given again.
      (pointer) =>
        !this.definition.writeOnlyProperties?.includes(pointer) ||
        valuesAt(desired, pointer).length > 0,
    );
  }

  changedReadOnly(current: ResourceModel, desired: ResourceModel): string[] {
    return this.changed(this.definition.readOnlyProperties, current, desired);
  }

  /** A copy without the read-only properties. */
  withoutReadOnly(model: ResourceModel): ResourceModel {
    const copy = structuredClone(model);
    for (const pointer of this.definition.readOnlyProperties ?? []) {
      remove(copy, segments(pointer));
    }
    return copy;
  }

  private changed(
    pointers: readonly string[] | undefined,
    current: ResourceModel,
    desired: ResourceModel,
  ): string[] {
    return (pointers ?? []).filter(
      (pointer) => !isDeepStrictEqual(valuesAt(current, pointer), valuesAt(desired, pointer)),
    );
  }
}

function compile(definition: TypeDefinition): ValidateFunction {
  // The type data has keywords of CloudFormation's own (insertionOrder, typeName, ...), hence not strict; `format`
  // appears on read-only properties only.
  return new Ajv({
    allErrors: true,
    verbose: true,
    strict: false,
    validateFormats: false,
    validateSchema: false,
  }).compile(definition);
}

const segments = (pointer: string): string[] => pointer.replace("/properties/", "").split("/");

/** `*` in the beginning stands for any one segment. */
function startsWith(path: readonly string[], beginning: readonly string[]): boolean {
  return beginning.every((segment, index) => {
    const found = path[index];
    return found !== undefined && (segment === "*" || segment === found);
  });
}

function valuesAt(model: ResourceModel, pointer: string): unknown[] {
  let values: unknown[] = [model];
  for (const segment of segments(pointer)) {
    values = values.flatMap((value) => {
      if (segment === "*") return Array.isArray(value) ? value : [];
      if (!isObject(value) || !(segment in value)) return [];
      return [value[segment]];
    });
  }
  return values;
}

function remove(value: unknown, path: readonly string[]): void {
  const [first, ...rest] = path;
  if (first === undefined) return;
  if (first === "*") {
    if (Array.isArray(value)) for (const item of value) remove(item, rest);
  } else if (isObject(value)) {
    if (rest.length === 0) delete value[first];
    else remove(value[first], rest);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
