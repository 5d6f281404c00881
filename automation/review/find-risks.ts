import { KNOWN_LATER } from "../stack/property-changes";
import type { LeftVault } from "../stack/vaults-left-behind";
import { bucketRisks } from "./bucket-risks";
import type { BucketAtRisk } from "./buckets-at-risk";
import { goneRisks } from "./gone-risks";
import type { PlannedChange } from "../stack/planned-changes";
import { type FoundRisk, type Risk, RISKS } from "./risk";
import { ruleRisks } from "./rule-risks";
import { statementRisks } from "./statement-risks";

const DETECTORS = [bucketRisks, ruleRisks, statementRisks, goneRisks];

/**
 * What of the planned changes costs data or protection, in the order of the plan, those that cost most first. Pure.
 * @param leftBehind vaults that have a risk of their own, so that their buckets need none
 * @param atRisk buckets for which the plan is refused
 */
export function findRisks(
  planned: readonly PlannedChange[],
  leftBehind: readonly LeftVault[] = [],
  atRisk: readonly BucketAtRisk[] = [],
): readonly Risk[] {
  const replaced = new Map(
    atRisk.flatMap(({ bucketName, fate, words }) =>
      fate === "replaced" ? [[bucketName, words] as const] : [],
    ),
  );
  const kept = new Set(
    planned.flatMap(({ action, physicalName }) => (action === "keep" ? [physicalName] : [])),
  );
  // The bucket of a vault that was made is told by its own change; that of an adopted one has none.
  const questions = leftBehind.filter(
    ({ bucketName }) => !(replaced.has(bucketName) && kept.has(bucketName)),
  );
  const left = new Set(questions.map(({ bucketName }) => bucketName));
  const ofChanges = planned.flatMap((change) =>
    DETECTORS.flatMap((detect) => detect(change))
      .map((found) => refusedRisk(found, replaced.get(change.physicalName ?? "")))
      .filter(({ id }) => id !== "BucketLeftBehind" || !left.has(change.physicalName ?? ""))
      .map((found) => riskOf(found, change)),
  );
  const risks = [
    ...questions.map((vault) => riskOfVault(vault, replaced.get(vault.bucketName))),
    ...ofChanges,
  ];
  return [
    ...risks.filter(({ severity }) => severity === "error"),
    ...risks.filter(({ severity }) => severity !== "error"),
  ];
}

/** A bucket that holds data is not merely left behind. */
function refusedRisk(found: FoundRisk, refusal: string | undefined): FoundRisk {
  if (refusal === undefined || found.id !== "BucketLeftBehind") return found;
  return { ...found, id: "BucketReplaced", words: `it ${refusal}, which is refused` };
}

function riskOf(found: FoundRisk, change: PlannedChange): Risk {
  const { account, name, physicalName, region, resourceType, urn } = change;
  const resource = physicalName ?? name;
  return {
    ...found,
    severity: RISKS[found.id].severity,
    message: sentence(resource, { account, region }, `${found.words}${values(found)}`),
    resource,
    resourceType,
    urn,
    ...(account !== undefined && { account }),
    ...(region !== undefined && { region }),
  };
}

function riskOfVault({ access, bucketName, name }: LeftVault, refusal?: string): Risk {
  const { accountId: account, region } = access;
  const words = refusal === undefined ? `the vault ${name} is left behind` : `it ${refusal}`;
  const consequence =
    refusal === undefined
      ? `\`lockstep up\` refuses it without --leave-vault ${name}`
      : "which is refused";
  const id = refusal === undefined ? "VaultLeftBehind" : "BucketReplaced";
  return {
    id,
    words,
    severity: RISKS[id].severity,
    message: sentence(
      bucketName,
      { account, region },
      `${words}${refusal === undefined ? ";" : ","} ${consequence}`,
    ),
    resource: bucketName,
    resourceType: "lockstep:index:Vault",
    account,
    region,
  };
}

/** As in `acme-vault (account 222222222222, eu-central-1): its default retention shrinks from 30 days to 10 days.` */
function sentence(
  resource: string,
  { account, region }: { account?: string | undefined; region?: string | undefined },
  words: string,
): string {
  const where = [
    ...(account === undefined ? [] : [`account ${account}`]),
    ...(region === undefined ? [] : [region]),
  ].join(", ");
  return `${resource}${where === "" ? "" : ` (${where})`}: ${words}.`;
}

/** Words that do not say the values themselves are followed by them where they are short. */
function values({ old, new: fresh, words }: FoundRisk): string {
  if (!isShort(old) && !isShort(fresh)) return "";
  if (words.includes(String(old)) || (fresh === undefined && !isShort(old))) return "";
  return ` (${shown(old)} -> ${shown(fresh)})`;
}

function isShort(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value) && value !== KNOWN_LATER;
}

function shown(value: unknown): string {
  if (value === undefined) return "none";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
