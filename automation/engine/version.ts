import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PACKAGE_ROOT } from "../package-root";

/** A version as three numbers; pre-release marks are left out. */
export type Version = readonly [major: number, minor: number, patch: number];

/** Reads `v3.256.0` or `3.256.0-alpha.1`; undefined when it is not a version. */
export function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(text.trim());
  if (match === null) return undefined;
  return [Number(match[1]), Number(match[2]), Number(match[3])];
}

/** True when `candidate` has the major version of `minimum` and is not older. */
export function satisfies(candidate: Version, minimum: Version): boolean {
  if (candidate[0] !== minimum[0]) return false;
  if (candidate[1] !== minimum[1]) return candidate[1] > minimum[1];
  return candidate[2] >= minimum[2];
}

/**
 * The oldest engine that is taken: the version of the installed `@pulumi/pulumi`, since Pulumi keeps newer engines working
 * with older SDKs and promises nothing the other way round.
 */
export function neededVersion(): string {
  const file = require.resolve("@pulumi/pulumi/package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** The folder of the pinned Go tool module. */
export const ENGINE_MODULE_FOLDER = join(PACKAGE_ROOT, "engine");

/**
 * The engine version that `engine/go.mod` pins.
 * @throws Error when the file does not name it
 */
export function pinnedVersion(goMod: string): string {
  const match = /^\s*github\.com\/pulumi\/pulumi\/pkg\/v3 v(\S+)/m.exec(goMod);
  if (match?.[1] === undefined) throw new Error("engine/go.mod does not pin the Pulumi engine.");
  return match[1];
}
