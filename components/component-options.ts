import type * as pulumi from "@pulumi/pulumi";

/**
 * Options of a component that works in one account.
 *
 * The provider is required by type: a default provider would take whichever account the environment happens to
 * point at, and half of what we declare would land in the other half's account.
 */
export type AccountOptions<Provider extends pulumi.ProviderResource> = Omit<
  pulumi.ComponentResourceOptions,
  "provider" | "providers"
> & {
  /** Of the account that the component works in. */
  provider: Provider;
};

/**
 * Options for a child: parent, provider, and the component's own `dependsOn`, which Pulumi does not hand down.
 */
export function childOptions(
  parent: pulumi.ComponentResource,
  opts: { provider: pulumi.ProviderResource; dependsOn?: pulumi.ResourceOptions["dependsOn"] },
): pulumi.CustomResourceOptions {
  return { parent, provider: opts.provider, dependsOn: opts.dependsOn };
}

/**
 * What a resource that holds data, or guards it, adds to its options: destroying the stack leaves it where it is.
 * See docs/decisions/0002-what-destroy-leaves.md.
 */
export const KEEP_ON_DESTROY = { retainOnDelete: true } as const;
