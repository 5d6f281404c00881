/** The rule of the component package, as TypeScript text: made of the one shape of a rule. */

import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { z } from "zod";
import { ruleShape } from "../components/config/rule";

export const RULE_FILE = join(__dirname, "..", "components", "package", "rule.ts");

/** Closed lists of the package that a rule's members are of, by the member. */
const CLOSED_LISTS: Readonly<Record<string, string>> = {
  status: "RuleStatus",
  storageClass: "StorageClass",
};
/** Members that every deployed rule has. Outputs of earlier versions lack the others, or a rule may be without them. */
const ALWAYS_DEPLOYED = ["name", "status", "priority", "vault"];
/** Members whose default is another member's, and which stay absent. */
const ABSENT_BY_DEFAULT = ["prefix", "tags", "storageClass", "replicaKmsKeyId"];

interface Member {
  name: string;
  shape: z.core.$ZodType;
  isOptional: boolean;
  description: string;
}

/** @returns the text of the file */
export async function packageRule(): Promise<string> {
  const members = membersOf(ruleShape);
  const filterMembers = membersOf(ruleShape.shape.filter.unwrap());
  // Told for each source, with the filter spread out.
  const deployed = members.filter(({ name }) => name !== "filter" && name !== "source");
  const text = `
/** Written by \`npm run docs:package-schema\` from the shape of a rule in the config: change it there. */

import type { Input } from "@pulumi/pulumi";
import type { Integer, RuleStatus, StorageClass } from "./values";

/** A replication rule of S3. */
export interface Rule {
${members.map(argument).join("\n")}
}

/** What a rule replicates. Prefix and tags must match, all of them. */
export interface RuleFilter {
${filterMembers.map(argument).join("\n")}
}

/** A replication rule as it was deployed, its filter spread out. */
export interface DeployedRule {
${[...deployed, ...filterMembers].map(output).join("\n")}
}
`;
  return format(text, { ...(await resolveConfig(RULE_FILE)), parser: "typescript" });
}

function argument({ description, isOptional, name, shape }: Member): string {
  return `/** ${description} */\n${name}${isOptional ? "?" : ""}: Input<${argumentType(name, shape)}>;`;
}

function output({ description, name, shape }: Member): string {
  const sure = ALWAYS_DEPLOYED.includes(name);
  const told = ABSENT_BY_DEFAULT.includes(name)
    ? description.replace("Default:", "Absent:")
    : description.replace(/ Default: .*$/s, "");
  return `/** ${told} */\n${name}${sure ? "" : "?"}: ${plainType(shape)};`;
}

function argumentType(name: string, shape: z.core.$ZodType): string {
  if (shape instanceof z.ZodObject) return "RuleFilter";
  if (shape instanceof z.ZodRecord) return "{ [key: string]: Input<string> }";
  if (!(shape instanceof z.ZodEnum)) return plainType(shape);
  const list = CLOSED_LISTS[name];
  if (list === undefined) throw new Error(`rules[].${name} is of no closed list of the package`);
  return list;
}

function plainType(shape: z.core.$ZodType): string {
  if (shape instanceof z.ZodRecord) return "{ [key: string]: string }";
  if (shape instanceof z.ZodString || shape instanceof z.ZodEnum) return "string";
  if (shape instanceof z.ZodBoolean) return "boolean";
  if (shape instanceof z.ZodNumber) return "Integer";
  throw new Error(`a rule's member has no type in the package: ${shape.constructor.name}`);
}

/** A member's own shape is inside of what makes it optional; its description stands at either. */
function membersOf(object: z.ZodObject): Member[] {
  return Object.entries(object.shape).map(([name, written]) => {
    let shape = written as z.ZodType;
    let { description } = shape;
    while (shape instanceof z.ZodOptional || shape instanceof z.ZodDefault) {
      shape = shape.unwrap() as z.ZodType;
      description ??= shape.description;
    }
    if (description === undefined) throw new Error(`rules[].${name} has no description`);
    return { name, shape, isOptional: shape !== written, description };
  });
}
