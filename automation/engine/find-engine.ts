/**
 * The Pulumi engine, in the order of who put it there:
 *
 *   LOCKSTEP_PULUMI -> PATH -> cache (installed, built) -> [lock] Pulumi's installer -> go build -> one error
 *
 * The first two are the user's own and are never changed. The rest lives in the cache folder, so that a second clone on
 * the same machine downloads and builds nothing.
 */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { LockstepError } from "../errors";
import type { EventTable, Session } from "../events";
import { cacheFolder } from "./cache-folder";
import { runChild } from "./child-process";
import { withFolderLock } from "./folder-lock";
import { buildEngine, builtPath, installEngine, installedPath, type ObtainResult } from "./obtain";
import { neededVersion, parseVersion, satisfies } from "./version";

/** An engine that can be used. */
export type Engine = Readonly<EventTable["engine-ready"]>;

/** How to find an engine. */
export interface FindEngineOptions extends Session {
  /** Environment variables in place of the process's own. Default: those. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Folder that engines are kept in. Default: Lockstep's own in the user's cache. */
  readonly cache?: string;
  /** Ways to get an engine that is not there yet, tried in order; given by tests. */
  readonly obtain?: readonly Obtainer[];
}

export interface Obtainer {
  readonly origin: "installed" | "built";
  obtain(cache: string, needed: string, session: Session): Promise<ObtainResult>;
}

const OBTAINERS: readonly Obtainer[] = [
  { origin: "installed", obtain: installEngine },
  { origin: "built", obtain: (cache, _needed, session) => buildEngine(cache, session) },
];

/**
 * Finds an engine not older than the installed `@pulumi/pulumi`, or gets one.
 * @throws LockstepError `EngineUnavailable` naming each way that was tried; `Aborted`
 */
export async function findEngine(options: FindEngineOptions): Promise<Engine> {
  const engine = await lookForEngine(options);
  options.emit({ type: "engine-ready", ...engine });
  return engine;
}

async function lookForEngine(options: FindEngineOptions): Promise<Engine> {
  const environment = options.environment ?? process.env;
  const cache = options.cache ?? cacheFolder();
  const needed = neededVersion();
  const probe = (path: string): Promise<string | undefined> =>
    engineVersion(path, needed, environment, options.signal);

  const named = environment["LOCKSTEP_PULUMI"];
  if (named !== undefined && named !== "") {
    const version = await probe(named);
    if (version !== undefined) return { path: named, version, origin: "env" };
    throw new LockstepError(
      "EngineUnavailable",
      `LOCKSTEP_PULUMI names ${named}, which is no Pulumi engine ${needed} or newer.`,
      { hint: "Point it at a pulumi executable of that version, or unset it." },
    );
  }

  const onPath = await probe("pulumi");
  if (onPath !== undefined) return { path: "pulumi", version: onPath, origin: "path" };

  const cached = async (): Promise<Engine | undefined> => {
    for (const [path, origin] of [
      [installedPath(cache, needed), "installed"],
      [builtPath(cache), "built"],
    ] as const) {
      const version = existsSync(path) ? await probe(path) : undefined;
      if (version !== undefined) return { path, version, origin };
    }
    return undefined;
  };
  const found = await cached();
  if (found !== undefined) return found;

  await mkdir(join(cache, "engines"), { recursive: true });
  return withFolderLock(
    join(cache, "engines", "lock"),
    {
      clock: options.clock,
      signal: options.signal,
      onWaiting: (elapsedMs) =>
        options.emit({
          type: "engine-progress",
          phase: "waiting",
          message: "Another process is getting the Pulumi engine",
          elapsedMs,
        }),
    },
    async () => (await cached()) ?? (await obtainEngine(options, cache, needed, probe)),
  );
}

async function obtainEngine(
  options: FindEngineOptions,
  cache: string,
  needed: string,
  probe: (path: string) => Promise<string | undefined>,
): Promise<Engine> {
  const reasons = [`PATH: no pulumi ${needed} or newer`];
  for (const obtainer of options.obtain ?? OBTAINERS) {
    const result = await obtainer.obtain(cache, needed, options);
    if ("reason" in result) {
      reasons.push(result.reason);
      continue;
    }
    const version = await probe(result.path);
    if (version !== undefined) return { path: result.path, version, origin: obtainer.origin };
    reasons.push(`${obtainer.origin}: the engine does not start or is older than ${needed}`);
  }
  throw new LockstepError(
    "EngineUnavailable",
    `There is no Pulumi engine on this machine and none can be had (${reasons.join("; ")}).`,
    {
      hint:
        "Put a pulumi executable on PATH or name it in LOCKSTEP_PULUMI; or allow its download; " +
        "or install Go with access to a Go module mirror.",
    },
  );
}

/** The version of the engine at `path` when it runs and is new enough. */
async function engineVersion(
  path: string,
  needed: string,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const result = await runChild(path, ["version"], {
    environment: { ...environment, PULUMI_SKIP_UPDATE_CHECK: "true" },
    signal,
    timeoutMs: 20_000,
  });
  const minimum = parseVersion(needed);
  const version = parseVersion(result.stdout);
  if (result.exitCode !== 0 || version === undefined || minimum === undefined) return undefined;
  return satisfies(version, minimum) ? version.join(".") : undefined;
}
