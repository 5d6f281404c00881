import { expect } from "chai";
import { z } from "zod";
import { account } from "../../src/providers/aws/account/index";
import { cloudwatch } from "../../src/providers/aws/cloudwatch/index";
import { iam } from "../../src/providers/aws/iam/index";
import { kms } from "../../src/providers/aws/kms/index";
import type { Declaration, DefinedType } from "../../src/providers/aws/module";
import { s3 } from "../../src/providers/aws/s3/index";
import { sns } from "../../src/providers/aws/sns/index";
import { GIVES_NOT, TAKES_NOT, WANTS_MORE } from "./left-out";
import { JSON_TYPES, SdkTypings, type Kind, type TypedProperties } from "./sdk-typings";

/** What JSON Schema says of a type's inputs. */
interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

/** A policy is text or an object to the SDK, and text after `check`. */
const READS_AS: Readonly<Record<Kind, readonly string[]>> = { ...JSON_TYPES, any: ["string"] };

/** Computed by `check`, so among the inputs, and not for a program to give. */
const FROM_CHECK = ["tagsAll"];

const types: readonly DefinedType[] = [account, cloudwatch, iam, kms, s3, sns].flatMap(
  (module) => module.types,
);

describe("the local aws provider beside the typings of @pulumi/aws", () => {
  const sdk = new SdkTypings("@pulumi/aws");

  for (const type of types) {
    const { declaration, token } = type;
    const { args, outputs } = sdk.resource(token);
    const schema = z.toJSONSchema(declaration.inputs, { unrepresentable: "any" }) as Schema;

    describe(token, () => {
      it("takes nothing that the SDK does not have, each in the SDK's kind", () => {
        const compared = compare(schema, args, "");
        expect(compared.unknown.filter((name) => !FROM_CHECK.includes(name))).to.eql([]);
        expect(compared.otherKind).to.eql([]);
      });

      it("wants what the SDK wants", () => {
        const auto = declaration.autoNamed === undefined ? [] : [declaration.autoNamed.property];
        const compared = compare(schema, args, "");
        expect(compared.wantsLess).to.eql([]);
        expect(compared.wantsMore).to.have.members([...auto, ...(WANTS_MORE[token] ?? [])]);
      });

      it("refuses by name what it does not act on, and that is on the list", () => {
        const leftOut = compare(schema, args, "").leftOut;
        expect(leftOut).to.have.members([...(TAKES_NOT[token] ?? [])]);
        const resource = type.make(() => CLIENTS);
        for (const name of leftOut.filter((path) => !path.includes("."))) {
          const news = { [name]: "given" };
          const { failures } = resource.check({ name: "x", news, olds: {}, seed: SEED });
          expect(failures).to.deep.include({
            property: name,
            reason: `the local ${token} does not act on the property ${name}`,
          });
        }
      });

      it("gives each output that the SDK promises, but for what it does not take and those on the list", () => {
        const given = [...declaration.computed, ...Object.keys(schema.properties ?? {})];
        const leftOut = TAKES_NOT[token] ?? [];
        const missing = [...outputs]
          .filter(([name, { isAlwaysThere }]) => isAlwaysThere && !given.includes(name))
          .map(([name]) => name)
          .filter((name) => !leftOut.includes(name));
        expect(missing).to.have.members([...(GIVES_NOT[token] ?? [])]);
      });

      it("has the defaults that the SDK documents", () => {
        const mistaken = [...args]
          .map(([name, { text }]) => [name, documentedDefault(text)] as const)
          .filter(([name, value]) => value !== undefined && isTaken(schema, name))
          .filter(([name, value]) => !agrees(declaration, name, value ?? ""));
        expect(mistaken).to.eql([]);
      });

      it("replaces on inputs that the SDK has, and on its name", () => {
        const names = declaration.replaceOn.filter((name) => !args.has(name));
        expect(names).to.eql([]);
        if (declaration.autoNamed !== undefined) {
          expect(declaration.replaceOn).to.include(declaration.autoNamed.property);
        }
      });
    });
  }
});

interface Compared {
  readonly unknown: string[];
  readonly otherKind: string[];
  readonly wantsMore: string[];
  readonly wantsLess: string[];
  readonly leftOut: string[];
}

function compare(
  schema: Schema,
  typed: TypedProperties,
  path: string,
  found: Compared = { unknown: [], otherKind: [], wantsMore: [], wantsLess: [], leftOut: [] },
): Compared {
  const properties = schema.properties ?? {};
  for (const name of Object.keys(properties)) if (!typed.has(name)) found.unknown.push(path + name);
  for (const [name, property] of typed) {
    const taken = properties[name];
    if (taken === undefined) {
      found.leftOut.push(path + name);
      continue;
    }
    if (!READS_AS[property.kind].includes(taken.type ?? "")) found.otherKind.push(path + name);
    const isWanted = schema.required?.includes(name) ?? false;
    if (isWanted && !property.isRequired) found.wantsMore.push(path + name);
    if (!isWanted && property.isRequired) found.wantsLess.push(path + name);
    const members = property.members?.();
    if (members !== undefined) compare(taken.items ?? taken, members, `${path}${name}.`, found);
  }
  return found;
}

/** The literal in "Defaults to `false`." */
const documentedDefault = (text: string): string | undefined =>
  /Defaults to `([\w-]+)`/.exec(text)?.[1];

const isTaken = (schema: Schema, name: string): boolean => schema.properties?.[name] !== undefined;

/** A default that is the type's, or AWS's own where nothing is sent; to send nothing is to say no. */
function agrees(
  { defaults = {}, keptInputs = [] }: Declaration,
  name: string,
  value: string,
): boolean {
  const own = defaults[name];
  if (own === undefined) return value === "false" || keptInputs.includes(name);
  return String(own) === value;
}

const SEED = new Uint8Array(32);
const CLIENTS = { region: "eu-central-1", defaultTags: undefined } as never;
