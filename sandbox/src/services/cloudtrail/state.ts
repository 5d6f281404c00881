import { Channel } from "../../world/channel";
import type { Foundation } from "../../world/foundation";
import type { ApiCall } from "./api-call";
import { DigestKeys } from "./digest-keys";
import type { Trail } from "./model";

/** What happens to a trail, for whoever writes its files. */
export interface TrailChange {
  readonly kind: "started" | "stopped" | "updated" | "deleted";
  readonly trail: Trail;
}

/** Trails of all accounts and Regions. */
export class CloudTrailState {
  /** Every call, told of while there is a trail. */
  readonly calls = new Channel<ApiCall>();
  readonly changes = new Channel<TrailChange>();
  /** What digests are signed with. */
  readonly digestKeys: DigestKeys;
  /** By ARN. */
  private readonly byArn = new Map<string, Trail>();

  constructor(world: Foundation) {
    this.digestKeys = new DigestKeys(world.clock);
  }

  /** False as long as nobody wants to know of a call, so that it need not be told. */
  get isListening(): boolean {
    return this.byArn.size > 0;
  }

  trail(arn: string): Trail | undefined {
    return this.byArn.get(arn);
  }

  /** Of all accounts, in the order in which they were made. */
  get trails(): readonly Trail[] {
    return [...this.byArn.values()];
  }

  /** Trails whose home is the Region. */
  trailsAt(accountId: string, region: string): readonly Trail[] {
    return this.trails.filter(
      (trail) => trail.accountId === accountId && trail.homeRegion === region,
    );
  }

  /** Those, and the trails of other Regions that log this one too. */
  trailsSeenIn(accountId: string, region: string): readonly Trail[] {
    return this.trails.filter(
      (trail) =>
        trail.accountId === accountId && (trail.homeRegion === region || trail.isMultiRegion),
    );
  }

  add(trail: Trail): void {
    this.byArn.set(trail.arn, trail);
  }

  remove(trail: Trail): void {
    this.byArn.delete(trail.arn);
    this.changes.publish({ kind: "deleted", trail });
  }
}
