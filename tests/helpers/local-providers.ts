import { join } from "node:path";
import { installLocalProviders } from "lockstep-sandbox/providers";

/** By the digest of their sources, so that what was changed is compiled again. */
const COMPILED = join(__dirname, "..", "..", ".cache", "providers");

/** Puts the sandbox's providers into a test's Pulumi home. They are compiled once for all tests: it takes seconds. */
export async function putLocalProviders(pulumiHome: string): Promise<void> {
  await installLocalProviders(pulumiHome, COMPILED);
}
