import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { join } from "node:path";
import { PACKAGE_ROOT } from "../package-root";

export interface MachineFacts {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
}

/** The machine that this process runs on. */
function thisMachine(): MachineFacts {
  return { platform: process.platform, environment: process.env, homeFolder: homedir() };
}

/**
 * Where Lockstep keeps what may be deleted at any time and made again: `$XDG_CACHE_HOME/lockstep` or `~/.cache/lockstep`,
 * `~/Library/Caches/lockstep` on macOS, `%LOCALAPPDATA%\lockstep\cache` on Windows.
 */
export function cacheFolder(machine: MachineFacts = thisMachine()): string {
  const { environment, homeFolder, platform } = machine;
  const xdg = environment["XDG_CACHE_HOME"];
  if (xdg !== undefined && xdg !== "") return join(xdg, "lockstep");
  if (platform === "darwin") return join(homeFolder, "Library", "Caches", "lockstep");
  if (platform === "win32") {
    const local = environment["LOCALAPPDATA"];
    return join(local ?? join(homeFolder, "AppData", "Local"), "lockstep", "cache");
  }
  return join(homeFolder, ".cache", "lockstep");
}

/**
 * The Pulumi home that has the sandbox's providers in place of the real ones. One for each installation of Lockstep and
 * each Node: the plugins in it start with that Node and use that installation's packages.
 */
export function sandboxPulumiHome(machine: MachineFacts = thisMachine()): string {
  const name = createHash("sha256")
    .update(`${PACKAGE_ROOT}\0${process.execPath}`)
    .digest("hex")
    .slice(0, 12);
  return join(cacheFolder(machine), "sandbox-pulumi-home", name);
}
