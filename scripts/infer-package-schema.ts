/** The schema of the component package, inferred from its TypeScript types by Pulumi's own analyzer. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer";
import { generateSchema, type PackageSpec } from "@pulumi/pulumi/provider/experimental/schema";
import * as ts from "typescript";

const ROOT = join(__dirname, "..");
const FOLDER = join(ROOT, "components", "package");
/** Where the analyzer finds which files to read. */
const PROJECT = join(__dirname, "package-schema");
const ENTRY = "../../components/package/immutable-copies.ts";
const COMPONENTS = ["ImmutableCopies"];

export const SCHEMA_FILE = join(FOLDER, "schema.json");

/** @returns the text of the schema file */
export function inferPackageSchema(): string {
  const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    name: string;
    version: string;
    description: string;
    license: string;
  };
  const analyzer = new Analyzer(
    PROJECT,
    manifest.name,
    { ...manifest, main: ENTRY },
    new Set(COMPONENTS),
  );
  const { components, dependencies, typeDefinitions } = analyzer.analyze();
  const schema = generateSchema(
    manifest.name,
    manifest.version,
    manifest.description,
    components,
    typeDefinitions,
    dependencies,
  );
  complete(schema, manifest.name, describedTypes());
  return `${JSON.stringify({ license: manifest.license, ...schema }, undefined, 2)}\n`;
}

/** What the analyzer does not carry over from a type: its comment, and which of its numbers are whole. */
interface DescribedType {
  description: string;
  integers: readonly string[];
}

function complete(
  { types }: PackageSpec,
  packageName: string,
  described: ReadonlyMap<string, DescribedType>,
): void {
  for (const [token, type] of Object.entries(types)) {
    const name = token.slice(`${packageName}:index:`.length);
    const facts = described.get(name);
    if (facts === undefined) throw new Error(`components/package has no comment on ${name}`);
    type.description = facts.description;
    for (const member of facts.integers) {
      const property = type.properties?.[member];
      if (property === undefined || !("type" in property) || property.type !== "number") {
        throw new Error(`${name}.${member} is an Integer, but no number in the schema`);
      }
      property.type = "integer";
    }
  }
}

/** Of the interfaces and closed lists of the package, by name. */
function describedTypes(): ReadonlyMap<string, DescribedType> {
  const found = new Map<string, DescribedType>();
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".ts"))) {
    const text = readFileSync(join(FOLDER, file), "utf8");
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    source.forEachChild((node) => {
      const description = commentOf(node);
      if (description === undefined) return;
      if (ts.isInterfaceDeclaration(node)) {
        const integers = node.members
          .filter((member) => ts.isPropertySignature(member) && isInteger(member.type, source))
          .flatMap(({ name }) => (name === undefined ? [] : [name.getText(source)]));
        found.set(node.name.text, { description, integers });
      } else if (ts.isVariableStatement(node)) {
        for (const { name } of node.declarationList.declarations) {
          found.set(name.getText(source), { description, integers: [] });
        }
      }
    });
  }
  return found;
}

function isInteger(type: ts.TypeNode | undefined, source: ts.SourceFile): boolean {
  return type !== undefined && /\bInteger\b/.test(type.getText(source));
}

function commentOf(node: ts.Node): string | undefined {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return comments.length === 0
    ? undefined
    : comments.map(({ comment }) => ts.getTextOfJSDocComment(comment)).join("\n");
}
