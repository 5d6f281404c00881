import { scalarWriter } from "./scalars";
import type { ListShape, MapShape, Member, Shape, SimpleShape, StructureShape } from "./shapes";

/** Writes the inside of an element; attributes are the business of the one that opens it. */
type ContentWriter = (value: unknown) => string;
type Source = Readonly<Record<string, unknown>>;

/**
 * Under this key a structure may give the items of several of its flattened lists in the one order that they have in
 * the document; the lists themselves are not written then.
 */
export const MIXED_ITEMS = Symbol("items of several lists in one order");

export interface MixedItems {
  /** Names of the members, in the order of the model. */
  readonly lists: readonly string[];
  /** Name of the member, and the item. */
  readonly items: readonly (readonly [string, unknown])[];
}

export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

const contentWriters = new Map<Shape, ContentWriter>();

const SPECIAL = /[&<>"\r\u0000-\u0008\u000b\u000c\u000e-\u001f]/;
const SPECIAL_ALL = /[&<>"\r\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;

/** Text with XML's own characters, and those that a parser would change or refuse, written as references. */
export function escapeXml(text: string): string {
  return SPECIAL.test(text) ? text.replace(SPECIAL_ALL, reference) : text;
}

function reference(character: string): string {
  switch (character) {
    case "&":
      return "&amp;";
    case "<":
      return "&lt;";
    case ">":
      return "&gt;";
    case '"':
      return "&quot;";
    default:
      return `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`;
  }
}

/** One structure as an element without namespace, declaration or attributes of its own. */
export function encodeXmlContent(shape: Shape, value: unknown): string {
  return contentWriter(shape)(value);
}

/** A whole document: declaration, root element with the service's namespace, content. */
export function encodeXmlDocument(
  rootName: string,
  namespace: string,
  shape: Shape,
  value: unknown,
): string {
  const content = contentWriter(shape)(value);
  return `${XML_DECLARATION}<${rootName} xmlns="${namespace}">${content}</${rootName}>`;
}

function contentWriter(shape: Shape): ContentWriter {
  const known = contentWriters.get(shape);
  if (known !== undefined) return known;
  // A shape may contain itself: the forward reference is looked up when it is first used.
  const state: { writer: ContentWriter } = { writer: String };
  contentWriters.set(shape, (value) => state.writer(value));
  state.writer = makeContentWriter(shape);
  contentWriters.set(shape, state.writer);
  return state.writer;
}

function makeContentWriter(shape: Shape): ContentWriter {
  switch (shape.kind) {
    case "structure":
      return structureWriter(shape);
    case "list":
      return listWriter(shape);
    case "map":
      return mapWriter(shape, "entry");
    default:
      return simpleWriter(shape);
  }
}

function simpleWriter(shape: SimpleShape): ContentWriter {
  const write = scalarWriter(shape, "date-time");
  switch (shape.kind) {
    case "number":
    case "boolean":
    case "blob":
    case "timestamp":
      return write;
    default:
      return (value) => escapeXml(write(value));
  }
}

function structureWriter(shape: StructureShape): ContentWriter {
  const writers = shape.members
    .filter((member) => !member.isAttribute)
    .filter((member) => member.location === "body" || member.location === "payload")
    .map((member): [string, ContentWriter] => [member.name, elementWriter(member)]);
  const itemWriters = new Map(
    shape.members.flatMap(({ name, elementName, isFlattened, shape: list }) =>
      isFlattened && list.kind === "list" ? [[name, taggedWriter(elementName, list.item)]] : [],
    ),
  );
  const canMix = itemWriters.size > 1;
  return (value) => {
    const source = value as Source & { readonly [MIXED_ITEMS]?: MixedItems };
    const mixed = canMix ? source[MIXED_ITEMS] : undefined;
    let text = "";
    for (const [name, write] of writers) {
      if (mixed?.lists.includes(name) === true) {
        if (name === mixed.lists[0]) {
          for (const [list, item] of mixed.items) text += itemWriters.get(list)?.(item) ?? "";
        }
        continue;
      }
      const member = source[name];
      if (member !== undefined && member !== null) text += write(member);
    }
    return text;
  };
}

/** Writes the member with its tags: one element, or one per item when flattened. */
function elementWriter(member: Member): ContentWriter {
  const { shape, elementName } = member;
  if (member.isFlattened && shape.kind === "list") {
    const write = taggedWriter(elementName, shape.item);
    return (value) => (value as readonly unknown[]).map(write).join("");
  }
  if (member.isFlattened && shape.kind === "map") return mapWriter(shape, elementName);
  return taggedWriter(elementName, shape, member.namespace);
}

function taggedWriter(
  name: string,
  shape: Shape,
  namespace?: readonly [string, string],
): ContentWriter {
  const content = contentWriter(shape);
  const close = `</${name}>`;
  const attributes =
    shape.kind === "structure" ? shape.members.filter((member) => member.isAttribute) : [];
  const declared =
    namespace === undefined
      ? ""
      : ` xmlns${namespace[0] === "" ? "" : `:${namespace[0]}`}="${namespace[1]}"`;
  if (attributes.length === 0) {
    const open = `<${name}${declared}>`;
    return (value) => open + content(value) + close;
  }
  return (value) => {
    let open = `<${name}${declared}`;
    for (const attribute of attributes) {
      const text = (value as Source)[attribute.name];
      if (text !== undefined) open += ` ${attribute.elementName}="${escapeXml(String(text))}"`;
    }
    return `${open}>${content(value)}${close}`;
  };
}

function listWriter(shape: ListShape): ContentWriter {
  const write = taggedWriter(shape.itemName, shape.item, shape.itemNamespace);
  return (value) => (value as readonly unknown[]).map(write).join("");
}

function mapWriter(shape: MapShape, entryName: string): ContentWriter {
  const writeValue = taggedWriter(shape.valueName, shape.value);
  return (value) => {
    let text = "";
    for (const [key, item] of Object.entries(value as Source)) {
      if (item === undefined || item === null) continue;
      const keyText = `<${shape.keyName}>${escapeXml(key)}</${shape.keyName}>`;
      text += `<${entryName}>${keyText}${writeValue(item)}</${entryName}>`;
    }
    return text;
  };
}
