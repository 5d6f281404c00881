import type { VaultGuardOutputs, VaultOutputs } from "../../components/promise/outputs";

/** A vault whose protections are known: not one of another team's stack. */
export type GuardedVault = VaultOutputs & { readonly guard: VaultGuardOutputs };
