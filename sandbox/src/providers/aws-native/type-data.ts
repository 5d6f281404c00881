import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A node of a CloudFormation type's data, as far as names and order need it. */
export interface TypeNode {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, TypeNode>>;
  readonly items?: TypeNode;
  readonly oneOf?: readonly TypeNode[];
  readonly insertionOrder?: boolean;
  readonly required?: readonly string[];
}

export interface TypeData extends TypeNode {
  readonly typeName: string;
  readonly properties: Readonly<Record<string, TypeNode>>;
  readonly definitions?: Readonly<Record<string, TypeNode>>;
  readonly primaryIdentifier: readonly string[];
  readonly createOnlyProperties?: readonly string[];
  readonly readOnlyProperties?: readonly string[];
  readonly writeOnlyProperties?: readonly string[];
}

const DIRECTORY = join(__dirname, "..", "..", "cfn");
const loaded = new Map<string, TypeData>();

/**
 * The data of the type that a token names: `aws-native:s3:Bucket` is `AWS::S3::Bucket`.
 * @throws Error naming the token when there is no such data
 */
export function typeDataOf(token: string): TypeData {
  const data = findTypeData(token);
  if (data === undefined) {
    throw new Error(`The local aws-native provider does not have the resource type ${token}.`);
  }
  return data;
}

/** The same; undefined when there is no such data. */
export function findTypeData(token: string): TypeData | undefined {
  const known = loaded.get(token);
  if (known !== undefined) return known;
  const match = /^aws-native:(\w+):(\w+)$/.exec(token);
  const service = SERVICES[match?.[1] ?? ""];
  const file = join(DIRECTORY, `AWS-${service}-${match?.[2]}.json`);
  if (service === undefined || !existsSync(file)) return undefined;
  const data = JSON.parse(readFileSync(file, "utf8")) as TypeData;
  loaded.set(token, data);
  return data;
}

/** Modules of the SDK by the service in CloudFormation's names. */
const SERVICES: Readonly<Record<string, string>> = {
  cloudwatch: "CloudWatch",
  events: "Events",
  iam: "IAM",
  kms: "KMS",
  s3: "S3",
  sns: "SNS",
};

/** Top-level names of a list of pointers; nested ones are left out. */
export function topLevel(pointers: readonly string[] | undefined): string[] {
  return (pointers ?? [])
    .map((pointer) => pointer.replace("/properties/", ""))
    .filter((name) => !name.includes("/"));
}
