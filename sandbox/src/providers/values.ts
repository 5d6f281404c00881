import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** Properties of a resource, an invoke or a provider, as they travel between engine and provider. */
export type Properties = Readonly<Record<string, unknown>>;

/** Stands for a value that is not known before the update. Source: Pulumi's resource provider protocol. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

/** Plain properties out of a message. Secrets are unwrapped: the engine keeps track of what is secret. */
export function fromStruct(struct: Struct | undefined): Properties {
  return struct === undefined ? {} : (unwrapSecrets(struct.toJavaScript()) as Properties);
}

/** A message out of plain properties; undefined members are left out. */
export function toStruct(properties: Properties): Struct {
  const plain = JSON.parse(JSON.stringify(properties)) as Parameters<
    typeof Struct.fromJavaScript
  >[0];
  return Struct.fromJavaScript(plain);
}

function unwrapSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapSecrets);
  if (!isObject(value)) return value;
  if (value[SIGNATURE_KEY] === SECRET_SIGNATURE) return unwrapSecrets(value["value"]);
  return Object.fromEntries(
    Object.entries(value)
      // Null stands for an absent input.
      .filter(([, member]) => member !== null)
      .map(([name, member]) => [name, unwrapSecrets(member)]),
  );
}

/** True when the value, or something in it, is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Pulumi's notation of a place in properties: `rules[0].filter.prefix`. */
export function propertyPath(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, segment) => {
    if (typeof segment === "number") return `${text}[${segment}]`;
    const part = /^[A-Za-z_$][\w$]*$/.test(segment) ? segment : `["${segment}"]`;
    return text === "" || part.startsWith("[") ? text + part : `${text}.${part}`;
  }, "");
}
