import type { CompiledPolicy } from "../../authorization/model";
import type { Foundation } from "../../world/foundation";
import type { Identity, PrincipalPolicies } from "./model";

/** What of an identity has an effect on requests. */
export interface Effects {
  readonly policies: PrincipalPolicies;
  /** Roles only. */
  readonly trust?: CompiledPolicy;
}

/** The effects that were put in place at a time. */
interface Change extends Effects {
  readonly fromEpochMs: number;
}

/**
 * Changes of identities on their way: IAM "achieves high availability by replicating data across multiple servers",
 * so that a new role, or a change of policies, works only after a while (IAM User Guide, "Changes that I make are not
 * always immediately visible"). Used when `settings.iamPropagationDelayMs` is set; a removal has its effect at once.
 */
export class Propagation {
  /** Oldest first; the first is the one in effect or the first there was. */
  private readonly changes = new WeakMap<Identity, Change[]>();

  constructor(private readonly world: Foundation) {}

  get isDelayed(): boolean {
    return this.world.settings.iamPropagationDelayMs > 0;
  }

  /** Notes what an identity is to be from now on. */
  record(identity: Identity, effects: Effects): void {
    const changes = this.changes.get(identity) ?? [];
    const last = changes.at(-1);
    if (last !== undefined && isSame(last, effects)) return;
    const limitEpochMs = this.limitEpochMs();
    while ((changes[1]?.fromEpochMs ?? Number.POSITIVE_INFINITY) <= limitEpochMs) changes.shift();
    const { policies, trust } = effects;
    // Tags are changed in place.
    const tags = policies.tags && new Map(policies.tags);
    const fromEpochMs = this.world.clock.nowEpochMs();
    changes.push({ fromEpochMs, policies: { ...policies, tags }, trust });
    this.changes.set(identity, changes);
  }

  /** Puts what an identity is into effect at once: what the sandbox itself makes was there before the first request. */
  settle(identity: Identity, effects: Effects): void {
    this.changes.set(identity, [{ ...effects, fromEpochMs: Number.NEGATIVE_INFINITY }]);
  }

  /** What of an identity is in effect; undefined for one that is too new. */
  effectsOf(identity: Identity): Effects | undefined {
    const limitEpochMs = this.limitEpochMs();
    return this.changes.get(identity)?.findLast(({ fromEpochMs }) => fromEpochMs <= limitEpochMs);
  }

  private limitEpochMs(): number {
    return this.world.clock.nowEpochMs() - this.world.settings.iamPropagationDelayMs;
  }
}

/** Policies are compiled anew with every change, so the same object is the same policy. */
function isSame(left: Effects, right: Effects): boolean {
  const [a, b] = [left.policies, right.policies];
  return (
    left.trust === right.trust &&
    a.boundary === b.boundary &&
    a.identity.length === b.identity.length &&
    a.identity.every((policy, index) => policy === b.identity[index]) &&
    sameTags(a.tags, b.tags)
  );
}

function sameTags(left: PrincipalPolicies["tags"], right: PrincipalPolicies["tags"]): boolean {
  const [a, b] = [[...(left ?? [])], [...(right ?? [])]];
  return a.length === b.length && a.every(([key, value]) => right?.get(key) === value);
}
