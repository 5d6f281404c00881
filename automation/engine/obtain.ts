import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Session } from "../events";
import { runChild } from "./child-process";
import { ENGINE_MODULE_FOLDER, pinnedVersion } from "./version";

/** The whole download has to be done after this long. */
const DOWNLOAD_LIMIT_MS = 5 * 60_000;
const PROGRESS_EVERY_MS = 5_000;

/** Why one way of getting an engine did not work. */
export interface ObtainFailure {
  readonly reason: string;
}

export type ObtainResult = { readonly path: string } | ObtainFailure;

/** Name of the engine's executable on this platform. */
function executableName(platform: NodeJS.Platform = process.platform): string {
  return platform === "win32" ? "pulumi.exe" : "pulumi";
}

/** Where `PulumiCommand.install` puts an engine of `version`. */
export function installedPath(cache: string, version: string): string {
  return join(cache, "engines", `installed-${version}`, "bin", executableName());
}

/**
 * Where a built engine is kept: by version, platform and the hash of the pinned modules, so that a change of any of them
 * builds anew and two checkouts of different age do not disturb each other.
 */
export function builtPath(cache: string, moduleFolder: string = ENGINE_MODULE_FOLDER): string {
  const goMod = readFileSync(join(moduleFolder, "go.mod"), "utf8");
  const goSum = readFileSync(join(moduleFolder, "go.sum"), "utf8");
  const hash = createHash("sha256").update(goMod).update(goSum).digest("hex").slice(0, 12);
  const name = `built-${pinnedVersion(goMod)}-${process.platform}-${process.arch}-${hash}`;
  return join(cache, "engines", name, executableName());
}

/** Lets Pulumi's own installer put an engine into the cache folder. Gives up soon where nothing can be downloaded. */
export async function installEngine(
  cache: string,
  version: string,
  session: Session,
): Promise<ObtainResult> {
  const target = installedPath(cache, version);
  const root = join(cache, "engines", `installed-${version}`);
  const unfinished = `${root}.${process.pid}.tmp`;
  const progress = startProgress(session, "downloading", "Downloading the Pulumi engine");
  try {
    const result = await runChild(
      process.execPath,
      [join(__dirname, "install-in-child.mjs"), unfinished],
      {
        signal: session.signal,
        timeoutMs: DOWNLOAD_LIMIT_MS,
        cwd: ENGINE_MODULE_FOLDER,
        onMessage: () => undefined,
      },
    );
    if (result.exitCode !== 0) {
      const reason = result.timedOut ? "took too long" : firstLine(result.stderr);
      return { reason: `download: ${reason}` };
    }
    await rm(root, { recursive: true, force: true });
    await rename(unfinished, root);
    return existsSync(target) ? { path: target } : { reason: "download: no engine in it" };
  } finally {
    progress.stop();
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Builds the engine from the pinned Go tool module. Takes minutes the first time on a machine. */
export async function buildEngine(cache: string, session: Session): Promise<ObtainResult> {
  const go = await runChild("go", ["version"], { signal: session.signal });
  if (go.exitCode !== 0) return { reason: "build: Go is not installed" };
  const target = builtPath(cache);
  const folder = join(target, "..");
  const unfinished = `${target}.${process.pid}.tmp`;
  const version = pinnedVersion(readFileSync(join(ENGINE_MODULE_FOLDER, "go.mod"), "utf8"));
  const progress = startProgress(
    session,
    "building",
    `Building the Pulumi engine ${version} with Go (once per machine, some minutes)`,
  );
  try {
    await mkdir(folder, { recursive: true });
    const flags = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`;
    const result = await runChild(
      "go",
      ["build", "-v", "-mod=readonly", "-trimpath", "-o", unfinished, "-ldflags", flags].concat(
        "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      ),
      {
        cwd: ENGINE_MODULE_FOLDER,
        signal: session.signal,
        // The same engine whether or not the machine has a C compiler; a workspace file above us must not interfere.
        environment: { CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "" },
        onStderrLine: (line) => {
          if (/^[\w.\-/]+$/.test(line)) progress.countPackage();
        },
      },
    );
    if (result.exitCode !== 0) return { reason: `build: ${lastLine(result.stderr)}` };
    await rename(unfinished, target);
    return { path: target };
  } finally {
    progress.stop();
    await rm(unfinished, { force: true });
  }
}

interface Progress {
  countPackage(): void;
  stop(): void;
}

function startProgress(
  session: Session,
  phase: "downloading" | "building",
  message: string,
): Progress {
  const startEpochMs = session.clock.nowEpochMs();
  let packagesBuilt = 0;
  const tell = (): void =>
    session.emit({
      type: "engine-progress",
      phase,
      message,
      elapsedMs: session.clock.nowEpochMs() - startEpochMs,
      ...(phase === "building" && { packagesBuilt }),
    });
  tell();
  const timer = setInterval(tell, PROGRESS_EVERY_MS);
  return {
    countPackage: () => void packagesBuilt++,
    stop: () => clearInterval(timer),
  };
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "no reason given";
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "no reason given";
}
