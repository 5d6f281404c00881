/** Whether what was found, of a drift or a loss, stands for something that could not be read: that is no difference. */
export function isUnread(found: unknown): found is { readonly unreadable: string } {
  return typeof found === "object" && found !== null && "unreadable" in found;
}

/** What is told of a version where something of it at the source could not be read: we may not, it is gone, or anything else. */
export function codeAtSource({
  unreadable,
}: {
  readonly unreadable: string;
}): "no-right" | "gone" | "error" {
  if (unreadable === "no-right") return "no-right";
  return unreadable === "missing" ? "gone" : "error";
}
