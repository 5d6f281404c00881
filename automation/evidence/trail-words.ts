/** What the events of a trail mean to a reader: what CloudTrail signed, and nothing that it did not. Pure. */

import type { TrailEvent, TrailFacts } from "../trail/fields";
import { count } from "../words";

/** Sentences; none where nobody looked. */
export function trailWords(trail: TrailFacts | undefined): readonly string[] {
  if (trail === undefined) return [];
  const { digests, events } = trail;
  const keys = [...new Map(digests.map((one) => [`${one.region} ${one.publicKey}`, one])).values()];
  const shown = events.flatMap(({ event }) => (event === undefined ? [] : [event]));
  if (shown.length === 0) {
    return ["No event of a trail is in it that CloudTrail has signed for, though it was looked."];
  }
  return [
    `${count(shown.length)} of ${count(events.length)} requests that were looked for have an event in log files of CloudTrail, unchanged since its digests, which are signed with the keys below: that each call below was made and how it was answered is the word of whoever holds them. Which attempt a request was, is the signer's.`,
    ...shown.map(eventWords),
    ...keys.map(
      ({ fingerprint, region }) =>
        `That the key ${fingerprint} of ${region} is CloudTrail's is the signer's word, until you hold fingerprint and value (publicKey in facts/trail.json) against \`aws cloudtrail list-public-keys --region ${region}\` with a start and an end around that time, in any account.`,
    ),
  ];
}

function eventWords(event: TrailEvent): string {
  const { bucketName, key, keyId, versionId } = event.requestParameters ?? {};
  const object = key === undefined ? "" : `/${wordOf(key)}`;
  const version = versionId === undefined ? "" : ` (version ${wordOf(versionId)})`;
  const what =
    bucketName === undefined ? wordOf(keyId) : `${wordOf(bucketName)}${object}${version}`;
  const words = wordOf(event.errorMessage) === "" ? "" : ` (${wordOf(event.errorMessage)})`;
  const end =
    event.errorCode === undefined ? "no error" : `refused with ${wordOf(event.errorCode)}${words}`;
  const { arn } = (event.userIdentity as Partial<TrailEvent["userIdentity"]> | undefined) ?? {};
  return `CloudTrail: ${wordOf(event.eventTime)} ${wordOf(event.eventName)} ${what} by ${wordOf(arn) || "nobody named"}: ${end}; request ${wordOf(event.requestID)}.`;
}

/** What CloudTrail writes where; with another key than CloudTrail's an event may say anything. */
function wordOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
