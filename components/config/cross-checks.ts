/** The rules that look across members of the config. Those of one vault or rule are in files of their own. */

import type { ConfigProblem } from "./config-error";
import { type LooseConfig, readLoosely, type ReportProblem } from "./loose-config";
import { checkRules } from "./rule-checks";
import { checkSource } from "./source-checks";
import { checkVault } from "./vault-checks";

/** @returns every mistake that needs more than one member to be seen. */
export function crossChecks(raw: unknown): ConfigProblem[] {
  const config = readLoosely(raw);
  const problems: ConfigProblem[] = [];
  const report: ReportProblem = (path, message) => problems.push({ path, message });

  if (config.hasOneSource && config.hasFleet) {
    report("sources", "expected either source or sources, got both; leave one out");
  }
  config.sources.forEach((placed) => checkSource(placed, config, report));
  config.vaults.forEach((vault, index) => checkVault(vault, `vaults[${index}]`, config, report));
  checkDuplicates(
    config.sources.map(({ name, path }) => ({ name, path: `${path}.name` })),
    "source",
    report,
  );
  checkDuplicates(
    config.vaults.map(({ name }, index) => ({ name, path: `vaults[${index}].name` })),
    "vault",
    report,
  );
  checkDuplicates(
    config.sources.map(({ path, source }) => ({
      name: source.bucket?.name,
      path: `${path}.bucket.name`,
    })),
    "bucket",
    report,
  );
  checkDuplicates(
    config.vaults.map(({ bucket }, index) => ({
      name: bucket?.name,
      path: `vaults[${index}].bucket.name`,
    })),
    "bucket",
    report,
  );
  checkDuplicates(
    config.rules.map(({ name }, index) => ({ name, path: `rules[${index}].name` })),
    "rule",
    report,
  );
  checkRules(config, report);
  checkSides(config, report);
  return problems;
}

function checkDuplicates(
  named: readonly { name: string | undefined; path: string }[],
  what: string,
  report: ReportProblem,
): void {
  named.forEach(({ name, path }, index) => {
    const first = named.findIndex((other) => name !== undefined && other.name === name);
    if (first === -1 || first === index) return;
    report(
      path,
      `expected a ${what} name used once, got "${name}", which ${named[first]?.path} has too; rename one`,
    );
  });
}

/** What only one of two teams can say. */
function checkSides(config: LooseConfig, report: ReportProblem): void {
  const { side, sourceStack, vaultStack, vaults } = config;
  if (sourceStack !== undefined && (side !== "both" || vaultStack === undefined)) {
    report(
      "sourceStack",
      `expected it with side "both" and vaultStack, got side "${side}"${vaultStack === undefined ? " and no vaultStack" : ""}; ` +
        "a stack with both declares nothing and looks into those of two teams: name the other one in vaultStack, or leave this out",
    );
  }
  if (vaultStack !== undefined && side !== "source" && sourceStack === undefined) {
    report(
      "vaultStack",
      `expected it with side "source", or beside sourceStack, got side "${side}"; it names the stack of another team's vaults: leave it out, set side: source, or name the source's stack too`,
    );
  }
  if (side !== "source" || vaultStack !== undefined) return;
  vaults.forEach(({ encryption }, index) => {
    if (encryption?.kms !== "create") return;
    report(
      `vaults[${index}].encryption.kms`,
      'expected the ARN of the vault\'s key with side "source", got "create"; the vaults\' stack made it and has it among its outputs: write it here, or name that stack in vaultStack',
    );
  });
}
