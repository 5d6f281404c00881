/** Where a statement belongs, in words. Pure. */

import type { PolicyPatch } from "../policy-patch";

const POLICIES: Readonly<Record<PolicyPatch["policy"], string>> = {
  role: "of the role's own policy",
  bucket: "of the bucket policy",
  key: "of the key policy",
};

/** The statements, each with where it belongs. */
export function patchesOf({
  patches = [],
}: {
  readonly patches?: readonly PolicyPatch[] | undefined;
}): readonly (Pick<PolicyPatch, "statement"> & { readonly where: string })[] {
  return patches.map(({ account, on, policy, statement }) => ({
    statement,
    where: `${POLICIES[policy]} (${on}, account ${account})`,
  }));
}
