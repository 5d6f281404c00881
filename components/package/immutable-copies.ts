import * as pulumi from "@pulumi/pulumi";
import type { DiscoverOptions } from "../program/discover";
import { lockstepProgram } from "../program/program";
import type { ImmutableCopiesArgs } from "./args";
import type {
  DeployedFleetSource,
  DeployedMonitoring,
  DeployedOperations,
  DeployedOrganizationPolicies,
  DeployedPromise,
  DeployedSource,
  DeployedVault,
} from "./outputs";
import { readArgs } from "./read-args";
import type { DeployedRule } from "./rule";
import type { Json } from "./values";

/**
 * Live replication from source buckets into locked vaults in other accounts, ready for a backfill. It makes a provider of its own for each account and takes none from the program. Existing buckets are looked up before anything is declared.
 *
 * Export the members of `exports` under their names at the top of the stack: the driver (`lockstep backfill`, `verify`, ...) and the next deployment read them there.
 */
export class ImmutableCopies extends pulumi.ComponentResource {
  static readonly pulumiType = "lockstep:index:ImmutableCopies";

  /** The source as deployed. Absent with `sources`, and with side `vaults`. */
  declare readonly source: pulumi.Output<DeployedSource | undefined>;
  /** The sources as deployed, in the order of the arguments. Absent with `source`, and with side `vaults`. */
  declare readonly sources: pulumi.Output<DeployedFleetSource[] | undefined>;
  /** The vaults as deployed, in the order of the arguments. */
  declare readonly vaults: pulumi.Output<DeployedVault[]>;
  /** The rules as deployed, in the order of the arguments. With `sources` they are there, by source. */
  declare readonly rules: pulumi.Output<DeployedRule[] | undefined>;
  /** The bucket for manifests, reports, the ledger and evidence. With `sources` it is there, by source. */
  declare readonly operations: pulumi.Output<DeployedOperations | undefined>;
  /** ARN of the role that S3 Batch Operations assumes to run a backfill. With `sources` it is there, by source. */
  declare readonly batchRoleArn: pulumi.Output<string | undefined>;
  /** The two roles that S3 assumes, as deployed, as JSON. With `sources` they are there, by source. */
  declare readonly roles: pulumi.Output<Json | undefined>;
  /** What names the promise: source, roles, rules and vaults as deployed. With `sources` it is there, by source. */
  declare readonly promise: pulumi.Output<DeployedPromise | undefined>;
  /** The topics of alarms and events. Absent without `monitoring`. */
  declare readonly monitoring: pulumi.Output<DeployedMonitoring | undefined>;
  /** Policies for the organization to attach to the vault accounts. Absent with side `source`. */
  declare readonly organizationPolicies: pulumi.Output<DeployedOrganizationPolicies | undefined>;

  /** All of the above in one map of plain JSON, to be exported as it is: in some languages the others change their spelling on the way. */
  declare readonly exports: pulumi.Output<{ [name: string]: Json }>;

  /** @param look how the program looks at what is there already */
  constructor(
    name: string,
    args: ImmutableCopiesArgs,
    opts?: pulumi.ComponentResourceOptions,
    look: DiscoverOptions = {},
  ) {
    super(ImmutableCopies.pulumiType, name, { name, args, look }, opts);
  }

  /** Resolves once every child is declared and the outputs are there; rejects with what kept it from that. */
  async declared(): Promise<this> {
    await this.getData();
    return this;
  }

  /** Children come after a look at what is there already, which takes calls to AWS: later than a constructor can wait. */
  protected override async initialize(given: {
    name: string;
    args: ImmutableCopiesArgs;
    look: DiscoverOptions;
  }): Promise<void> {
    const config = await readArgs(given.args);
    const { look, name } = given;
    const outputs = await lockstepProgram(config, { ...look, name, parent: this });
    const members = { ...outputs, exports: pulumi.output(outputs) };
    // Not derived from a promise in the constructor: that would reject a second time, with nobody to take it.
    Object.assign(this, members);
    this.registerOutputs(members);
  }
}
