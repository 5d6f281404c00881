/**
 * The Pulumi name of a CloudFormation property: words start with a capital, and a run of capitals is one word, as in
 * `SSEAlgorithm` -> `sseAlgorithm` and `KMSMasterKeyID` -> `kmsMasterKeyId`.
 */
export function sdkName(cfnName: string): string {
  const words =
    cfnName.match(/[A-Z]+(?![a-z])[0-9]*|[A-Z][a-z0-9]*|[a-z0-9]+|[^A-Za-z0-9]+/g) ?? [];
  return words
    .map((word, index) =>
      index === 0 ? word.toLowerCase() : word.charAt(0).toUpperCase() + word.slice(1).toLowerCase(),
    )
    .join("");
}
