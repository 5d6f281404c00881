import type { ReplicationRule } from "@aws-sdk/client-s3";
import type { RuleFilter } from "../../components/config/rule";

/** A filter with nothing left out: no prefix is the empty one. */
export type WholeFilter = Readonly<Required<RuleFilter>>;

/** Reads the filter of a rule in the form that the current API writes (with `Filter`) or in the first one (with `Prefix`). */
export function liveFilter({ Filter, Prefix }: ReplicationRule): WholeFilter {
  const tags = [...(Filter?.And?.Tags ?? []), ...(Filter?.Tag === undefined ? [] : [Filter.Tag])];
  return {
    prefix: Filter?.And?.Prefix ?? Filter?.Prefix ?? Prefix ?? "",
    tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key ?? "", Value ?? ""])),
  };
}
