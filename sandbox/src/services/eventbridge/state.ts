import type { Target } from "@aws-sdk/client-eventbridge";
import type { Random } from "../../values/random";
import { WorkQueue } from "../../time/work-queue";
import type { Foundation } from "../../world/foundation";
import type { SnsState } from "../sns/state";
import type { EventPattern } from "./event-pattern";
import { targetInput } from "./target-input";

export interface Rule {
  readonly arn: string;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  pattern: EventPattern;
  description?: string;
  roleArn?: string;
  isEnabled: boolean;
  readonly tags: Map<string, string>;
  /** By id, in the order put. */
  readonly targets: Map<string, Target>;
}

/** An event for the default bus of an account in a Region. */
export interface NewEvent {
  readonly accountId: string;
  readonly region: string;
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: object;
  readonly atEpochMs: number;
}

/** What became of one event at one target. */
export interface EventDelivery {
  readonly atEpochMs: number;
  readonly ruleArn: string;
  readonly targetId: string;
  readonly targetArn: string;
  readonly input: string;
  /** `recorded`: a target of a service that the sandbox does not have, which nothing was sent to. */
  readonly outcome: "delivered" | "recorded" | "refused";
  /** Of a refusal. */
  readonly reason?: string;
}

const KEPT_DELIVERIES_COUNT = 1000;

/** Rules and their targets, on the default bus of each account and Region. */
export class EventBridgeState {
  /** By ARN. */
  private readonly rules = new Map<string, Rule>();
  private readonly queue: WorkQueue<Delivery>;
  private readonly random: Random;
  private kept: EventDelivery[] = [];

  constructor(private readonly world: Foundation & { readonly sns: SnsState }) {
    // Ids of events are drawn beside the world's, so that who listens changes nothing elsewhere.
    this.random = world.random.fork("eventbridge");
    this.queue = new WorkQueue(
      world.clock,
      () => world.settings.notificationDelayMs,
      (deliveries) => {
        for (const delivery of deliveries) this.deliver(delivery);
      },
    );
  }

  /** The latest deliveries, oldest first. */
  get deliveries(): readonly EventDelivery[] {
    return this.kept;
  }

  rule(arn: string): Rule | undefined {
    return this.rules.get(arn);
  }

  /** Rules of an account in a Region, by name. */
  rulesOf(accountId: string, region: string): readonly Rule[] {
    return [...this.rules.values()]
      .filter((rule) => rule.accountId === accountId && rule.region === region)
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  addRule(rule: Rule): void {
    this.rules.set(rule.arn, rule);
  }

  removeRule(arn: string): void {
    this.rules.delete(arn);
  }

  /** False when no rule could take an event, so that it need not be made. */
  isListening(accountId: string, region: string): boolean {
    for (const rule of this.rules.values()) {
      if (rule.accountId === accountId && rule.region === region) return true;
    }
    return false;
  }

  /**
   * Matches an event against the rules of this moment; the targets of those get it `notificationDelayMs` later.
   * @returns the event's id
   */
  send(event: NewEvent): string {
    const id = this.random.uuid();
    const shown = {
      version: "0",
      id,
      "detail-type": event.detailType,
      source: event.source,
      account: event.accountId,
      time: `${new Date(event.atEpochMs).toISOString().slice(0, 19)}Z`,
      region: event.region,
      resources: event.resources,
      detail: event.detail,
    };
    for (const rule of this.rulesOf(event.accountId, event.region)) {
      if (!rule.isEnabled || !rule.pattern.matches(shown)) continue;
      for (const target of rule.targets.values()) {
        this.queue.add({ rule, target, input: targetInput(target, shown, rule) });
      }
    }
    return id;
  }

  private deliver({ rule, target, input }: Delivery): void {
    const targetArn = target.Arn ?? "";
    const entry = {
      atEpochMs: this.world.clock.nowEpochMs(),
      ruleArn: rule.arn,
      targetId: target.Id ?? "",
      targetArn,
      input,
    };
    if (!/^arn:aws[\w-]*:sns:/.test(targetArn)) {
      this.keep({ ...entry, outcome: "recorded" });
      return;
    }
    const refusal = this.world.sns.tryPublishAsService({
      service: "events.amazonaws.com",
      topicArn: targetArn,
      region: rule.region,
      message: input,
      conditionKeys: { "aws:sourcearn": rule.arn, "aws:sourceaccount": rule.accountId },
    });
    this.keep(
      refusal === undefined
        ? { ...entry, outcome: "delivered" }
        : { ...entry, outcome: "refused", reason: `${refusal.code}: ${refusal.message}` },
    );
  }

  private keep(delivery: EventDelivery): void {
    this.kept.push(delivery);
    if (this.kept.length > 2 * KEPT_DELIVERIES_COUNT) {
      this.kept = this.kept.slice(-KEPT_DELIVERIES_COUNT);
    }
  }
}

interface Delivery {
  readonly rule: Rule;
  readonly target: Target;
  readonly input: string;
}
