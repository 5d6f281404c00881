import type { LookOptions, SeenReplica } from "./look";
import type { AnswerOfVault, ReplicaAnswer } from "./replica-answer";
import type { VersionHead } from "./version-head";

/** What vaults say of one version, while it is looked at. */
export class AnswersSeen {
  readonly #answers: AnswerOfVault[] = [];

  /** The same options, what is seen of replicas being noted as well. */
  seenBeside<Options extends Pick<LookOptions, "onReplica">>(options: Options): Options {
    const onReplica = (seen: SeenReplica): void => {
      this.#answers.push({ vault: seen.vault, said: answerOf(seen.head) });
      options.onReplica?.(seen);
    };
    return { ...options, onReplica };
  }

  /** What was seen, in the order in which the vaults were asked. */
  get answers(): readonly AnswerOfVault[] {
    return this.#answers;
  }
}

/** Pure. */
export function answerOf(head: VersionHead): ReplicaAnswer {
  const { answeredEpochMs, checksums, etag, kmsKeyArn, lockMode, replicationStatus } = head;
  const { requestId, retainUntilEpochMs, sizeBytes } = head;
  const known = Object.entries(checksums);
  const lockedUntil = instantOf(retainUntilEpochMs);
  const answeredAt = instantOf(answeredEpochMs);
  return {
    ...(known.length > 0 && {
      checksums: Object.fromEntries(
        known.map(([member, value]) => [member.replace(/^Checksum/, ""), value]),
      ),
    }),
    etag: etag.replaceAll('"', ""),
    ...(kmsKeyArn !== undefined && { kmsKeyArn }),
    // One without the other is no lock.
    ...(lockMode !== undefined && lockedUntil !== undefined && { lockMode, lockedUntil }),
    ...(replicationStatus !== undefined && { replicationStatus }),
    sizeBytes,
    ...(answeredAt !== undefined && { answeredAt }),
    ...(requestId !== undefined && { requestId }),
  };
}

function instantOf(epochMs: number | undefined): string | undefined {
  if (epochMs === undefined || Number.isNaN(epochMs)) return undefined;
  return new Date(epochMs).toISOString();
}
