/**
 * Looks for the events of attempts in the trails of the vaults' accounts, and brings the files that they are verified by. Reading only.
 *
 *     trails of the account -> digests of the hours behind the attempt -> log files of its time -> its event
 *
 * Whoever may write into a trail's bucket is the hostile side: nothing of a digest is used before its signature is verified, nothing of a log
 * file before its hash is; what is not sound is passed over, so that what is lies beside it is found all the same. What AWS does not give, or
 * not now, is told of the attempts, and ends nothing: a look of hours is not lost for a trail.
 */

import type { VaultConfig } from "../../components/config/types";
import type { VaultOutputs } from "../../components/promise/outputs";
import { accountClients } from "../aws/aws-clients";
import type { AwsEnvironment } from "../aws/configured-endpoint";
import { messageOf } from "../errors";
import type { Session } from "../events";
import type { SoughtAttempt, SoughtEvent, TrailFacts } from "./fields";
import { Found } from "./found-files";
import { FILE_MAX_BYTES } from "./packed-object";
import { VaultTrails } from "./vault-trails";

/** A vault whose attempts are looked for. */
export interface TrailVault {
  /** How its account is reached. Undefined where the config means another place by now. */
  readonly config: VaultConfig | undefined;
  /** What its stack tells of it. */
  readonly outputs: VaultOutputs;
}

/** What is looked for, and where. */
export interface ReadTrailOptions extends Session {
  readonly vaults: readonly TrailVault[];
  /** Of an earlier run: those of this one are in no digest yet. */
  readonly sought: readonly SoughtAttempt[];
  /** Where profiles are. */
  readonly environment: AwsEnvironment;
  /** A larger file is not read. Default: 64 MiB, as a check of a bundle has it. */
  readonly fileMaxBytes?: number;
}

/** What was found. */
export interface ReadTrail {
  /** `facts/trail.json`. */
  readonly facts: TrailFacts;
  /** Files that it names, and no others, by their names. A log file has events of others of the account too: its hash is of the whole. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** @throws what came of it where the signal was given; all else is told of the attempts */
export async function readTrail(options: ReadTrailOptions): Promise<ReadTrail> {
  const found = new Found();
  const names = new Set(options.vaults.map(({ outputs }) => outputs.name));
  // A bundle has each request once.
  const all = [...new Map(options.sought.map((one) => [one.requestId, one])).values()];
  const events: SoughtEvent[] = all
    .filter(({ vault }) => !names.has(vault))
    .map((sought) => ({ sought, outcome: "not-found", says: NO_VAULT }));
  for (const vault of options.vaults) {
    const sought = all.filter((one) => one.vault === vault.outputs.name);
    if (sought.length > 0) events.push(...(await eventsAt(vault, sought, found, options)));
  }
  return { facts: { ...found.facts(), events }, files: found.files };
}

/** Of attempts whose trails nobody could get at. */
export function unreadTrail(sought: readonly SoughtAttempt[], why: string): ReadTrail {
  return { facts: { trails: [], digests: [], events: unread(sought, why) }, files: new Map() };
}

async function eventsAt(
  { config, outputs }: TrailVault,
  sought: readonly SoughtAttempt[],
  found: Found,
  { clock, environment, fileMaxBytes = FILE_MAX_BYTES, signal }: ReadTrailOptions,
): Promise<readonly SoughtEvent[]> {
  if (config === undefined) return unread(sought, NO_ACCESS);
  const events: SoughtEvent[] = [];
  try {
    const clients = await accountClients(config, environment);
    const trails = new VaultTrails(outputs, { clients, clock, environment, fileMaxBytes, signal });
    try {
      for (const one of sought) events.push(await trails.find(one, found));
    } finally {
      trails.close();
      clients.destroy();
    }
    return events;
  } catch (error) {
    if (signal?.aborted === true) throw error;
    const why = `The trail cannot be read: ${messageOf(error)}`;
    return [...events, ...unread(sought.slice(events.length), why)];
  }
}

function unread(sought: readonly SoughtAttempt[], says: string): SoughtEvent[] {
  return sought.map((one) => ({ sought: one, outcome: "not-readable", says }));
}

const NO_VAULT = "Its vault is not in the stack any more.";
const NO_ACCESS =
  "Its vault is in the stack, and the config has none of that name, account and bucket: nobody can look there.";
