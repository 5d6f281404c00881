/** Evidence in lines. Pure. */

import type { EventTable } from "../../events";
import { count } from "../../words";

export function evidenceKeyLines({
  keyId,
  privateKey,
  publicKey,
}: EventTable["evidence-key"]): readonly string[] {
  return [
    `  ${privateKey}: keep it to yourself: whoever has it signs in your name`,
    `  ${publicKey}: hand it to whoever checks`,
    `  key id ${keyId}`,
  ];
}

export function evidenceWrittenLines(fields: EventTable["evidence-written"]): readonly string[] {
  const { clean, kept, keyId, lineCount, notProven, path, sequence, sizeBytes } = fields;
  return [
    `${clean ? "✔" : "✘"} ${path}: ${count(lineCount)} lines, ${count(sizeBytes)} bytes, number ${count(sequence)} of its chain; the verdict in it is ${clean ? "clean" : "NOT clean"}`,
    `  signed by key ${keyId}; \`lockstep evidence check\` checks it with the public key alone`,
    ...kept.map(
      ({ bucket, key, lockedUntil }) =>
        `  kept as s3://${bucket}/${key}${lockedUntil === undefined ? "" : `, locked until ${lockedUntil}`}`,
    ),
    ...notProven.map((text) => `  not proven: ${text}`),
  ];
}

export function evidenceLines({
  meaning,
  problem,
  sound,
}: EventTable["evidence"]): readonly string[] {
  return [
    sound ? "✔ sound" : "✘ NOT sound: nothing that it says counts",
    ...(problem === undefined ? [] : [`  ${problem.message} (${problem.code})`]),
    ...meaning.map((text) => `  ${text}`),
  ];
}

export function evidenceLineLines({
  index,
  line,
  path,
}: EventTable["evidence-line"]): readonly string[] {
  return [
    `  ${line}`,
    `    line ${index} of the tree; beside it on the way to the root: ${path.length === 0 ? "nothing" : path.join(" ")}`,
  ];
}
