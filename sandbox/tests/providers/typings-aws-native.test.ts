import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { sdkName } from "../../src/providers/aws-native/names";
import { typeDataOf, type TypeData, type TypeNode } from "../../src/providers/aws-native/type-data";
import { JSON_TYPES, SdkTypings, type Kind, type TypedProperties } from "./sdk-typings";

/**
 * Where the SDK is newer than the type's data, or where the real provider does more than its type: it makes up the names of
 * `policyName` and `aliasName`. Here they are wanted.
 */
const OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  "AWS::CloudWatch::Alarm": ["warmUpConfiguration: not in the type"],
  "AWS::Events::Rule": ["tags.key: not wanted by the type", "tags.value: not wanted by the type"],
  "AWS::IAM::RolePolicy": ["policyName: wanted by the type"],
  "AWS::KMS::Alias": ["aliasName: wanted by the type"],
  "AWS::S3::Bucket": [
    "objectLockConfiguration.rule.defaultRetention.defaultEventHold: not in the type",
  ],
};

const KINDS: Readonly<Record<Kind, readonly string[]>> = {
  ...JSON_TYPES,
  any: ["object", "string"],
};

const typeNames = readdirSync(join(__dirname, "..", "..", "src", "cfn")).map((file) =>
  file.replace(/\.json$/, "").replaceAll("-", "::"),
);

describe("the local aws-native provider beside the typings of @pulumi/aws-native", () => {
  const sdk = new SdkTypings("@pulumi/aws-native");

  for (const typeName of typeNames) {
    const [, service = "", name = ""] = typeName.split("::");
    const token = `aws-native:${service.toLowerCase()}:${name}`;

    describe(token, () => {
      const data = typeDataOf(token);
      const { args, outputs } = sdk.resource(token);

      it("takes the SDK's inputs under the same names, in the same kinds and as much wanted", () => {
        expect(differences(data, data, args, "")).to.eql([...(OTHERWISE[typeName] ?? [])]);
      });

      it("gives the outputs that the type tells", () => {
        const told = (data.readOnlyProperties ?? [])
          .map((pointer) => sdkName(pointer.replace("/properties/", "").split("/")[0] ?? ""))
          // `id` of a resource is Pulumi's own; the SDK gives the type's another name.
          .map((output) => (output === "id" ? "awsId" : output));
        expect([...outputs.keys()]).to.include.members(told);
      });

      it("replaces on inputs that the SDK has", () => {
        const replacing = (data.createOnlyProperties ?? []).map((pointer) =>
          sdkName(pointer.replace("/properties/", "")),
        );
        expect([...args.keys()]).to.include.members(replacing);
      });
    });
  }
});

function differences(
  data: TypeData,
  node: TypeNode,
  typed: TypedProperties,
  path: string,
): string[] {
  const resolved = resolve(data, node);
  const properties = new Map(
    Object.entries(propertiesOf(resolved)).map(([name, child]) => [sdkName(name), child] as const),
  );
  const wanted = (resolved.required ?? []).map(sdkName);
  const readOnly = (data.readOnlyProperties ?? []).map((pointer) =>
    sdkName(pointer.replace("/properties/", "")),
  );
  const unknown = [...properties.keys()]
    .filter((name) => !typed.has(name) && !(path === "" && readOnly.includes(name)))
    .map((name) => `${path}${name}: not in the SDK`);
  const others = [...typed].flatMap(([name, property]): string[] => {
    const child = properties.get(name);
    const place = `${path}${name}`;
    if (child === undefined) return [`${place}: not in the type`];
    const found: string[] = [];
    if (wanted.includes(name) && !property.isRequired) found.push(`${place}: wanted by the type`);
    if (!wanted.includes(name) && property.isRequired) {
      found.push(`${place}: not wanted by the type`);
    }
    const own = resolve(data, child);
    const kinds = own.type === undefined ? [] : [own.type].flat();
    if (kinds.length > 0 && !kinds.some((kind) => KINDS[property.kind].includes(kind))) {
      found.push(`${place}: a ${kinds.join(" or ")} in the type, a ${property.kind} in the SDK`);
    }
    const members = property.members?.();
    return members === undefined
      ? found
      : [...found, ...differences(data, own.items ?? own, members, `${place}.`)];
  });
  return [...unknown, ...others];
}

const propertiesOf = (node: TypeNode): Readonly<Record<string, TypeNode>> =>
  Object.assign(
    {},
    ...(node.oneOf ?? []).map((alternative) => alternative.properties ?? {}),
    node.properties ?? {},
  ) as Readonly<Record<string, TypeNode>>;

function resolve(data: TypeData, node: TypeNode): TypeNode {
  const name = node.$ref?.replace("#/definitions/", "");
  return name === undefined ? node : resolve(data, data.definitions?.[name] ?? {});
}
