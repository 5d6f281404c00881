import { readFileSync } from "node:fs";
import { expect } from "chai";
import { z } from "zod";
import { ruleShape } from "../../components/config/rule";
import * as shapes from "../../components/config/shape";
import { inferPackageSchema, SCHEMA_FILE } from "../../scripts/infer-package-schema";
import { packageRule, RULE_FILE } from "../../scripts/package-rule";

interface Property {
  type?: string;
  $ref?: string;
  items?: Property;
  additionalProperties?: Property;
  description?: string;
}

interface ObjectType {
  type: string;
  description?: string;
  properties?: Record<string, Property>;
  required?: string[];
  enum?: { value: string }[];
}

interface Schema {
  resources: Record<
    string,
    ObjectType & { inputProperties: Record<string, Property>; requiredInputs: string[] }
  >;
  types: Record<string, ObjectType>;
}

const schema = JSON.parse(readFileSync(SCHEMA_FILE, "utf8")) as Schema;
const component = schema.resources["lockstep:index:ImmutableCopies"];

/** One line for each value that may be written: its path, whether it has to be there, and its kind. */
type Lines = Map<string, { required: boolean; kind: string }>;

describe("Schema of the component package", () => {
  it("has the rule of the config's one shape (npm run docs:package-schema writes it anew)", async () => {
    expect(readFileSync(RULE_FILE, "utf8")).to.equal(await packageRule());
  });

  it("is what the TypeScript types say (npm run docs:package-schema writes it anew)", function () {
    this.timeout(60_000);
    expect(readFileSync(SCHEMA_FILE, "utf8")).to.equal(inferPackageSchema());
  });

  it("takes exactly what the config takes, but for backfill, evidence, what a verdict accepts, who tries refusals and the look into two stacks, which are driven and not declared", () => {
    const config = z.strictObject({
      ...shapes.rootShape.omit({
        backfill: true,
        evidence: true,
        sourceStack: true,
        verdict: true,
      }).shape,
      source: shapes.sourceShape.optional(),
      sources: z.array(z.union([shapes.fleetSourceShape, shapes.chainedSourceShape])).optional(),
      vaults: z.array(shapes.vaultShape.omit({ refusalsRoleArn: true })),
      rules: z.array(ruleShape),
      monitoring: shapes.monitoringShape.optional(),
      inventory: shapes.inventoryShape.optional(),
      verdict: shapes.verdictShape.omit({ accept: true }).optional(),
    });
    const ofConfig: Lines = new Map();
    addShape(ofConfig, "", config, true);
    const ofSchema: Lines = new Map();
    for (const [name, property] of Object.entries(component?.inputProperties ?? {})) {
      addProperty(ofSchema, name, property, component?.requiredInputs.includes(name) ?? false);
    }
    ofConfig.delete("");
    expect(sorted(ofSchema)).to.deep.equal(sorted(ofConfig));
    expect(ofSchema.size).to.be.greaterThan(80);
  });

  it("describes every type and every property", () => {
    const silent = Object.entries({ ...schema.types, ...schema.resources }).flatMap(
      ([token, { description, properties = {}, ...rest }]) => {
        const inputs = "inputProperties" in rest ? rest.inputProperties : {};
        const members = Object.entries({ ...properties, ...inputs });
        return [
          ...(description ? [] : [token]),
          ...members
            .filter(([, member]) => !member.description)
            .map(([name]) => `${token}.${name}`),
        ];
      },
    );
    expect(silent).to.deep.equal([]);
  });
});

function sorted(lines: Lines): string[] {
  return [...lines]
    .map(([path, { kind, required }]) => `${path}${required ? "" : "?"}: ${kind}`)
    .sort();
}

function addShape(lines: Lines, path: string, shape: z.core.$ZodType, required: boolean): void {
  if (shape instanceof z.ZodOptional || shape instanceof z.ZodDefault) {
    addShape(lines, path, shape.unwrap(), false);
  } else if (shape instanceof z.ZodObject) {
    lines.set(path, { required, kind: "object" });
    for (const [name, member] of Object.entries(shape.shape)) {
      addShape(lines, path === "" ? name : `${path}.${name}`, member as z.core.$ZodType, true);
    }
  } else if (shape instanceof z.ZodArray) {
    lines.set(path, { required, kind: "array" });
    addShape(lines, `${path}[]`, shape.element as z.core.$ZodType, true);
  } else if (shape instanceof z.ZodUnion) {
    addUnion(lines, path, shape.options as z.core.$ZodType[], required);
  } else if (shape instanceof z.ZodRecord) {
    lines.set(path, { required, kind: "map" });
    addShape(lines, `${path}{}`, shape.valueType as z.core.$ZodType, true);
  } else {
    lines.set(path, { required, kind: kindOf(shape) });
  }
}

/** Schemas know no unions of objects: one object stands for all, and what not each of them asks for is optional. */
function addUnion(
  lines: Lines,
  path: string,
  options: readonly z.core.$ZodType[],
  required: boolean,
): void {
  // A secret of the stack file is a plain text for the running program.
  const [text] = options;
  if (text instanceof z.ZodString) return addShape(lines, path, text, required);
  const each = options.map((option) => {
    const own: Lines = new Map();
    addShape(own, path, option, required);
    return own;
  });
  for (const name of new Set(each.flatMap((own) => [...own.keys()]))) {
    const found = each.flatMap((own) => own.get(name) ?? []);
    const parents = each.filter((own) => own.has(name.replace(/(\.\w+|\[\]|\{\})$/, "")));
    const isInEach = name === path || found.length === parents.length;
    const kind = found[0]?.kind ?? "";
    lines.set(name, { required: isInEach && found.every((line) => line.required), kind });
  }
}

function kindOf(shape: z.core.$ZodType): string {
  if (shape instanceof z.ZodEnum) return `one of ${[...shape.options].sort().join(" ")}`;
  if (shape instanceof z.ZodString) return "string";
  if (shape instanceof z.ZodBoolean) return "boolean";
  if (shape instanceof z.ZodNumber) return shape.format === "safeint" ? "integer" : "number";
  throw new Error(`a shape that the schema's test does not know: ${shape.constructor.name}`);
}

function addProperty(lines: Lines, path: string, property: Property, required: boolean): void {
  const { $ref, additionalProperties, items, type = "" } = property;
  if ($ref !== undefined) {
    const target = schema.types[$ref.slice("#/types/".length)];
    if (target === undefined) throw new Error(`${path} refers to ${$ref}, which is not there`);
    if (target.enum !== undefined) {
      const values = target.enum.map(({ value }) => value).sort();
      lines.set(path, { required, kind: `one of ${values.join(" ")}` });
      return;
    }
    lines.set(path, { required, kind: "object" });
    for (const [name, member] of Object.entries(target.properties ?? {})) {
      addProperty(lines, `${path}.${name}`, member, target.required?.includes(name) ?? false);
    }
  } else if (items !== undefined) {
    lines.set(path, { required, kind: "array" });
    addProperty(lines, `${path}[]`, items, true);
  } else if (additionalProperties !== undefined) {
    lines.set(path, { required, kind: "map" });
    addProperty(lines, `${path}{}`, additionalProperties, true);
  } else {
    lines.set(path, { required, kind: type });
  }
}
