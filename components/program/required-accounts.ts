/** Whose credentials each provider has: asked before anything is declared. */

import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity";
import { getAccountId } from "@pulumi/aws-native/getAccountId";
import type { AccountAccess, LockstepConfig } from "../config/types";
import type { LockstepProviders } from "./providers";
import { ArgumentsError } from "../validation";

interface Place {
  /** As in the config. */
  path: string;
  access: AccountAccess;
  accountId(): Promise<string>;
}

/**
 * Nothing may be made anywhere while one of the accounts is not the one that the config says. A provider with credentials of
 * another account refuses to work, but only when the first of its own resources is on its way; by then a vault, which
 * cannot be taken away again, may be there in another account.
 * @throws ArgumentsError naming every source and vault whose credentials belong to another account
 */
export async function requireAccounts(
  config: LockstepConfig,
  providers: LockstepProviders,
): Promise<void> {
  const reasons = await Promise.all(
    placesOf(config, providers).map(async (place) => ({ ...place, reason: await reasonOf(place) })),
  );
  const problems = reasons.flatMap(({ path, reason }) =>
    reason === undefined ? [] : [{ path: `${path}.accountId`, reason }],
  );
  if (problems.length > 0) {
    throw new ArgumentsError("Credentials are not those of the account in the config:", problems);
  }
}

async function reasonOf({ access, accountId }: Place): Promise<string | undefined> {
  const expected = `expected credentials of account ${access.accountId} in ${access.region}`;
  const advice = "correct the profile, the role or the accountId";
  try {
    const found = await accountId();
    return found === access.accountId
      ? undefined
      : `${expected}, and these belong to account ${found}; ${advice}`;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    // One line for each: a provider's own words may have several.
    return `${expected}; ${advice}: ${cause.replaceAll(/\s*\n\s*/g, "; ")}`;
  }
}

function placesOf(config: LockstepConfig, providers: LockstepProviders): readonly Place[] {
  const sources = config.sources.flatMap((source, index): Place[] => {
    const provider = providers.sources.get(source.name);
    if (provider === undefined) return [];
    const path = config.isFleet ? `sources[${index}]` : "source";
    return [
      {
        path,
        access: source,
        accountId: async () => (await getCallerIdentity({}, { provider })).accountId,
      },
    ];
  });
  const vaults = config.vaults.flatMap((vault, index): Place[] => {
    const provider = providers.vaults.get(vault.name);
    if (provider === undefined) return [];
    return [
      {
        path: `vaults[${index}]`,
        access: vault,
        accountId: async () => (await getAccountId({ provider })).accountId,
      },
    ];
  });
  return [...sources, ...vaults];
}
