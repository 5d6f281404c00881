"""Locked copies of an S3 bucket in another account."""

import pulumi
import pulumi_lockstep as lockstep

# One config for this program and for `lockstep backfill`, `verify` and the others.
config = pulumi.Config("lockstep")

copies = lockstep.ImmutableCopies(
    "copies",
    source=config.require_object("source"),
    vaults=config.require_object("vaults"),
    rules=config.require_object("rules"),
)

# As plain JSON under these very names: the lockstep command and the next deployment read them.
NAMES = ["source", "vaults", "rules", "operations", "batchRoleArn", "organizationPolicies"]
for name in NAMES:
    pulumi.export(name, copies.exports[name])
