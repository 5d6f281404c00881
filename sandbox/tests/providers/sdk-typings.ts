import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as ts from "typescript";

/** One property of a resource's arguments, as an SDK's typings have it. */
export interface TypedProperty {
  readonly isRequired: boolean;
  readonly kind: Kind;
  /** The comment above it. */
  readonly text: string;
  /** Of an object, or of the objects in a list. */
  readonly members?: () => TypedProperties;
}

export type Kind = "string" | "number" | "boolean" | "list" | "map" | "object" | "any";

/** How each kind reads as a JSON Schema type, but for what may be anything. */
export const JSON_TYPES: Readonly<Record<Exclude<Kind, "any">, readonly string[]>> = {
  string: ["string"],
  number: ["number", "integer"],
  boolean: ["boolean"],
  list: ["array"],
  map: ["object"],
  object: ["object"],
};

export type TypedProperties = ReadonlyMap<string, TypedProperty>;

/** A resource of an SDK: what it takes, and the names of what it gives. */
export interface TypedResource {
  readonly args: TypedProperties;
  readonly outputs: ReadonlyMap<string, { readonly isAlwaysThere: boolean }>;
}

/** The typings of `@pulumi/aws` or `@pulumi/aws-native` that are installed, read as text: only shapes matter here. */
export class SdkTypings {
  private readonly folder: string;
  private readonly inputs: ReadonlyMap<string, ts.InterfaceDeclaration>;

  constructor(packageName: string) {
    this.folder = dirname(require.resolve(`${packageName}/package.json`));
    this.inputs = namedInterfaces(this.parse(join("types", "input.d.ts")));
  }

  /** @param token `aws:s3/bucketPolicy:BucketPolicy`, `aws-native:s3:Bucket` */
  resource(token: string): TypedResource {
    const [, module = "", name = ""] = token.split(":");
    const [folder = "", file = `${name.charAt(0).toLowerCase()}${name.slice(1)}`] =
      module.split("/");
    const source = this.parse(join(folder, `${file}.d.ts`));
    const args = source.statements
      .filter(ts.isInterfaceDeclaration)
      .find((each) => each.name.text === `${name}Args`);
    const made = source.statements
      .filter(ts.isClassDeclaration)
      .find((each) => each.name?.text === name);
    if (args === undefined || made === undefined) throw new Error(`no typings of ${token}`);
    return { args: this.propertiesOf(args), outputs: outputsOf(made) };
  }

  private parse(path: string): ts.SourceFile {
    const file = join(this.folder, path);
    return ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  }

  private propertiesOf(declared: ts.InterfaceDeclaration): TypedProperties {
    return new Map(
      declared.members.filter(ts.isPropertySignature).map((member) => {
        const { kind, members } = this.typeOf(member.type);
        const property = { isRequired: member.questionToken === undefined, kind, members };
        return [nameOf(member), { ...property, text: commentOf(member) }] as const;
      }),
    );
  }

  private typeOf(node: ts.TypeNode | undefined): Pick<TypedProperty, "kind" | "members"> {
    if (node === undefined) return { kind: "any" };
    if (ts.isParenthesizedTypeNode(node)) return this.typeOf(node.type);
    if (ts.isUnionTypeNode(node)) return this.unionOf(node);
    if (ts.isArrayTypeNode(node)) {
      return { kind: "list", members: this.typeOf(node.elementType).members };
    }
    if (ts.isTypeLiteralNode(node)) return { kind: "map" };
    if (node.kind === ts.SyntaxKind.NumberKeyword) return { kind: "number" };
    if (node.kind === ts.SyntaxKind.BooleanKeyword) return { kind: "boolean" };
    if (node.kind === ts.SyntaxKind.StringKeyword) return { kind: "string" };
    if (ts.isTypeReferenceNode(node)) return this.referred(node);
    return { kind: "any" };
  }

  /** Alternatives to `undefined`; several are a string in one of its spellings, or anything. */
  private unionOf(node: ts.UnionTypeNode): Pick<TypedProperty, "kind" | "members"> {
    const types = node.types
      .filter((each) => each.kind !== ts.SyntaxKind.UndefinedKeyword)
      .map((each) => this.typeOf(each));
    const [first] = types;
    const isOneKind = first !== undefined && types.every((each) => each.kind === first.kind);
    return isOneKind ? first : { kind: "any" };
  }

  private referred(node: ts.TypeReferenceNode): Pick<TypedProperty, "kind" | "members"> {
    const name = node.typeName.getText();
    if (name === "pulumi.Input") return this.typeOf(node.typeArguments?.[0]);
    const found = this.inputs.get(name.replace(/^inputs\./, ""));
    if (found !== undefined) return { kind: "object", members: () => this.propertiesOf(found) };
    if (name === "ARN" || name.startsWith("enums.")) return { kind: "string" };
    return { kind: "any" };
  }
}

/** The interfaces of `types/input.d.ts` as the SDK refers to them: `s3.BucketReplicationConfigRule`. */
function namedInterfaces(source: ts.SourceFile): ReadonlyMap<string, ts.InterfaceDeclaration> {
  const found = new Map<string, ts.InterfaceDeclaration>();
  const collect = (statements: readonly ts.Statement[], prefix: string): void => {
    for (const statement of statements) {
      if (ts.isInterfaceDeclaration(statement)) found.set(prefix + statement.name.text, statement);
      const body = ts.isModuleDeclaration(statement) ? statement.body : undefined;
      if (ts.isModuleDeclaration(statement) && body !== undefined && ts.isModuleBlock(body)) {
        collect(body.statements, `${prefix}${statement.name.text}.`);
      }
    }
  };
  collect(source.statements, "");
  return found;
}

function outputsOf(made: ts.ClassDeclaration): TypedResource["outputs"] {
  return new Map(
    made.members
      .filter(ts.isPropertyDeclaration)
      .filter((member) => member.type?.getText().startsWith("pulumi.Output<"))
      .map((member) => {
        const isAlwaysThere = !/\bundefined\b/.test(member.type?.getText() ?? "");
        return [nameOf(member), { isAlwaysThere }] as const;
      }),
  );
}

const nameOf = (member: ts.PropertySignature | ts.PropertyDeclaration): string =>
  member.name.getText().replace(/^"(.*)"$/, "$1");

const commentOf = (member: ts.PropertySignature): string =>
  ts
    .getJSDocCommentsAndTags(member)
    .map((each) => each.getText())
    .join("\n");
