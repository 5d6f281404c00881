import { NameMap } from "../spill/name-map";
import { versionName } from "./source-versions";

/** The names of versions, by `versionName`. */
export function namesOf(versions: Iterable<Parameters<typeof versionName>[0]>): NameMap {
  const names = new NameMap();
  for (const version of versions) names.set(versionName(version), 0);
  return names;
}
