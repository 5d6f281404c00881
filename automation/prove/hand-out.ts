/** What is done with a bundle once its file has its name. */

import type { AwsEnvironment } from "../aws/aws-clients";
import { LockstepError } from "../errors";
import type { Session } from "../events";
import type { SoundEvidence } from "../evidence/check-evidence";
import type { EvidenceWrittenFields, KeptEvidence } from "../evidence/fields";
import { keepBundle } from "./keep-bundle";
import { keptKey, type KeptPlaces } from "./kept-places";

/** A bundle that is there. */
export interface WrittenBundle {
  /** Absolute. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sound: SoundEvidence;
}

/** What becomes of it beside the vaults. */
export interface Keeping {
  /** Locked as vaults lock their replicas. */
  readonly isLocked: boolean;
  /** Warns of a bundle that came beside the vaults since the one before was found there. Undefined: it was not looked for there. */
  readonly meanwhile: (() => Promise<void>) | undefined;
  readonly places: KeptPlaces;
}

/**
 * Keeps a bundle beside the vaults, and tells of it (`evidence-written`) whatever comes: the file is there.
 * @throws LockstepError `Aborted`
 */
export async function handOut(
  { path, sizeBytes, sound }: WrittenBundle,
  { isLocked, meanwhile, places }: Keeping,
  environment: AwsEnvironment,
  session: Session,
): Promise<EvidenceWrittenFields> {
  const { keyId, notProven, sequence, statementDigest, verdict } = sound;
  const kept: KeptEvidence[] = [];
  const evidence = {
    path,
    sizeBytes,
    keyId,
    statementDigest,
    sequence,
    clean: verdict.clean,
    lineCount: verdict.sources.reduce((sum, { lineCount }) => sum + lineCount, 0),
    notProven,
    kept,
  };
  try {
    await meanwhile?.();
    const bundle = { path, key: keptKey(sound), isLocked };
    for await (const one of keepBundle(bundle, places, environment, session)) kept.push(one);
  } catch (error) {
    throw session.signal.aborted ? stopped(path, error) : error;
  } finally {
    session.emit({ type: "evidence-written", ...evidence });
  }
  return evidence;
}

/** Another run does not carry on: the file is there. */
function stopped(path: string, cause: unknown): LockstepError {
  return new LockstepError(
    "Aborted",
    `Stopped on request, after the bundle was written: ${path}.`,
    {
      hint: "It is whole. Where it is not kept beside a vault, name it with --previous next time, or the next bundle does not follow it.",
      cause,
    },
  );
}
