import { NormalizedSchema } from "@smithy/core/schema";
import type { SchemaRef } from "@smithy/types";

/**
 * The AWS SDK's schema constants, turned into a plain tree that the encoders and decoders of this folder are compiled
 * from. Nothing else under `sandbox/` knows the form of these constants.
 */
export type Shape = StructureShape | ListShape | MapShape | SimpleShape;

export interface StructureShape {
  readonly kind: "structure";
  readonly name: string;
  /** Exactly one member is set. */
  readonly isUnion: boolean;
  readonly members: readonly Member[];
  /** Name of the root element when the structure is a whole document. */
  readonly rootName: string;
}

export interface ListShape {
  readonly kind: "list";
  readonly item: Shape;
  /** Element name of an item when the list is not flattened. */
  readonly itemName: string;
  readonly itemNamespace?: XmlNamespace;
}

export interface MapShape {
  readonly kind: "map";
  readonly keyName: string;
  readonly value: Shape;
  readonly valueName: string;
}

export interface SimpleShape {
  readonly kind: "string" | "number" | "boolean" | "timestamp" | "blob" | "document" | "unit";
  /** Only when the schema says it; each protocol has a default per place. */
  readonly timestampFormat?: TimestampFormat;
}

export type TimestampFormat = "date-time" | "http-date" | "epoch-seconds";

/** Prefix (empty for the default namespace) and URI. */
export type XmlNamespace = readonly [prefix: string, uri: string];

export interface Member {
  readonly name: string;
  /** Resolved on first use: shapes may contain themselves. */
  readonly shape: Shape;
  readonly required: boolean;
  /** Name as an XML element, attribute or query-protocol key. */
  readonly elementName: string;
  readonly isAttribute: boolean;
  readonly isFlattened: boolean;
  readonly isPayload: boolean;
  readonly namespace?: XmlNamespace;
  readonly location: HttpLocation;
  /** Header, query key or prefix of headers, as the schema writes it. */
  readonly locationName: string;
}

/** Where the REST protocols put a member; `body` for everything in the document. */
export type HttpLocation =
  | "label"
  | "query"
  | "query-params"
  | "header"
  | "prefix-headers"
  | "status-code"
  | "payload"
  | "body";

const FORMATS: Readonly<Record<number, TimestampFormat>> = {
  5: "date-time",
  6: "http-date",
  7: "epoch-seconds",
};

const UNIT: SimpleShape = { kind: "unit" };
const byStaticSchema = new Map<object, Shape>();

/** @throws Error for a schema of a kind that the sandbox does not know: the SDK brought something new. */
export function shapeOf(ref: SchemaRef): Shape {
  const schema = NormalizedSchema.of(ref);
  if (schema.isUnitSchema()) return UNIT;
  const own: unknown = schema.getSchema();
  if (typeof own !== "object" || own === null) return makeShape(schema);
  const known = byStaticSchema.get(own);
  if (known !== undefined) return known;
  const made = makeShape(schema);
  byStaticSchema.set(own, made);
  return made;
}

function makeShape(schema: NormalizedSchema): Shape {
  if (schema.isStructSchema()) return makeStructure(schema);
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const traits = item.getMergedTraits();
    return lazily<ListShape>(
      {
        kind: "list",
        itemName: textTrait(item.getMemberTraits().xmlName) ?? "member",
        itemNamespace: traits.xmlNamespace,
      },
      "item",
      () => shapeOf(item),
    );
  }
  if (schema.isMapSchema()) {
    const value = schema.getValueSchema();
    return lazily<MapShape>(
      {
        kind: "map",
        keyName: textTrait(schema.getKeySchema().getMemberTraits().xmlName) ?? "key",
        valueName: textTrait(value.getMemberTraits().xmlName) ?? "value",
      },
      "value",
      () => shapeOf(value),
    );
  }
  return makeSimple(schema);
}

function makeSimple(schema: NormalizedSchema): SimpleShape {
  if (schema.isStringSchema()) return { kind: "string" };
  if (schema.isNumericSchema() || schema.isBigIntegerSchema() || schema.isBigDecimalSchema()) {
    return { kind: "number" };
  }
  if (schema.isBooleanSchema()) return { kind: "boolean" };
  if (schema.isBlobSchema()) return { kind: "blob" };
  if (schema.isTimestampSchema()) {
    return { kind: "timestamp", timestampFormat: FORMATS[Number(schema.getSchema())] };
  }
  if (schema.isDocumentSchema()) return { kind: "document" };
  throw new Error(`The AWS SDK has a kind of schema that is not known: ${schema.getName(true)}`);
}

function makeStructure(schema: NormalizedSchema): StructureShape {
  const name = schema.getName() ?? "";
  // The required members come first; their number is the last entry of the constant (absent: none).
  const constant: unknown = schema.getSchema();
  const requiredCount = Array.isArray(constant) ? Number(constant[6] ?? 0) : 0;
  const rootName = textTrait(schema.getOwnTraits().xmlName) ?? name;
  return lazily<StructureShape>(
    { kind: "structure", name, isUnion: schema.isUnionSchema(), rootName },
    "members",
    () => {
      const members: Member[] = [];
      for (const [memberName, member] of schema.structIterator()) {
        members.push(makeMember(memberName, member, members.length < requiredCount));
      }
      return members;
    },
  );
}

function makeMember(name: string, schema: NormalizedSchema, required: boolean): Member {
  const traits = schema.getMergedTraits();
  const memberName = textTrait(schema.getMemberTraits().xmlName);
  const isPayload = traits.httpPayload !== undefined;
  const [location, locationName] = locationOf(name, traits);
  return lazily<Member>(
    {
      name,
      required,
      elementName: memberName ?? (isPayload ? payloadName(schema, name) : name),
      isAttribute: traits.xmlAttribute !== undefined,
      isFlattened: traits.xmlFlattened !== undefined,
      isPayload,
      namespace: traits.xmlNamespace,
      location,
      locationName,
    },
    "shape",
    () => shapeOf(schema),
  );
}

/** A payload that names no element is a document of its own, under the name of its shape. */
function payloadName(schema: NormalizedSchema, memberName: string): string {
  return textTrait(schema.getMergedTraits().xmlName) ?? schema.getName() ?? memberName;
}

function locationOf(
  name: string,
  traits: ReturnType<NormalizedSchema["getMergedTraits"]>,
): [HttpLocation, string] {
  if (traits.httpLabel !== undefined) return ["label", name];
  if (traits.httpQuery !== undefined) return ["query", String(traits.httpQuery)];
  if (traits.httpQueryParams !== undefined) return ["query-params", name];
  if (traits.httpHeader !== undefined) return ["header", String(traits.httpHeader)];
  if (traits.httpPrefixHeaders !== undefined) {
    return ["prefix-headers", String(traits.httpPrefixHeaders)];
  }
  if (traits.httpResponseCode !== undefined) return ["status-code", name];
  if (traits.httpPayload !== undefined) return ["payload", name];
  return ["body", name];
}

function textTrait(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** `base` with one more property that is computed when it is first read. */
function lazily<T extends object>(base: object, property: keyof T, make: () => unknown): T {
  Object.defineProperty(base, property, {
    configurable: true,
    enumerable: true,
    get() {
      const value = make();
      Object.defineProperty(base, property, { value, enumerable: true });
      return value;
    },
  });
  return base as T;
}
