import { autoName } from "../auto-name";
import { changesBetween, inputsAfterChange, type Comparison } from "../compare";
import {
  PartialFailure,
  type CheckFailure,
  type CheckRequest,
  type LocalResource,
  type ResourceDiff,
  type ResourceState,
  type UpdateRequest,
} from "../model";
import { UNKNOWN, type Properties } from "../values";
import type { CloudControl } from "./cloud-control";
import { Converter } from "./convert";
import { sdkName } from "./names";
import { topLevel, type TypeData } from "./type-data";

/** Properties that get a name from Pulumi when they have none, with the longest that AWS takes. */
const AUTO_NAMED: Readonly<Record<string, { property: string; maxLength: number }>> = {
  "AWS::S3::Bucket": { property: "bucketName", maxLength: 63 },
};

/** A resource type of `aws-native`: nothing but its CloudFormation data and Cloud Control. */
export class NativeResource implements LocalResource {
  private readonly converter: Converter;
  private readonly comparison: Comparison;
  private readonly readOnly: readonly string[];
  private readonly writeOnly: readonly string[];
  /** What can be given and is told back. */
  private readonly settable: readonly string[];

  constructor(
    private readonly data: TypeData,
    private readonly cloudControl: () => CloudControl,
  ) {
    this.converter = new Converter(data);
    this.readOnly = topLevel(data.readOnlyProperties).map(sdkName);
    this.writeOnly = topLevel(data.writeOnlyProperties).map(sdkName);
    this.settable = Object.keys(data.properties)
      .map(sdkName)
      .filter((name) => !this.readOnly.includes(name) && !this.writeOnly.includes(name));
    this.comparison = {
      replaceOn: topLevel(data.createOnlyProperties).map(sdkName),
      documents: Object.entries(data.properties)
        .filter(([, node]) => Array.isArray(node.type) && node.type.includes("object"))
        .map(([name]) => sdkName(name)),
      isUnordered: (path) => this.converter.isUnordered(path),
    };
  }

  check({ name, news, olds, seed }: CheckRequest): {
    inputs: Properties;
    failures: readonly CheckFailure[];
  } {
    const inputs: Record<string, unknown> = { ...news };
    const named = AUTO_NAMED[this.data.typeName];
    if (named !== undefined && inputs[named.property] === undefined) {
      inputs[named.property] =
        olds[named.property] ?? autoName(name.toLowerCase(), seed, named.maxLength);
    }
    return { inputs, failures: [...this.missing(inputs), ...this.refused(inputs)] };
  }

  diff(olds: Properties, news: Properties): ResourceDiff {
    const changes = changesBetween(olds, news, this.comparison);
    const identifiers = topLevel(this.data.primaryIdentifier).map(sdkName);
    return {
      changes,
      // With its identifier unchanged, the new resource would meet the old one.
      deleteBeforeReplace: !changes.some((change) => identifiers.includes(String(change.path[0]))),
    };
  }

  previewCreate(inputs: Properties): Properties {
    return { ...Object.fromEntries(this.readOnly.map((name) => [name, UNKNOWN])), ...inputs };
  }

  previewUpdate(inputs: Properties, oldOutputs: Properties): Properties {
    const kept = this.readOnly.map((name) => [name, oldOutputs[name]] as const);
    return { ...Object.fromEntries(kept), ...inputs };
  }

  async create(inputs: Properties): Promise<ResourceState> {
    const id = await this.cloudControl().create(this.data.typeName, this.converter.toCfn(inputs));
    try {
      return { id, outputs: await this.outputs(id, inputs) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new PartialFailure(
        { id, outputs: inputs },
        inputs,
        `reading the new resource: ${reason}`,
      );
    }
  }

  /**
   * As the real provider finds out what has drifted: by what AWS says newly since the last look, not by the inputs, which say
   * less than what there is.
   * @see https://github.com/pulumi/pulumi-aws-native/blob/master/provider/pkg/provider/provider.go
   */
  async read(
    id: string,
    inputs: Properties,
    oldOutputs: Properties,
  ): Promise<{ inputs: Properties; outputs: Properties } | undefined> {
    const model = await this.cloudControl().read(this.data.typeName, id);
    if (model === undefined) return undefined;
    const outputs = this.converter.fromCfn(model);
    const isImport = Object.keys(inputs).length === 0;
    return {
      outputs: { ...this.writtenOnly(inputs), ...outputs },
      inputs: isImport
        ? omit(outputs, this.readOnly)
        : {
            ...this.writtenOnly(inputs),
            ...inputsAfterChange(
              inputs,
              oldOutputs,
              outputs,
              this.settable,
              this.comparison.documents,
            ),
          },
    };
  }

  async update({ id, oldInputs, oldOutputs, news }: UpdateRequest): Promise<Properties> {
    const changed = new Set(
      changesBetween(oldInputs, news, this.comparison).map((change) => String(change.path[0])),
    );
    const cfn = this.converter.toCfn(news);
    const cfnNames = new Map(
      Object.keys(this.data.properties).map((name) => [sdkName(name), name]),
    );
    const patch = [...changed].flatMap((name): object[] => {
      const cfnName = cfnNames.get(name) ?? name;
      const path = `/${cfnName}`;
      // `add` of RFC 6902 replaces what is there.
      if (cfn[cfnName] !== undefined) return [{ op: "add", path, value: cfn[cfnName] }];
      return oldOutputs[name] === undefined || this.writeOnly.includes(name)
        ? []
        : [{ op: "remove", path }];
    });
    if (patch.length > 0) await this.cloudControl().update(this.data.typeName, id, patch);
    return this.outputs(id, news);
  }

  delete(id: string): Promise<void> {
    return this.cloudControl().delete(this.data.typeName, id);
  }

  private async outputs(id: string, inputs: Properties): Promise<Properties> {
    const model = await this.cloudControl().read(this.data.typeName, id);
    if (model === undefined) throw new Error(`${this.data.typeName} ${id} is not there any more`);
    return { ...this.writtenOnly(inputs), ...this.converter.fromCfn(model) };
  }

  /** What is never read back stays as it was given. */
  private writtenOnly(inputs: Properties): Properties {
    const entries = Object.entries(inputs).filter(([name]) => this.writeOnly.includes(name));
    return Object.fromEntries(entries);
  }

  private missing(inputs: Properties): CheckFailure[] {
    return (this.data.required ?? [])
      .map(sdkName)
      .filter((name) => inputs[name] === undefined)
      .map((name) => ({ property: name, reason: `missing required property ${name}` }));
  }

  private refused(inputs: Properties): CheckFailure[] {
    const readOnly = this.readOnly
      .filter((name) => inputs[name] !== undefined)
      .map((name) => ({
        property: name,
        reason: `${name} is read-only in ${this.data.typeName} and cannot be set`,
      }));
    return [...this.converter.unknownNames(inputs), ...readOnly];
  }
}

function omit(properties: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}
