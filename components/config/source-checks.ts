import {
  checkAccess,
  checkBoundary,
  checkKeyPlace,
  checkKeyRegion,
  checkNamespace,
  checkRolePlace,
} from "./access-checks";
import type { LooseConfig, PlacedSource, ReportProblem } from "./loose-config";
import { unknownName } from "./suggest";

/** What is wrong with one source beside the shape of its members. */
export function checkSource(
  { path, source }: PlacedSource,
  { vaults }: LooseConfig,
  report: ReportProblem,
): void {
  checkAccess(source, path, report);
  const chainedFrom = source.bucket?.vault;
  const vault = vaults.find(({ name }) => name !== undefined && name === chainedFrom);
  if (chainedFrom !== undefined && vault === undefined) {
    const names = vaults.flatMap(({ name }) => name ?? []);
    report(`${path}.bucket.vault`, unknownName("vault", chainedFrom, names));
  }
  const owner = vault ?? source;
  checkRolePlace(
    source.replicationRoleArn,
    owner,
    `${path}.replicationRoleArn`,
    "S3 replicates as a role of the source's own account",
    report,
  );
  const kms = source.bucket?.encryption?.kms;
  checkKeyPlace(kms, source, "source", `${path}.bucket.encryption.kms`, report);
  source.kmsKeyArns?.forEach((arn, index) =>
    checkKeyRegion(arn, source.region, `${path}.kmsKeyArns[${index}]`, report),
  );
  checkNamespace(source.bucket?.name, source, `${path}.bucket.name`, report);
  checkBoundary(
    source.roles?.permissionsBoundary,
    owner,
    `${path}.roles.permissionsBoundary`,
    report,
  );
}
