import type { ObjectVersion } from "../services/s3/store/model";
import type { ReplicationStep } from "./step";

type Place = Pick<ReplicationStep, "version" | "destinationArn">;

/**
 * The copies in parts that are under way, each with what came up for the same version and destination meanwhile: it waits
 * for the end of the copy, as a change can only follow what it changes.
 */
export class CopiesInParts<Step extends Place> {
  private readonly waiting = new Map<ObjectVersion, Map<string, Step[]>>();

  get waitingCount(): number {
    let count = 0;
    for (const places of this.waiting.values()) {
      for (const steps of places.values()) count += steps.length;
    }
    return count;
  }

  begin({ version, destinationArn }: Place): void {
    const places = this.waiting.get(version) ?? new Map<string, Step[]>();
    if (!places.has(destinationArn)) places.set(destinationArn, []);
    this.waiting.set(version, places);
  }

  /** False when no copy is under way there, so that the step has nothing to wait for. */
  wait(step: Step): boolean {
    const steps = this.waiting.get(step.version)?.get(step.destinationArn);
    steps?.push(step);
    return steps !== undefined;
  }

  /** @returns what has waited, in its order */
  end({ version, destinationArn }: Place): readonly Step[] {
    const places = this.waiting.get(version);
    const steps = places?.get(destinationArn) ?? [];
    places?.delete(destinationArn);
    if (places?.size === 0) this.waiting.delete(version);
    return steps;
  }
}
