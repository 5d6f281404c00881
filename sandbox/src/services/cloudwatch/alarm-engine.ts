import type { StateValue } from "@aws-sdk/client-cloudwatch";
import { Agenda } from "../../time/agenda";
import { carryOutActions } from "./alarm-action";
import { evaluate, EXTRA_PERIODS, type Datapoint } from "./alarm-evaluation";
import type { AlarmSurroundings } from "./alarm-records";
import { reasonData, reasonOf } from "./alarm-reason";
import type { Alarm, AlarmState } from "./model";
import { merge, statistic } from "./statistics";

const MINUTE_MS = 60_000;
/** Alarms on periods below a minute are looked at more often. */
const HIGH_RESOLUTION_STEP_MS = 10_000;

/**
 * Looks at alarms every minute, as long as there is something to see: an alarm on a metric that gets no data any more
 * rests once the last of it has left the alarm's range, as every later look would find the same.
 */
export class AlarmEngine {
  private readonly agenda: Agenda<Alarm>;

  constructor(private readonly surroundings: AlarmSurroundings) {
    this.agenda = new Agenda(surroundings.clock, (alarms) => {
      for (const alarm of alarms) this.look(alarm);
    });
  }

  /** The alarm is looked at at the next full minute. */
  wake(alarm: Alarm): void {
    const stepMs = stepOf(alarm);
    const nowEpochMs = this.surroundings.clock.nowEpochMs();
    this.agenda.atLatest(alarm, (Math.floor(nowEpochMs / stepMs) + 1) * stepMs);
  }

  forget(alarm: Alarm): void {
    this.agenda.drop(alarm);
  }

  /** Sets a state; a change of its value goes into the history and is acted on. */
  setState(alarm: Alarm, next: Pick<AlarmState, "value" | "reason" | "reasonData">): void {
    const { clock, records } = this.surroundings;
    const nowEpochMs = clock.nowEpochMs();
    const before = alarm.state;
    const isTransition = before.value !== next.value;
    alarm.state = {
      ...next,
      updatedEpochMs: nowEpochMs,
      transitionedEpochMs: isTransition ? nowEpochMs : before.transitionedEpochMs,
    };
    if (!isTransition) return;
    records.addHistory(alarm, {
      Timestamp: new Date(nowEpochMs),
      HistoryItemType: "StateUpdate",
      HistorySummary: `Alarm updated from ${before.value} to ${next.value}`,
      HistoryData: JSON.stringify({
        version: "1.0",
        oldState: historyState(before),
        newState: historyState(alarm.state),
      }),
    });
    carryOutActions(this.surroundings, alarm, before);
  }

  private look(alarm: Alarm): void {
    const { clock, records } = this.surroundings;
    const stepMs = stepOf(alarm);
    const nowEpochMs = clock.nowEpochMs();
    const endEpochMs = Math.floor(nowEpochMs / stepMs) * stepMs;
    const verdict = evaluate(alarm.definition, this.range(alarm, endEpochMs));
    const { value } = verdict;
    if (value !== undefined && value !== alarm.state.value) {
      this.setState(alarm, {
        value,
        reason: reasonOf(alarm, value, verdict),
        reasonData: reasonData(alarm, verdict, nowEpochMs),
      });
    }
    const { accountId, region, metric } = alarm;
    const newestEpochMs =
      records.findSeries(accountId, region, metric)?.newestEpochMs ?? Number.NEGATIVE_INFINITY;
    if (newestEpochMs >= endEpochMs - rangeMs(alarm)) this.wake(alarm);
  }

  /** The alarm's periods up to a time, newest first. */
  private range(alarm: Alarm, endEpochMs: number): Datapoint[] {
    const { accountId, region, metric, definition } = alarm;
    const periodMs = definition.Period * 1000;
    const series = this.surroundings.records.findSeries(accountId, region, metric);
    const range: Datapoint[] = [];
    for (let index = 1; index <= definition.EvaluationPeriods + EXTRA_PERIODS; index++) {
      const epochMs = endEpochMs - index * periodMs;
      const data = series?.between(epochMs, epochMs + periodMs, definition.Unit) ?? [];
      const sets = data.map(({ statistics }) => statistics);
      if (sets.length === 0) {
        range.push({ epochMs });
        continue;
      }
      const whole = sets.reduce(merge);
      const value = statistic(whole, definition.Statistic);
      range.push({ epochMs, value, sampleCount: whole.sampleCount });
    }
    return range;
  }
}

const stepOf = ({ definition }: Alarm): number =>
  definition.Period < 60 ? HIGH_RESOLUTION_STEP_MS : MINUTE_MS;

const rangeMs = ({ definition }: Alarm): number =>
  (definition.EvaluationPeriods + EXTRA_PERIODS) * definition.Period * 1000;

function historyState(state: AlarmState): {
  stateValue: StateValue;
  stateReason: string;
  stateReasonData?: unknown;
} {
  return {
    stateValue: state.value,
    stateReason: state.reason,
    ...(state.reasonData === undefined ? {} : { stateReasonData: JSON.parse(state.reasonData) }),
  };
}
