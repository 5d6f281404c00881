import type { PolicyResource } from "../resource";
import { type PropertyRecord, type PropertyValue, UNKNOWN } from "../values";

/** A resource as Pulumi's engine writes it, in a preview, a state and its events: only what is read of it. */
export interface RawResource {
  /** Pulumi's own, unique in the stack. */
  readonly urn: string;
  /** As in `aws:s3/bucket:Bucket`. */
  readonly type: string;
  /** AWS's; empty or absent before the deployment. */
  readonly id?: string;
  /** What the program declared. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** What the provider answered. */
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** True: the program only looks it up. Absent is false. */
  readonly external?: boolean;
  /** Absent is false. */
  readonly protect?: boolean;
  /** Absent is false. */
  readonly retainOnDelete?: boolean;
  /** `<urn>::<id>` */
  readonly provider?: string;
  /** URN of the component that it is part of. */
  readonly parent?: string;
  /** URNs. */
  readonly dependencies?: readonly string[] | null;
  /** URNs by input. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>> | null;
}

/** What stands in the engine's files for a value that is known only once it is deployed. */
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What stands there for a secret, where secrets are not shown. */
const MASKED = "[secret]";

/** The key of a value that stands for something else, and what may stand under it. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** A resource as rules see it. What cannot be seen, as a secret, is as good as unknown. */
export function readResource(raw: RawResource): PolicyResource {
  const { dependencies, id, outputs, parent, propertyDependencies, provider } = raw;
  return {
    urn: raw.urn,
    type: raw.type,
    name: raw.urn.split("::").at(-1) ?? raw.urn,
    props: recordOf(raw.inputs),
    protect: raw.protect === true,
    retainOnDelete: raw.retainOnDelete === true,
    ...(raw.external === true && { isRead: true }),
    ...(outputs !== undefined && outputs !== null && { outputs: recordOf(outputs) }),
    ...(id !== undefined && id !== "" && id !== UNKNOWN_TEXT && { id }),
    ...(provider !== undefined && provider !== "" && { providerUrn: withoutId(provider) }),
    ...(parent !== undefined && parent !== "" && { parentUrn: parent }),
    ...(dependencies !== undefined && dependencies !== null && { dependsOn: dependencies }),
    ...(propertyDependencies !== undefined &&
      propertyDependencies !== null && {
        propertyDependencies: Object.fromEntries(
          Object.entries(propertyDependencies).map(([name, urns]) => [name, urns ?? []]),
        ),
      }),
  };
}

function withoutId(reference: string): string {
  return reference.slice(0, Math.max(0, reference.lastIndexOf("::")));
}

function recordOf(values: Readonly<Record<string, unknown>> | undefined): PropertyRecord {
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([name, value]) => [name, valueOf(value)]),
  );
}

function valueOf(value: unknown): PropertyValue {
  if (typeof value === "string") {
    // A text that holds it is made of something unknown.
    return value === MASKED || value.includes(UNKNOWN_TEXT) ? UNKNOWN : value;
  }
  if (Array.isArray(value)) return value.map(valueOf);
  if (typeof value === "object" && value !== null) {
    const members = value as Readonly<Record<string, unknown>>;
    const signature = members[SIGNATURE];
    if (signature === undefined) return recordOf(members);
    return signature === OUTPUT_SIGNATURE && "value" in members
      ? valueOf(members["value"])
      : UNKNOWN;
  }
  return typeof value === "number" || typeof value === "boolean" ? value : null;
}
