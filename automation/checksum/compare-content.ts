/** What two values of one version say of its outcome. Pure. */
import type { Outcome } from "../judge/outcome";
import type { Computed, Uncomputed } from "./task-result";

/** Where a version was read. */
type Side = "source" | "vault";

/** Whether a look in full found the content of a version rightly at a vault: what is wrong already is not read. */
export function isToBeRead({ kind, vault }: Pick<Outcome, "kind" | "vault">): boolean {
  return vault !== undefined && (kind === "proven" || kind === "lapsed");
}

/** The outcome of a version that was to be read, with what was read of it. */
export function withContent(
  outcome: Outcome,
  source: Computed | undefined,
  vault: Computed | undefined,
): Outcome {
  const { key, versionId } = outcome;
  const where = {
    key,
    versionId,
    ...(outcome.vault === undefined ? {} : { vault: outcome.vault }),
  };
  const missing = unread("vault", vault) ?? unread("source", source);
  if (missing !== undefined) {
    return { ...where, kind: "unverifiable", code: missing.code, cause: missing.why };
  }
  const [ofSource, ofVault] = [hexOf(source), hexOf(vault)];
  if (ofSource !== ofVault) {
    const cause = `other content at the vault: SHA-256 of its bytes ${ofVault}, at the source ${ofSource}`;
    return { ...where, kind: "failed", code: "content", cause };
  }
  return outcome.kind === "proven" ? { ...outcome, code: "checksum" } : outcome;
}

function unread(side: Side, computed: Computed | undefined): Uncomputed | undefined {
  if (computed === undefined) {
    return { code: "error", why: `its bytes at the ${side} were not read: no report has it` };
  }
  if ("sha256" in computed) return undefined;
  return { code: computed.code, why: `its bytes at the ${side} were not read: ${computed.why}` };
}

function hexOf(computed: Computed | undefined): string {
  return computed !== undefined && "sha256" in computed ? computed.sha256.toString("hex") : "";
}
