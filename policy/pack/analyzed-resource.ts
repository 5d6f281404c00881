import type { PolicyResource as AnalyzedResource } from "@pulumi/policy";
import type { PolicyResource } from "../resource";
import { type PropertyRecord, type PropertyValue, UNKNOWN } from "../values";

/** What `@pulumi/policy` throws where a value is read that only the deployment tells. */
const UNKNOWN_ERROR = /value at \.\S* can't be known during preview$/;

/**
 * The resources of a stack as an analyzer is told them, and their providers, which come beside them. Whether Pulumi forgets a
 * resource instead of deleting it is not told.
 */
export function analyzedResources(
  resources: readonly AnalyzedResource[],
): readonly PolicyResource[] {
  const providers = new Map<string, PolicyResource>();
  const read = resources.map((resource): PolicyResource => {
    const { dependencies, name, opts, parent, propertyDependencies, props, provider, type, urn } =
      resource;
    if (provider !== undefined) {
      providers.set(provider.urn, {
        urn: provider.urn,
        type: provider.type,
        name: provider.name,
        props: recordOf(provider.props),
      });
    }
    return {
      urn,
      type,
      name,
      props: recordOf(props),
      ...(opts.protect && { protect: true }),
      ...(provider !== undefined && { providerUrn: provider.urn }),
      ...(parent !== undefined && { parentUrn: parent.urn }),
      dependsOn: dependencies.map((one) => one.urn),
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies).map(([input, made]) => [
          input,
          made.map((one) => one.urn),
        ]),
      ),
    };
  });
  const urns = new Set(read.map(({ urn }) => urn));
  return [...read, ...[...providers.values()].filter(({ urn }) => !urns.has(urn))];
}

function recordOf(values: Readonly<Record<string, unknown>>): PropertyRecord {
  return Object.fromEntries(Object.keys(values).map((name) => [name, valueOf(() => values[name])]));
}

/** Reading is what throws: each value is read by itself, so that one which is not known hides no other. */
function valueOf(read: () => unknown): PropertyValue {
  let value: unknown;
  try {
    value = read();
  } catch (error) {
    if (error instanceof Error && UNKNOWN_ERROR.test(error.message)) return UNKNOWN;
    throw error;
  }
  if (Array.isArray(value)) {
    const list = value as readonly unknown[];
    return Array.from({ length: list.length }, (_, index) => valueOf(() => list[index]));
  }
  if (typeof value === "object" && value !== null) {
    return recordOf(value as Readonly<Record<string, unknown>>);
  }
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? value
    : null;
}
