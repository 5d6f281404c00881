import { readFileSync } from "node:fs";
import type { Engine } from "../engine/find-engine";
import { packageVersion } from "../package-root";

/** Packages whose plugins the engine runs, each under the version of its package. */
const PLUGIN_PACKAGES = ["@pulumi/aws", "@pulumi/aws-native"] as const;

/** What a bundle was made with. @param signer what signs, in words */
export function toolVersions(engine: Engine, signer: string): Readonly<Record<string, string>> {
  return {
    lockstep: packageVersion(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    pulumi: engine.version,
    "@pulumi/pulumi": versionOf("@pulumi/pulumi"),
    ...Object.fromEntries(PLUGIN_PACKAGES.map((name) => [name, versionOf(name)])),
    signer,
  };
}

function versionOf(name: string): string {
  const file = require.resolve(`${name}/package.json`);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
