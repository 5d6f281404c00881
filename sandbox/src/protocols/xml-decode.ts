import { CodecError } from "./codec-error";
import { scalarReader } from "./scalars";
import type { ListShape, MapShape, Member, Shape, SimpleShape, StructureShape } from "./shapes";
import { parseXml, XmlSyntaxError, type XmlElement } from "./xml-parse";

/** Reads the value that an element stands for. */
export type XmlReader = (element: XmlElement) => unknown;

type Target = Record<string, unknown>;

const compiled = new Map<Shape, XmlReader>();

/**
 * Reads a document whose root must be called `rootName`.
 * @throws CodecError when it is not well-formed or does not fit the schema: S3 answers `MalformedXML` for all of it
 */
export function decodeXmlDocument(source: string, rootName: string, shape: Shape): unknown {
  let root: XmlElement;
  try {
    root = parseXml(source);
  } catch (error) {
    if (error instanceof XmlSyntaxError) throw new CodecError("malformed", error.message);
    throw error;
  }
  if (localName(root.name) !== rootName) {
    throw new CodecError("malformed", `Root element ${root.name}, expected ${rootName}`);
  }
  return xmlReader(shape)(root);
}

/** The reader of a shape; each is compiled once. */
function xmlReader(shape: Shape): XmlReader {
  const known = compiled.get(shape);
  if (known !== undefined) return known;
  // A shape may contain itself: the forward reference is looked up when it is first used.
  const state: { reader?: XmlReader } = {};
  compiled.set(shape, (element) => (state.reader ?? unreachable())(element));
  const reader = makeReader(shape);
  state.reader = reader;
  compiled.set(shape, reader);
  return reader;
}

function unreachable(): never {
  throw new Error("An XML reader was used while it was being made.");
}

function makeReader(shape: Shape): XmlReader {
  switch (shape.kind) {
    case "structure":
      return structureReader(shape);
    case "list":
      return listReader(shape);
    case "map":
      return mapReader(shape);
    default:
      return simpleReader(shape);
  }
}

function simpleReader(shape: SimpleShape): XmlReader {
  const read = scalarReader(shape, "date-time");
  const trims = shape.kind !== "string";
  return (element) => {
    if (element.children.length > 0) {
      throw new CodecError(
        "malformed",
        `Element ${element.name} has elements inside`,
        element.name,
      );
    }
    const text = trims ? element.text.trim() : element.text;
    const value = read(text);
    if (value === undefined) {
      throw new CodecError(
        "type",
        `Element ${element.name} is no ${shape.kind}`,
        element.name,
        text,
      );
    }
    return value;
  };
}

function structureReader(shape: StructureShape): XmlReader {
  const byElement = new Map<string, (element: XmlElement, target: Target) => void>();
  const byAttribute = new Map<string, Member>();
  const required: Member[] = [];
  for (const member of shape.members) {
    if (member.location !== "body" && member.location !== "payload") continue;
    if (member.isAttribute) byAttribute.set(localName(member.elementName), member);
    else byElement.set(member.elementName, memberReader(member));
    if (member.required) required.push(member);
  }
  return (element) => {
    const target: Target = {};
    for (const [name, value] of element.attributes) {
      const member = byAttribute.get(localName(name));
      if (member !== undefined) target[member.name] = value;
    }
    refuseText(element);
    for (const child of element.children) {
      const read = byElement.get(localName(child.name));
      if (read === undefined) {
        throw new CodecError(
          "malformed",
          `Element ${child.name} is unknown in ${element.name}`,
          child.name,
        );
      }
      read(child, target);
    }
    for (const member of required) {
      if (target[member.name] === undefined && !mayBeEmpty(member)) {
        throw new CodecError(
          "missing",
          `Element ${member.elementName} is missing in ${element.name}`,
          member.elementName,
        );
      }
    }
    if (shape.isUnion && Object.keys(target).length !== 1) {
      throw new CodecError("malformed", `Element ${element.name} must have one choice`);
    }
    return target;
  };
}

/** No element at all is how an empty flattened list looks; `<Tagging/>` is an empty set of tags to S3 (recorded). */
function mayBeEmpty(member: Member): boolean {
  return member.isFlattened || member.name === "TagSet";
}

function memberReader(member: Member): (element: XmlElement, target: Target) => void {
  const { name } = member;
  if (member.isFlattened && member.shape.kind === "list") {
    const readItem = xmlReader(member.shape.item);
    return (element, target) => {
      ((target[name] ??= []) as unknown[]).push(readItem(element));
    };
  }
  if (member.isFlattened && member.shape.kind === "map") {
    const readEntry = entryReader(member.shape);
    return (element, target) => readEntry(element, (target[name] ??= {}) as Target);
  }
  const read = xmlReader(member.shape);
  return (element, target) => {
    if (target[name] !== undefined) {
      throw new CodecError("malformed", `Element ${element.name} is given twice`, element.name);
    }
    target[name] = read(element);
  };
}

function listReader(shape: ListShape): XmlReader {
  const readItem = xmlReader(shape.item);
  return (element) => {
    refuseText(element);
    return element.children.map((child) => {
      if (localName(child.name) !== shape.itemName) {
        throw new CodecError("malformed", `Element ${child.name}, expected ${shape.itemName}`);
      }
      return readItem(child);
    });
  };
}

function mapReader(shape: MapShape): XmlReader {
  const readEntry = entryReader(shape);
  return (element) => {
    refuseText(element);
    const target: Target = {};
    for (const child of element.children) readEntry(child, target);
    return target;
  };
}

function entryReader(shape: MapShape): (entry: XmlElement, target: Target) => void {
  const readValue = xmlReader(shape.value);
  return (entry, target) => {
    const key = entry.children.find((child) => localName(child.name) === shape.keyName);
    const value = entry.children.find((child) => localName(child.name) === shape.valueName);
    if (key === undefined || value === undefined || entry.children.length !== 2) {
      throw new CodecError("malformed", `Element ${entry.name} is no entry of a map`);
    }
    Object.defineProperty(target, key.text, {
      value: readValue(value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  };
}

function refuseText(element: XmlElement): void {
  if (element.text !== "" && element.text.trim() !== "") {
    throw new CodecError("malformed", `Element ${element.name} has text beside elements`);
  }
}

function localName(name: string): string {
  const colon = name.indexOf(":");
  return colon < 0 ? name : name.slice(colon + 1);
}
