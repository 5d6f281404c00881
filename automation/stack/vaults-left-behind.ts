/**
 * Vaults that an `up` would leave behind: their buckets stay at AWS, locked and guarded, but the stack forgets them. Nothing is
 * replicated into them any more, and nobody looks at them again; so each is a question of its own.
 */

import type { AccountAccess, LockstepConfig } from "../../components/config/types";
import type { AwsEnvironment } from "../aws/aws-clients";
import { bucketContent } from "./bucket-content";
import { LockstepError } from "../errors";
import type { Confirm, Session } from "../events";
import type { StateResource } from "./kept-resources";
import { ProviderPlaces } from "./resource-places";

/** A vault that the stack has and the config has no longer. */
export interface LeftVault {
  /** That of the config that it was deployed from. */
  readonly name: string;
  /** Of its bucket, which stays at AWS. */
  readonly bucketName: string;
  /** How its account was reached when it was deployed. */
  readonly access: AccountAccess;
}

/** What of a vault tells its bucket: one that is made has the bucket in the state, one that is adopted the bucket's policy. */
const TELLING_PARTS: Readonly<Record<string, string>> = {
  "lockstep:index:Vault": "bucket",
  "lockstep:index:AdoptedVault": "policy",
};

/** The vault's name in the config, when this resource tells its bucket. Components are named `lockstep-vault-<name>`. */
function vaultNameOf({ parent = "", urn }: StateResource): string | undefined {
  const [, , types = "", component = ""] = parent.split("::");
  const part = TELLING_PARTS[types.split("$").at(-1) ?? ""];
  if (part === undefined || !urn.endsWith(`::${component}-${part}`)) return undefined;
  return /-vault-(.+)$/.exec(component)?.[1];
}

/** The vaults of the stack whose buckets the config names no longer, in their accounts. Pure. */
export function vaultsLeftBehind(
  resources: readonly StateResource[],
  config: LockstepConfig,
): readonly LeftVault[] {
  const places = new ProviderPlaces(resources);
  const left = new Map<string, LeftVault>();
  for (const resource of resources) {
    const { delete: isReplaced, id, provider = "" } = resource;
    const name = vaultNameOf(resource);
    if (isReplaced === true || id === undefined || name === undefined) continue;
    const access = places.accessOf(provider);
    if (access === undefined) continue;
    const stays = config.vaults.some(
      ({ accountId, bucket }) => accountId === access.accountId && bucket.name === id,
    );
    if (!stays) left.set(id, { name, bucketName: id, access });
  }
  return [...left.values()];
}

/** How it is asked about vaults that are left behind. */
export interface LeaveOptions extends Session {
  /** Asked once for each vault that `leaveVaults` does not name. */
  readonly confirm: Confirm;
  /** Names of vaults that may be left behind without a question. */
  readonly leaveVaults: readonly string[];
  /** False: nobody can be asked, so that every open question is told at once. */
  readonly canAsk: boolean;
}

/**
 * Asks for each vault that is left behind, unless it was answered before.
 * @throws LockstepError `ConfigInvalid` for an answer about a vault that is not left behind, `ConfirmationNeeded` where nobody can
 * be asked, `Declined`
 */
export async function confirmVaultsLeftBehind(
  left: readonly LeftVault[],
  options: LeaveOptions,
  environment: AwsEnvironment = {},
): Promise<void> {
  requireLeft(left, options.leaveVaults);
  const open = left.filter(({ name }) => !options.leaveVaults.includes(name));
  const asked = [];
  for (const vault of open)
    asked.push({ vault, text: await leftVaultText(vault, options, environment) });
  if (asked.length > 0 && !options.canAsk) {
    throw new LockstepError(
      "ConfirmationNeeded",
      "A vault would be left behind, which --yes does not answer.",
      {
        problems: asked.map(({ text, vault }) => ({
          path: `--leave-vault ${vault.name}`,
          message: text,
        })),
        hint:
          "Nothing was made or changed. If that is meant, add what is named here; else put the vault back into the config " +
          "as it was, under its own name.",
      },
    );
  }
  for (const { text, vault } of asked) {
    const answer = await options.confirm({
      code: "leave-vault",
      text: `${text} Leave it behind?`,
      vault: vault.name,
    });
    if (!answer) {
      throw new LockstepError(
        "Declined",
        `The vault ${vault.name} is not to be left behind. Nothing was deployed.`,
      );
    }
  }
}

function requireLeft(left: readonly LeftVault[], names: readonly string[]): void {
  const wrong = names.filter((name) => !left.some((vault) => vault.name === name));
  if (wrong.length === 0) return;
  const known = left.map(({ name }) => name).join(", ");
  throw new LockstepError("ConfigInvalid", "An answer is about a vault that is not left behind.", {
    problems: wrong.map((name) => ({
      path: `--leave-vault ${name}`,
      message:
        known === ""
          ? "this config leaves no vault behind; leave the option out"
          : `expected one of the vaults that this config leaves behind: ${known}`,
    })),
    hint: "Nothing was made or changed.",
  });
}

/** As in `vault primary (acme-vault, account 222222222222, eu-central-1; 12 versions, locked until ...) is left behind: ...` */
export async function leftVaultText(
  { access, bucketName, name }: LeftVault,
  session: Session,
  environment: AwsEnvironment = {},
): Promise<string> {
  const { words } = await bucketContent(bucketName, access, session, environment);
  return (
    `Vault ${name} (${bucketName}, account ${access.accountId}, ${access.region}; ${words}) is left behind: no longer in this ` +
    "stack. Its bucket stays as it is, nothing is replicated into it any more, and no command looks at it."
  );
}
