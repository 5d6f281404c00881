/** The text of a policy given as an object or as text: CloudFormation takes both. */
export function documentText(document: unknown): string {
  return typeof document === "string" ? document : JSON.stringify(document);
}
