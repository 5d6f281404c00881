/** Whether what was found, of a drift or a loss, stands for something that could not be read: that is no difference. */
export function isUnread(found: unknown): found is { readonly unreadable: string } {
  return typeof found === "object" && found !== null && "unreadable" in found;
}
