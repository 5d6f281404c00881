import { CodecError } from "./codec-error";
import { scalarReader, scalarWriter, type ScalarReader } from "./scalars";
import type { Member, Shape, StructureShape } from "./shapes";
import type { WireInput } from "./protocol";

/** Moves the members that the REST protocols keep outside the document between an input or output and HTTP. */
export interface RequestBindings {
  /** @throws CodecError */
  read(input: WireInput, target: Record<string, unknown>): void;
  readonly payload?: Member;
  /** Some members are elements of the body. */
  readonly hasDocument: boolean;
}

export interface ResponseBindings {
  write(output: Readonly<Record<string, unknown>>, headers: Record<string, string>): void;
  readonly payload?: Member;
  readonly hasDocument: boolean;
  readonly statusCodeMember?: string;
}

/** Request headers whose value S3 passes over when it is no date, as HTTP says, or stores as it came (`Expires`). */
const LENIENT_HEADERS = new Set(["if-modified-since", "if-unmodified-since", "expires"]);

export function requestBindings(shape: Shape): RequestBindings {
  const members = shape.kind === "structure" ? shape.members : [];
  // A schema lists dozens of headers and parameters, of which a request has a few: the rest is not asked for one by one.
  const always: RequestBindings["read"][] = [];
  const ofQuery: RequestBindings["read"][] = [];
  const byHeader = new Map<string, RequestBindings["read"]>();
  for (const member of members) {
    const read = requestReader(member);
    if (read === undefined) continue;
    const header = member.locationName.toLowerCase();
    const mayLack = !member.required;
    if (mayLack && member.location === "header" && !byHeader.has(header)) {
      byHeader.set(header, read);
    } else if (mayLack && member.location === "query") ofQuery.push(read);
    else always.push(read);
  }
  return {
    read(input, target) {
      for (const read of always) read(input, target);
      if (input.query.size > 0) for (const read of ofQuery) read(input, target);
      for (const header in input.headers) byHeader.get(header)?.(input, target);
    },
    payload: members.find((member) => member.location === "payload"),
    hasDocument: members.some((member) => member.location === "body"),
  };
}

function requestReader(member: Member): RequestBindings["read"] | undefined {
  const { name, locationName, required } = member;
  switch (member.location) {
    case "label": {
      const read = valueReader(member, "path", name);
      return (input, target) => {
        const text = input.labels[name];
        if (text !== undefined) target[name] = read(text);
      };
    }
    case "header": {
      const header = locationName.toLowerCase();
      const lenient = LENIENT_HEADERS.has(header);
      const read = valueReader(member, "header", locationName);
      return (input, target) => {
        const text = input.headers[header];
        if (text === undefined) {
          if (required) throw missing("header", locationName);
        } else if (lenient) {
          readLenient(read, text, name, target);
        } else {
          target[name] = read(text);
        }
      };
    }
    case "query": {
      const read = valueReader(member, "query", locationName);
      const isList = member.shape.kind === "list";
      return (input, target) => {
        const text = input.query.get(locationName);
        if (text === null) {
          if (required) throw missing("query", locationName);
        } else {
          target[name] = isList ? input.query.getAll(locationName).flatMap(read) : read(text);
        }
      };
    }
    case "query-params":
      return (input, target) => {
        target[name] = Object.fromEntries(input.query);
      };
    case "prefix-headers": {
      const prefix = locationName.toLowerCase();
      return (input, target) => {
        let values: Record<string, string> | undefined;
        for (const header in input.headers) {
          if (!header.startsWith(prefix)) continue;
          values ??= {};
          values[header.slice(prefix.length)] = input.headers[header] ?? "";
        }
        if (values !== undefined) target[name] = values;
      };
    }
    default:
      return undefined;
  }
}

function readLenient(
  read: ScalarReader,
  text: string,
  name: string,
  target: Record<string, unknown>,
): void {
  try {
    target[name] = read(text);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
  }
}

/** Text to value; a list takes its items from a comma-separated header. */
function valueReader(
  member: Member,
  place: "header" | "query" | "path",
  name: string,
): ScalarReader {
  const { shape } = member;
  if (shape.kind === "list") {
    const { item } = shape;
    if (item.kind === "structure" || item.kind === "list" || item.kind === "map") {
      throw new Error(`A list of structures cannot stand in a ${place}: ${name}`);
    }
    const read = strict(scalarReader(item, place === "header" ? "http-date" : "date-time"));
    if (place === "query") return (text) => [read(text)];
    return (text) => splitHeader(text).map((part) => read(part));
  }
  if (shape.kind === "structure" || shape.kind === "map") {
    throw new Error(`A structure cannot stand in a ${place}: ${name}`);
  }
  return strict(scalarReader(shape, place === "header" ? "http-date" : "date-time"));

  function strict(read: ScalarReader): ScalarReader {
    return (text) => {
      const value = read(text);
      if (value === undefined) {
        throw new CodecError("type", `${name} cannot be read`, name, text, place);
      }
      return value;
    };
  }
}

function splitHeader(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .map((part) => (part.startsWith('"') && part.endsWith('"') ? part.slice(1, -1) : part));
}

function missing(place: "header" | "query", name: string): CodecError {
  return new CodecError("missing", `${name} is missing`, name, "", place);
}

export function responseBindings(shape: Shape): ResponseBindings {
  const members = shape.kind === "structure" ? shape.members : [];
  const writers = new Map<string, ResponseWriter>();
  for (const member of members) {
    const writer = responseWriter(member);
    if (writer !== undefined) writers.set(member.name, writer);
  }
  return {
    // By what the output has: a schema lists dozens of headers, of which an answer has a few.
    write(output, headers) {
      for (const name in output) {
        const value = output[name];
        if (value !== undefined && value !== null) writers.get(name)?.(value, headers);
      }
    },
    payload: members.find((member) => member.location === "payload"),
    hasDocument: members.some((member) => member.location === "body"),
    statusCodeMember: members.find((member) => member.location === "status-code")?.name,
  };
}

/** Writes one member, which is there, into the headers. */
type ResponseWriter = (value: unknown, headers: Record<string, string>) => void;

function responseWriter(member: Member): ResponseWriter | undefined {
  const { locationName, shape } = member;
  if (member.location === "header") {
    const header = locationName.toLowerCase();
    const write = headerWriter(shape);
    return (value, headers) => {
      headers[header] = write(value);
    };
  }
  if (member.location === "prefix-headers") {
    const prefix = locationName.toLowerCase();
    return (values, headers) => {
      for (const [key, value] of Object.entries(values as Readonly<Record<string, string>>)) {
        headers[prefix + key.toLowerCase()] = headerText(value);
      }
    };
  }
  return undefined;
}

function headerWriter(shape: Shape): (value: unknown) => string {
  if (shape.kind === "list") {
    const write = headerWriter(shape.item);
    return (value) => (value as readonly unknown[]).map(write).join(",");
  }
  if (shape.kind === "structure" || shape.kind === "map") {
    throw new Error("A structure cannot stand in a header.");
  }
  const write = scalarWriter(shape, "http-date");
  if (shape.kind !== "string") return write;
  return (value) => headerText(String(value));
}

/** Node sends the low byte of each character: text beyond Latin-1 goes out as the bytes of its UTF-8. */
function headerText(text: string): string {
  return /[^\u0000-\u00ff]/.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
}

/** S3 answers `GetBucketLocation` with the text straight inside the root element, named like its only member. */
export function bareTextMember(shape: StructureShape): Member | undefined {
  const body = shape.members.filter((member) => member.location === "body");
  const [only] = body;
  return body.length === 1 && only?.elementName === shape.rootName && only.shape.kind === "string"
    ? only
    : undefined;
}
