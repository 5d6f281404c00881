import type { AlarmHistoryItem, StandardUnit } from "@aws-sdk/client-cloudwatch";
import type { Foundation } from "../../world/foundation";
import type { SnsState } from "../sns/state";
import { AlarmEngine } from "./alarm-engine";
import type { AlarmRecords } from "./alarm-records";
import { MetricSeries } from "./metric-series";
import type { Alarm, Dashboard, MetricDimension, MetricIdentity, StatisticSet } from "./model";

/** One datum on its way into a metric. */
export interface Datum {
  readonly identity: MetricIdentity;
  readonly epochMs: number;
  readonly unit: StandardUnit;
  readonly statistics: StatisticSet;
  /** 60,000 unless the metric is one of high resolution. */
  readonly resolutionMs?: number;
}

/** What CloudWatch holds of one account in one Region. */
class Scope {
  readonly series = new Map<string, MetricSeries>();
  readonly alarms = new Map<string, Alarm>();
  readonly history: AlarmHistoryItem[] = [];
}

/** Metrics and alarms of every account and Region; dashboards are the account's, in all Regions. */
export class CloudWatchState implements AlarmRecords {
  private readonly scopes = new Map<string, Scope>();
  private readonly dashboards = new Map<string, Map<string, Dashboard>>();
  private readonly tags = new Map<string, Map<string, string>>();
  private readonly engine: AlarmEngine;
  private sequence = 0;

  constructor(private readonly world: Foundation & { readonly sns: SnsState }) {
    const { clock, sns } = world;
    this.engine = new AlarmEngine({ clock, sns, records: this });
  }

  /** Adds data and lets the alarms on the metric look at it when their time comes. */
  record(accountId: string, region: string, datum: Datum): void {
    const scope = this.scope(accountId, region);
    const key = identityKey(datum.identity);
    let series = scope.series.get(key);
    if (series === undefined) {
      series = new MetricSeries(datum.identity, this.sequence++);
      scope.series.set(key, series);
    }
    const { epochMs, unit, statistics, resolutionMs = 60_000 } = datum;
    series.add(epochMs, unit, statistics, resolutionMs, this.world.clock.nowEpochMs());
    for (const alarm of scope.alarms.values()) {
      if (identityKey(alarm.metric) === key) this.engine.wake(alarm);
    }
  }

  findSeries(
    accountId: string,
    region: string,
    identity: MetricIdentity,
  ): MetricSeries | undefined {
    return this.scopes.get(scopeKey(accountId, region))?.series.get(identityKey(identity));
  }

  /** In the order in which the metrics came to be. */
  seriesOf(accountId: string, region: string): readonly MetricSeries[] {
    return [...(this.scopes.get(scopeKey(accountId, region))?.series.values() ?? [])];
  }

  alarm(accountId: string, region: string, name: string): Alarm | undefined {
    return this.scopes.get(scopeKey(accountId, region))?.alarms.get(name);
  }

  /** By name. */
  alarmsOf(accountId: string, region: string): readonly Alarm[] {
    const alarms = [...(this.scopes.get(scopeKey(accountId, region))?.alarms.values() ?? [])];
    return alarms.sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** Adds an alarm, or puts it in the place of one of its name. */
  putAlarm(alarm: Alarm): void {
    const { alarms } = this.scope(alarm.accountId, alarm.region);
    const known = alarms.get(alarm.name);
    if (known !== undefined && known !== alarm) this.engine.forget(known);
    alarms.set(alarm.name, alarm);
    this.engine.wake(alarm);
  }

  removeAlarm(alarm: Alarm): void {
    this.scope(alarm.accountId, alarm.region).alarms.delete(alarm.name);
    this.engine.forget(alarm);
    this.tags.delete(alarm.arn);
  }

  /** Sets a state and, when its value changes, carries out the actions for it. */
  setAlarmState(...[alarm, next]: Parameters<AlarmEngine["setState"]>): void {
    this.engine.setState(alarm, next);
    this.engine.wake(alarm);
  }

  addHistory(alarm: Alarm, item: Omit<AlarmHistoryItem, "AlarmName" | "AlarmType">): void {
    const { history } = this.scope(alarm.accountId, alarm.region);
    history.push({ AlarmName: alarm.name, AlarmType: "MetricAlarm", ...item });
    if (history.length > 2 * KEPT_HISTORY_COUNT) {
      history.splice(0, history.length - KEPT_HISTORY_COUNT);
    }
  }

  /** Oldest first. */
  historyOf(accountId: string, region: string): readonly AlarmHistoryItem[] {
    return this.scopes.get(scopeKey(accountId, region))?.history ?? [];
  }

  dashboardsOf(accountId: string): Map<string, Dashboard> {
    let dashboards = this.dashboards.get(accountId);
    if (dashboards === undefined) this.dashboards.set(accountId, (dashboards = new Map()));
    return dashboards;
  }

  /** Tags of an alarm or a dashboard, by its ARN. */
  tagsOf(arn: string): Map<string, string> {
    let tags = this.tags.get(arn);
    if (tags === undefined) this.tags.set(arn, (tags = new Map()));
    return tags;
  }

  forgetTags(arn: string): void {
    this.tags.delete(arn);
  }

  private scope(accountId: string, region: string): Scope {
    const key = scopeKey(accountId, region);
    let scope = this.scopes.get(key);
    if (scope === undefined) this.scopes.set(key, (scope = new Scope()));
    return scope;
  }
}

/** An alarm that flaps for a year must not fill the memory. AWS keeps 30 days. */
const KEPT_HISTORY_COUNT = 10_000;

const scopeKey = (accountId: string, region: string): string => `${accountId} ${region}`;

/** Dimensions in the order of their names, so that the same metric is found however it is named. */
export function identityOf(
  namespace: string,
  metricName: string,
  dimensions: readonly MetricDimension[],
): MetricIdentity {
  return {
    namespace,
    metricName,
    dimensions: [...dimensions].sort((left, right) => (left.name < right.name ? -1 : 1)),
  };
}

export function identityKey(identity: MetricIdentity): string {
  const { namespace, metricName, dimensions } = identity;
  return JSON.stringify([
    namespace,
    metricName,
    ...dimensions.flatMap(({ name, value }) => [name, value]),
  ]);
}
